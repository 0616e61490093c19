//! Rows 31–33: proofs of possession (RFC 9449) and what makes one worthless.

use super::dpop_claims::{is_proof, ready};
use crate::common::suite::Suite;
use crate::oauth::kit::{
    Ask, Call, Draft, Key, PAR, Partner, Proof, TOKEN, Walk, World, challenged, granted, hs256,
    refused,
};
use serde_json::json;

pub(super) fn register(suite: &mut Suite) {
    tests!(suite;
        row_31_a_code_is_bound_to_the_key_it_was_asked_with,
        row_32_a_proof_is_of_now,
        row_33_a_proof_has_everything_and_nothing_private,
        row_33_a_request_carries_one_proof);
}

/// `dpop_jkt` and the proof of a push must agree, and the token request must prove the same key.
async fn row_31_a_code_is_bound_to_the_key_it_was_asked_with() {
    let world = World::open().await;
    let partner = world.add(Partner::fapi("fapi")).await;
    let own = partner.dpop.clone().unwrap();
    let other = Key::es256("other");
    let named = Ask::of(&partner).set("dpop_jkt", &own.thumbprint());
    let mismatch = Call::push(&partner, &named).proved_by(&other).send(&world).await;
    refused(&mismatch, 400, "invalid_dpop_proof");
    let malformed = Call::push(&partner, &Ask::of(&partner).set("dpop_jkt", "short"));
    refused(&malformed.send(&world).await, 400, "invalid_request");
    let pushes = [
        Call::push(&partner, &named),
        Call::push(&partner, &named).proved_by(&own),
        Call::push(&partner, &named.clone().without("dpop_jkt")).proved_by(&own),
    ];
    for push in pushes {
        let answer = push.send(&world).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let uri = answer.json()["request_uri"].as_str().unwrap().to_owned();
        let path = Ask::pushed(partner.id(), &uri).path();
        let code = world.walk(&mut world.holder.clone(), &path, Walk::ALLOW).await.code();
        let right = Call::code(&partner, &code, &named);
        let stolen = right.clone().proved_by(&other).send(&world).await;
        assert_eq!(stolen.status, 400, "{}", stolen.body);
        let told = stolen.json()["error"].as_str().unwrap().to_owned();
        assert!(["invalid_grant", "invalid_dpop_proof"].contains(&told.as_str()), "{told}");
        granted(&right.send(&world).await);
    }
    let basic = world.add(Partner::basic("basic").binding()).await;
    let ask = Ask::of(&basic).set("dpop_jkt", &own.thumbprint());
    let code = world.ask(&basic, &ask, Walk::ALLOW).await.code();
    let stolen = Call::code(&basic, &code, &ask).send(&world).await;
    assert_eq!(stolen.status, 400, "named in the browser: {}", stolen.body);
    granted(&Call::code(&basic, &code, &ask).proved_by(&own).send(&world).await);
}

/// `iat` ten seconds off is taken, an hour off is not.
async fn row_32_a_proof_is_of_now() {
    let (world, partner, token) = ready().await;
    let key = partner.dpop.clone().unwrap();
    for (off, good) in [(0, true), (-10, true), (10, true), (-3600, false), (3600, false)] {
        let at = world.now() + off;
        let taken = is_proof(&world, &partner, &token, |d| d.claim("iat", at)).await;
        assert_eq!(taken, good, "{off} s");
    }
    world.renew_nonce(&partner).await;
    let push = Call::push(&partner, &Ask::of(&partner));
    let far = Proof::of(&world, &key, "POST", PAR).claim("iat", world.now() + 3600).made();
    refused(&push.proof(&far).send(&world).await, 400, "invalid_dpop_proof");
}

type Knob = fn(Draft) -> Draft;

/// Every member is needed and of its kind; a private or symmetric key is no proof of anything.
async fn row_33_a_proof_has_everything_and_nothing_private() {
    let (world, partner, token) = ready().await;
    let key = partner.dpop.clone().unwrap();
    let wrong: [(&str, Knob); 17] = [
        ("no typ", |d| d.headless("typ")),
        ("typ JWT", |d| d.head("typ", "JWT")),
        ("typ dpop", |d| d.head("typ", "dpop")),
        ("no jwk", |d| d.headless("jwk")),
        ("jwk is text", |d| d.head("jwk", "x")),
        ("no jti", |d| d.without("jti")),
        ("empty jti", |d| d.claim("jti", "")),
        ("jti is a number", |d| d.claim("jti", 7)),
        ("no htm", |d| d.without("htm")),
        ("htm of another", |d| d.claim("htm", "PUT")),
        ("htm in small letters", |d| d.claim("htm", "get")),
        ("no htu", |d| d.without("htu")),
        ("no iat", |d| d.without("iat")),
        ("iat is text", |d| d.claim("iat", "now")),
        ("an unknown crit", |d| d.head("crit", json!(["x"])).head("x", 1)),
        ("alg RS256", |d| d.head("alg", "RS256")),
        ("alg of another key", |d| d.head("alg", "EdDSA")),
    ];
    for (what, knob) in wrong {
        assert!(!is_proof(&world, &partner, &token, knob).await, "{what}");
    }
    let mut private = key.jwk();
    private["d"] = json!("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI");
    assert!(!is_proof(&world, &partner, &token, |d| d.head("jwk", private.clone())).await);
    let octets = json!({"kty": "oct", "k": "c2VjcmV0"});
    assert!(!is_proof(&world, &partner, &token, |d| d.head("jwk", octets.clone())).await);
    let other = Key::es256("other");
    assert!(!is_proof(&world, &partner, &token, |d| d.signed_by(&other)).await, "not its jwk");
    let draft = || Proof::at(&world, &key, "GET", &token);
    let forged = [draft().unsigned(), hs256(draft().head("jwk", octets.clone()), b"secret")];
    for proof in forged.into_iter().chain(["x".to_owned(), "a.b.c".to_owned()]) {
        let call =
            Call::userinfo(&token, None).instead_header("authorization", &format!("DPoP {token}"));
        challenged(&call.proof(&proof).send(&world).await, "DPoP", "invalid_dpop_proof");
    }
    for proof in
        [draft().without("ath"), draft().claim("ath", "x"), draft().claim("ath", token.clone())]
    {
        let call =
            Call::userinfo(&token, None).instead_header("authorization", &format!("DPoP {token}"));
        let answer = call.proof(&proof.made()).send(&world).await;
        assert_eq!(answer.status, 401, "ath: {}", answer.body);
    }
}

/// Two proofs are none.
async fn row_33_a_request_carries_one_proof() {
    let (world, partner, token) = ready().await;
    let key = partner.dpop.clone().unwrap();
    let [one, two] = [(); 2].map(|()| Proof::at(&world, &key, "GET", &token).made());
    let call =
        Call::userinfo(&token, None).instead_header("authorization", &format!("DPoP {token}"));
    challenged(
        &call.proof(&one).header("dpop", &two).send(&world).await,
        "DPoP",
        "invalid_dpop_proof",
    );
    let (code, ask) = world.code(&partner).await;
    let [one, two] = [(); 2].map(|()| Proof::of(&world, &key, "POST", TOKEN).made());
    let call = Call::code(&partner, &code, &ask);
    let both = call.clone().proof(&one).header("dpop", &two).send(&world).await;
    refused(&both, 400, "invalid_dpop_proof");
    let joined = call.clone().proof(&format!("{one}, {two}")).send(&world).await;
    refused(&joined, 400, "invalid_dpop_proof");
    granted(&call.send(&world).await);
}
