//! Rows 34–36: what a proof says of its request.

use crate::common::db::{Kind, TestDb};
use crate::common::suite::Suite;
use crate::oauth::kit::{
    Call, Draft, Partner, Proof, TOKEN, USERINFO, World, challenged, granted, refused, wants_nonce,
};
use serde_json::json;

pub(super) fn register(suite: &mut Suite) {
    tests!(suite;
        row_34_a_proof_names_the_address_however_it_is_written,
        row_34_behind_a_proxy_the_issuers_address_counts,
        row_36_more_than_a_proof_needs_is_tolerated);
    both!(suite; row_35_a_proof_works_once_on_every_instance);
}

/// A service, a FAPI 2.0 client and a token of its own, with a nonce in hand.
pub(super) async fn ready() -> (World, Partner, String) {
    let world = World::open().await;
    let partner = world.add(Partner::fapi("fapi")).await;
    let token = world.plain(&partner).await.access().to_owned();
    world.renew_nonce(&partner).await;
    (world, partner, token)
}

/// Whether a proof so changed is taken, at the token endpoint and at a resource alike.
pub(super) async fn is_proof(
    world: &World,
    partner: &Partner,
    token: &str,
    knob: impl Fn(Draft) -> Draft,
) -> bool {
    let key = partner.dpop.clone().unwrap();
    let at_token = knob(Proof::of(world, &key, "POST", TOKEN)).made();
    let answer = Call::refresh(partner, "none").proof(&at_token).send(world).await;
    assert!(!wants_nonce(&answer), "the nonce is good: {}", answer.body);
    let given = answer.json()["error"].as_str().unwrap().to_owned();
    let here = given == "invalid_grant";
    assert!(here || given == "invalid_dpop_proof", "{}", answer.body);
    let at_resource = knob(Proof::at(world, &key, "GET", token)).made();
    let call =
        Call::userinfo(token, None).instead_header("authorization", &format!("DPoP {token}"));
    let answer = call.proof(&at_resource).send(world).await;
    let there = answer.status == 200;
    if !there {
        challenged(&answer, "DPoP", "invalid_dpop_proof");
    }
    assert_eq!(here, there, "token endpoint and resource judge alike");
    here
}

/// Query and fragment do not count, nor the host's case or a default port; anything else does.
async fn row_34_a_proof_names_the_address_however_it_is_written() {
    let https = |config: &mut ecard::config::Config| {
        config.issuer = Some("https://card.example".to_owned());
    };
    let world = World::with(TestDb::create(Kind::Sqlite).await, https).await;
    let partner = world.add(Partner::fapi("fapi")).await;
    world.renew_nonce(&partner).await;
    let key = partner.dpop.clone().unwrap();
    for (htu, good) in [
        ("https://card.example/oauth/token", true),
        ("https://card.example/oauth/token?a=b", true),
        ("https://card.example/oauth/token#f", true),
        ("https://card.example/oauth/token?a=b#f", true),
        ("https://CARD.Example/oauth/token", true),
        ("HTTPS://card.example/oauth/token", true),
        ("https://card.example:443/oauth/token", true),
        ("https://card.example:8443/oauth/token", false),
        ("http://card.example/oauth/token", false),
        ("https://card.example/oauth/token/", false),
        ("https://card.example/oauth/Token", false),
        ("https://card.example/oauth/par", false),
        ("https://card.example.evil.example/oauth/token", false),
        ("https://card.example@evil.example/oauth/token", false),
        ("/oauth/token", false),
        ("", false),
    ] {
        let proof = Proof::of(&world, &key, "POST", TOKEN).claim("htu", htu).made();
        let answer = Call::refresh(&partner, "none").proof(&proof).send(&world).await;
        refused(&answer, 400, if good { "invalid_grant" } else { "invalid_dpop_proof" });
    }
}

/// What a proxy writes into `Host` and `X-Forwarded-*` has no weight: a proof names the issuer.
async fn row_34_behind_a_proxy_the_issuers_address_counts() {
    let https = |config: &mut ecard::config::Config| {
        config.issuer = Some("https://card.example".to_owned());
    };
    let world = World::with(TestDb::create(Kind::Sqlite).await, https).await;
    let partner = world.add(Partner::fapi("fapi")).await;
    let (code, ask) = world.code(&partner).await;
    let behind = |call: Call| {
        call.header("host", "10.0.0.7:8080")
            .header("x-forwarded-host", "evil.example")
            .header("x-forwarded-proto", "http")
    };
    let answer = behind(Call::code(&partner, &code, &ask)).send(&world).await;
    granted(&answer);
    let token = answer.json()["access_token"].as_str().unwrap().to_owned();
    let key = partner.dpop.clone().unwrap();
    let asked = behind(Call::userinfo(&token, Some(&key))).send(&world).await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    for host in ["10.0.0.7:8080", "evil.example"] {
        let proof = Proof::at(&world, &key, "GET", &token);
        let proof = proof.claim("htu", format!("http://{host}{USERINFO}")).made();
        let call = Call::userinfo(&token, None);
        let call = call.instead_header("authorization", &format!("DPoP {token}"));
        challenged(&behind(call.proof(&proof)).send(&world).await, "DPoP", "invalid_dpop_proof");
    }
}

/// A `jti` is taken once, wherever it is shown again; another key may use the same one.
async fn row_35_a_proof_works_once_on_every_instance(t: TestDb) {
    let world = World::on(t).await;
    let partner = world.add(Partner::fapi("fapi")).await;
    let given = world.lasting(&partner).await;
    let key = partner.dpop.clone().unwrap();
    let proof = Proof::of(&world, &key, "POST", TOKEN).made();
    let call = Call::refresh(&partner, given.refresh()).proof(&proof);
    granted(&call.send(&world).await);
    refused(&call.send(&world).await, 400, "invalid_dpop_proof");
    let there = world.house.another_instance().await;
    refused(&call.clone().at(&there).send(&world).await, 400, "invalid_dpop_proof");

    let at = Proof::at(&world, &key, "GET", given.access()).made();
    let call = Call::userinfo(given.access(), None);
    let call = call.instead_header("authorization", &format!("DPoP {}", given.access())).proof(&at);
    assert_eq!(call.send(&world).await.status, 200);
    challenged(&call.send(&world).await, "DPoP", "invalid_dpop_proof");
    challenged(&call.at(&there).send(&world).await, "DPoP", "invalid_dpop_proof");
}

/// Header members and claims beyond the needed ones, `exp` and `nbf` among them, do no harm.
async fn row_36_more_than_a_proof_needs_is_tolerated() {
    let (world, partner, token) = ready().await;
    let now = world.now();
    let more = |d: Draft| {
        d.head("kid", "mine").head("x", json!({"y": 1})).claim("z", json!([1])).claim("iss", "me")
    };
    assert!(is_proof(&world, &partner, &token, more).await);
    let times = |d: Draft| d.claim("exp", now + 300).claim("nbf", now - 5);
    assert!(is_proof(&world, &partner, &token, times).await);
    let mut jwk = partner.dpop.as_ref().unwrap().jwk();
    for (name, value) in [("kid", "k"), ("use", "sig"), ("alg", "ES256")] {
        jwk[name] = json!(value);
    }
    assert!(is_proof(&world, &partner, &token, |d| d.head("jwk", jwk.clone())).await);
}
