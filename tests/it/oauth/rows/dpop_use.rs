//! Row 37: how a bound token is shown, and where a nonce comes from.

use super::dpop_claims::ready;
use crate::common::suite::Suite;
use crate::oauth::kit::{
    Call, Draft, Key, Partner, Proof, TOKEN, USERINFO, World, challenged, granted, peek, refused,
};
use axum::http::HeaderName;

pub(super) fn register(suite: &mut Suite) {
    tests!(suite;
        row_37_a_bound_token_is_no_bearer_token,
        row_37_a_nonce_is_asked_for_and_renewed,
        row_37_a_client_that_must_bind_gets_no_unbound_token);
}

const NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

/// Bound tokens are refused as `Bearer`, unbound ones as `DPoP`, and one bound to another key as
/// either; the scheme's letters may be of any case.
async fn row_37_a_bound_token_is_no_bearer_token() {
    let (world, partner, token) = ready().await;
    let key = partner.dpop.clone().unwrap();
    let bound = peek(&token);
    assert_eq!(bound.claims["cnf"]["jkt"], key.thumbprint());
    let bare = Call::userinfo(&token, None);
    challenged(&bare.send(&world).await, "DPoP", "invalid_token");
    let beside = bare.clone().proved_by(&key);
    assert_eq!(beside.send(&world).await.status, 401, "Bearer with a proof beside it");
    let unproved = bare.clone().instead_header("authorization", &format!("DPoP {token}"));
    challenged(&unproved.send(&world).await, "DPoP", "invalid_dpop_proof");
    let other = Key::es256("other");
    challenged(&Call::userinfo(&token, Some(&other)).send(&world).await, "DPoP", "invalid_token");
    for scheme in ["DPoP", "dpop", "DPOP", "dPoP"] {
        let call = Call::userinfo(&token, Some(&key));
        let call = call.instead_header("authorization", &format!("{scheme} {token}"));
        assert_eq!(call.send(&world).await.status, 200, "{scheme}");
    }
    let basic = world.add(Partner::basic("basic")).await;
    let unbound = world.plain(&basic).await.access().to_owned();
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let call = Call::userinfo(&unbound, None);
        let call = call.instead_header("authorization", &format!("{scheme} {unbound}"));
        assert_eq!(call.send(&world).await.status, 200, "{scheme}");
    }
    let dressed = Call::userinfo(&unbound, Some(&key)).send(&world).await;
    assert_eq!(dressed.status, 401, "an unbound token is bound to no key: {}", dressed.body);
    let in_body = Call::to(USERINFO).field("access_token", &token).send(&world).await;
    assert_eq!(in_body.status, 401, "a bound token in the body is a bearer token");
}

/// Without a nonce: `use_dpop_nonce` and one to use, at both kinds of endpoint. Answers bring the
/// next one; an old one is asked to be renewed.
async fn row_37_a_nonce_is_asked_for_and_renewed() {
    let (world, partner, token) = ready().await;
    let key = partner.dpop.clone().unwrap();
    let given = world.lasting(&partner).await;
    for bad in [None, Some("made-up"), Some("")] {
        let draft = |d: Draft| match bad {
            None => d.without("nonce"),
            Some(nonce) => d.claim("nonce", nonce),
        };
        let proof = draft(Proof::of(&world, &key, "POST", TOKEN)).made();
        let answer = Call::refresh(&partner, given.refresh()).proof(&proof).send(&world).await;
        refused(&answer, 400, "use_dpop_nonce");
        assert!(!answer.header(NONCE).is_empty());
        let proof = draft(Proof::at(&world, &key, "GET", &token)).made();
        let call = Call::userinfo(&token, None);
        let call = call.instead_header("authorization", &format!("DPoP {token}"));
        let answer = call.proof(&proof).send(&world).await;
        challenged(&answer, "DPoP", "use_dpop_nonce");
        assert!(!answer.header(NONCE).is_empty());
    }
    let answer = Call::refresh(&partner, given.refresh()).send(&world).await;
    granted(&answer);
    assert!(!answer.header(NONCE).is_empty(), "also sent on success");
    let old = world.nonce().unwrap();
    let asked = Call::userinfo(&token, Some(&key)).send(&world).await;
    assert_eq!(asked.status, 200);
    assert!(!asked.header(NONCE).is_empty(), "also sent by the resource");
    world.pass(900);
    let proof = Proof::of(&world, &key, "POST", TOKEN).claim("nonce", old.clone()).made();
    let answer = Call::refresh(&partner, given.refresh()).proof(&proof).send(&world).await;
    refused(&answer, 400, "use_dpop_nonce");
    assert_ne!(answer.header(NONCE), old, "nonces age");
    granted(&Call::refresh(&partner, given.refresh()).send(&world).await);
}

/// Whoever registered `dpop_bound_access_tokens`, and every FAPI 2.0 client, proves a key or gets
/// nothing; the token answer says `DPoP` then, and `Bearer` to others.
async fn row_37_a_client_that_must_bind_gets_no_unbound_token() {
    let world = World::open().await;
    let bound = Partner::basic("bound").binding().with(|c| c.dpop_bound_access_tokens = true);
    for partner in [Partner::fapi("fapi"), bound, Partner::native("native").binding()] {
        let partner = world.add(partner).await;
        let (code, ask) = world.code(&partner).await;
        if partner.client.must_bind() {
            let answer = Call::code(&partner, &code, &ask).unproved().send(&world).await;
            refused(&answer, 400, "invalid_dpop_proof");
        }
        let answer = Call::code(&partner, &code, &ask).send(&world).await;
        granted(&answer);
        assert_eq!(answer.json()["token_type"], "DPoP");
    }
    let basic = world.add(Partner::basic("basic")).await;
    let given = world.plain(&basic).await;
    assert_eq!(given.text("token_type"), "Bearer");
    assert!(peek(given.access()).claims.get("cnf").is_none());
}
