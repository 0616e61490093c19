//! Rows 1–5: client assertions.

use crate::common::db::TestDb;
use crate::common::house::answer::Answer;
use crate::common::suite::Suite;
use crate::oauth::kit::{
    Ask, Assertion, Call, Draft, Key, PAR, Partner, TOKEN, World, error, granted, hs256,
    unknown_client,
};
use serde_json::{Value, json};

pub(super) fn register(suite: &mut Suite) {
    tests!(suite;
        row_01_an_assertion_is_addressed_to_the_issuer_as_a_string,
        row_02_an_assertion_is_signed_by_ps256_es256_or_eddsa,
        row_03_an_assertion_names_its_end_its_client_and_itself,
        row_04_an_assertion_may_be_eight_seconds_ahead_and_no_minute,
        row_05_a_client_that_proves_nothing_is_unknown);
    both!(suite; row_03_an_assertion_works_once_on_every_instance);
}

/// Whether the assertion was believed, where requests are pushed and where tokens are given.
async fn is_believed(world: &World, partner: &Partner, make: impl Fn() -> String) -> bool {
    let push = Call::push(partner, &Ask::of(partner)).asserting(&make()).send(world).await;
    let token = Call::refresh(partner, "none").asserting(&make()).send(world).await;
    let (pushed, known) = (verdict(&push), verdict(&token));
    assert_eq!(pushed, known, "{} {}", push.body, token.body);
    known
}

fn verdict(answer: &Answer) -> bool {
    match answer.status {
        201 => true,
        401 => {
            unknown_client(answer);
            false
        }
        _ => {
            assert_eq!(error(answer), "invalid_grant", "{}", answer.body);
            true
        }
    }
}

/// `aud` is the issuer as a string. FAPI 2.0 clients may say nothing else; OpenID Connect clients
/// may name the token endpoint, or the endpoint for pushed requests there (RFC 9126 §2).
async fn row_01_an_assertion_is_addressed_to_the_issuer_as_a_string() {
    let world = World::open().await;
    let fapi = world.add(Partner::fapi("fapi")).await;
    let oidc = world.add(Partner::assertion("oidc")).await;
    let issuer = world.issuer();
    let addressed = async |partner: &Partner, aud: &Value| {
        let make = || Assertion::of(&world, partner).claim("aud", aud.clone()).made();
        is_believed(&world, partner, make).await
    };
    for partner in [&fapi, &oidc] {
        assert!(addressed(partner, &json!(issuer)).await);
        for bad in [json!("https://elsewhere.example"), json!(""), json!(null), json!([]), json!(5)]
        {
            assert!(!addressed(partner, &bad).await, "{bad}");
        }
        let make = || Assertion::of(&world, partner).without("aud").made();
        assert!(!is_believed(&world, partner, make).await);
    }
    let [token, par] = [TOKEN, PAR].map(|path| json!(format!("{issuer}{path}")));
    assert!(!addressed(&fapi, &token).await && !addressed(&fapi, &par).await);
    assert!(addressed(&oidc, &token).await);
    let at_par = Assertion::of(&world, &oidc).claim("aud", par).made();
    let push = Call::push(&oidc, &Ask::of(&oidc)).asserting(&at_par).send(&world).await;
    assert_eq!(push.status, 201, "{}", push.body);
    for bad in [json!([issuer]), json!([issuer, format!("{issuer}{TOKEN}")])] {
        assert!(!addressed(&fapi, &bad).await, "{bad}");
    }
}

/// PS256, ES256 and EdDSA are taken; RS256, `none` and HMAC with anything public are not, nor is
/// any algorithm but the one a client registered.
async fn row_02_an_assertion_is_signed_by_ps256_es256_or_eddsa() {
    let world = World::open().await;
    for key in [Key::es256("k"), Key::ed25519("k"), Key::ps256("k")] {
        let partner = Partner::assertion(&format!("of-{}", key.alg)).signing(&key);
        let partner = world.add(partner).await;
        let make = || Assertion::of(&world, &partner).made();
        assert!(is_believed(&world, &partner, make).await, "{}", key.alg);
        let none = || Assertion::of(&world, &partner).unsigned();
        assert!(!is_believed(&world, &partner, none).await, "none");
        for secret in [partner.key.jwk().to_string(), partner.secret.clone(), String::new()] {
            let make = || hs256(Assertion::of(&world, &partner), secret.as_bytes());
            assert!(!is_believed(&world, &partner, make).await, "{secret}");
        }
    }
    let (rsa, pss) = (Key::rs256("k"), Key::ps256("k"));
    let mut bare = rsa.registered();
    bare.as_object_mut().unwrap().remove("alg");
    for (id, jwk) in [("rs", rsa.registered()), ("ps", pss.registered()), ("bare", bare)] {
        let partner = Partner::assertion(id).signing(&rsa);
        let jwks = json!({"keys": [jwk]});
        let partner = world.add(partner.with(|client| client.jwks = Some(jwks))).await;
        let make = || Assertion::of(&world, &partner).made();
        assert!(!is_believed(&world, &partner, make).await, "RS256, {id}");
    }
    let only = Partner::assertion("only-ps256")
        .with(|client| client.token_endpoint_auth_signing_alg = Some("PS256".to_owned()));
    let only = world.add(only).await;
    assert!(!is_believed(&world, &only, || Assertion::of(&world, &only).made()).await);
}

type Knob = fn(Draft, i64) -> Draft;

/// An assertion that has expired, has no end, names no client, names two, or has no name of its
/// own is refused.
async fn row_03_an_assertion_names_its_end_its_client_and_itself() {
    let world = World::open().await;
    let partner = world.add(Partner::fapi("fapi")).await;
    world.add(Partner::fapi("other")).await;
    let now = world.now();
    let wrong: [(&str, Knob); 11] = [
        ("expired", |d, now| d.claim("exp", now - 120).claim("iat", now - 180)),
        ("expired long ago", |d, now| d.claim("exp", now - 3600).claim("iat", now - 7200)),
        ("no exp", |d, _| d.without("exp")),
        ("exp is text", |d, now| d.claim("exp", (now + 60).to_string())),
        ("no sub", |d, _| d.without("sub")),
        ("no iss", |d, _| d.without("iss")),
        ("iss is another", |d, _| d.claim("iss", "other")),
        ("sub is another", |d, _| d.claim("sub", "other")),
        ("both are another", |d, _| d.claim("sub", "other").claim("iss", "other")),
        ("both are nobody", |d, _| d.claim("sub", "nobody").claim("iss", "nobody")),
        ("no jti", |d, _| d.without("jti")),
    ];
    for (what, knob) in wrong {
        let make = || knob(Assertion::of(&world, &partner), now).made();
        assert!(!is_believed(&world, &partner, make).await, "{what}");
    }
}

/// A used assertion is refused, on this instance and on another.
async fn row_03_an_assertion_works_once_on_every_instance(t: TestDb) {
    let world = World::on(t).await;
    let partner = world.add(Partner::fapi("fapi")).await;
    let assertion = Assertion::of(&world, &partner).made();
    let push = Call::push(&partner, &Ask::of(&partner)).asserting(&assertion);
    assert_eq!(push.send(&world).await.status, 201);
    unknown_client(&push.send(&world).await);
    let mut elsewhere = world;
    elsewhere.house.router = elsewhere.house.another_instance().await;
    unknown_client(&push.send(&elsewhere).await);
    let (code, ask) = elsewhere.code(&partner).await;
    let right = Call::code(&partner, &code, &ask);
    unknown_client(&right.clone().asserting(&assertion).send(&elsewhere).await);
    granted(&right.send(&elsewhere).await);
}

/// Clocks differ: `nbf` and `iat` eight seconds ahead are believed, more than a minute is not.
async fn row_04_an_assertion_may_be_eight_seconds_ahead_and_no_minute() {
    let world = World::open().await;
    let partner = world.add(Partner::fapi("fapi")).await;
    let now = world.now();
    for (ahead, believed) in [(0, true), (8, true), (10, true), (61, false), (3600, false)] {
        for name in ["nbf", "iat"] {
            let make = || {
                let draft = Assertion::of(&world, &partner).claim(name, now + ahead);
                draft.claim("exp", now + ahead + 60).made()
            };
            assert_eq!(is_believed(&world, &partner, make).await, believed, "{name} +{ahead}");
        }
    }
    let make = || Assertion::of(&world, &partner).without("iat").made();
    assert!(is_believed(&world, &partner, make).await, "iat may be left out (RFC 7523 §3)");
}

/// A wrong key, a wrong `kid`, no assertion or another way of proving: `invalid_client`, 401.
async fn row_05_a_client_that_proves_nothing_is_unknown() {
    let world = World::open().await;
    let partner = world.add(Partner::fapi("fapi")).await;
    let stranger = Key::es256(&partner.key.kid);
    let draft = || Assertion::of(&world, &partner);
    let wrong: [(&str, &dyn Fn() -> String); 4] = [
        ("another's key", &|| draft().signed_by(&stranger).made()),
        ("an unknown kid", &|| draft().head("kid", "unknown").made()),
        ("a key of its own", &|| draft().head("jwk", stranger.jwk()).signed_by(&stranger).made()),
        ("no JWT", &|| "not.a.jwt".to_owned()),
    ];
    for (what, make) in wrong {
        assert!(!is_believed(&world, &partner, make).await, "{what}");
    }
    let push = Call::push(&partner, &Ask::of(&partner)).by_nobody();
    let refresh = Call::refresh(&partner, "none").by_nobody();
    for bare in [push, refresh.field("client_id", partner.id())] {
        unknown_client(&bare.send(&world).await);
        unknown_client(&bare.clone().field("client_secret", &partner.secret).send(&world).await);
        let typeless = bare.clone().field("client_assertion", &draft().made());
        assert!(matches!(typeless.send(&world).await.status, 400 | 401));
        let odd = typeless.field("client_assertion_type", "urn:example:other");
        assert!(matches!(odd.send(&world).await.status, 400 | 401));
        let other = bare.asserting(&draft().made()).instead("client_id", "other");
        assert!(matches!(other.send(&world).await.status, 400 | 401), "two identities");
    }
}
