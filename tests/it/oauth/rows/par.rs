//! Rows 6, 7, 10, 11 and 12: pushing a request (RFC 9126).

use crate::common::suite::Suite;
use crate::oauth::kit::{
    AUTHORIZE, Ask, Call, INTROSPECT, PAR, Partner, REVOKE, TOKEN, Walk, World, refused, shown,
    told,
};
use axum::http::{Method, header};
use std::collections::BTreeSet;

pub(super) fn register(suite: &mut Suite) {
    tests!(suite;
        row_06_a_push_is_answered_by_a_short_lived_uri_nobody_can_guess,
        row_07_a_pushed_request_is_its_clients_own,
        row_10_a_push_names_no_other_push,
        row_11_endpoints_take_one_method,
        row_12_a_fapi_client_must_push);
}

/// 201, JSON, `expires_in` between 5 and 599, a URI with at least 128 bits of chance.
async fn row_06_a_push_is_answered_by_a_short_lived_uri_nobody_can_guess() {
    let world = World::open().await;
    let mut seen = BTreeSet::new();
    for partner in [Partner::fapi("fapi"), Partner::basic("basic"), Partner::native("native")] {
        let partner = world.add(partner).await;
        for _ in 0..4 {
            let answer = Call::push(&partner, &Ask::of(&partner)).send(&world).await;
            assert_eq!(answer.status, 201, "{}", answer.body);
            assert!(answer.header(header::CONTENT_TYPE).starts_with("application/json"));
            assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
            let json = answer.json();
            let lifetime = json["expires_in"].as_u64().unwrap();
            assert!((5..=599).contains(&lifetime), "{lifetime}");
            let uri = json["request_uri"].as_str().unwrap().to_owned();
            let chance = uri.strip_prefix("urn:ietf:params:oauth:request_uri:").unwrap();
            assert!(chance.len() >= 22, "128 bits are 22 letters of base64url: {chance}");
            assert!(seen.insert(uri), "never the same twice");
        }
    }
}

/// What one client pushed, no other can use: the citizen is told, nobody is redirected.
async fn row_07_a_pushed_request_is_its_clients_own() {
    let world = World::open().await;
    let one = world.add(Partner::fapi("one")).await;
    let other = world.add(Partner::fapi("other")).await;
    let uri = world.push(&one, &Ask::of(&one)).await;
    let path = Ask::pushed(other.id(), &uri).path();
    shown(&world.walk(&mut world.holder.clone(), &path, Walk::ALLOW).await);
    let made_up = "urn:ietf:params:oauth:request_uri:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    for path in [
        Ask::pushed(one.id(), made_up).path(),
        Ask::pushed(one.id(), &format!("{uri}x")).path(),
        Ask::pushed("nobody", &uri).path(),
        Ask::pushed(one.id(), &uri).without("client_id").path(),
    ] {
        shown(&world.walk(&mut world.holder.clone(), &path, Walk::ALLOW).await);
    }
    let path = Ask::pushed(one.id(), &uri).path();
    world.walk(&mut world.holder.clone(), &path, Walk::ALLOW).await.code();
}

/// `request_uri` inside a pushed request is refused (RFC 9126 §2.1), and so is a request object.
async fn row_10_a_push_names_no_other_push() {
    let world = World::open().await;
    let partner = world.add(Partner::fapi("fapi")).await;
    let uri = world.push(&partner, &Ask::of(&partner)).await;
    for value in [uri.as_str(), "https://fapi.example/request.jwt"] {
        let ask = Ask::of(&partner).set("request_uri", value);
        let answer = Call::push(&partner, &ask).send(&world).await;
        refused(&answer, 400, "invalid_request");
    }
    let ask = Ask::of(&partner).set("request", "e30.e30.");
    let answer = Call::push(&partner, &ask).send(&world).await;
    refused(&answer, 400, "request_not_supported");
}

/// Endpoints that take a form take nothing else: 405, and what would be right.
async fn row_11_endpoints_take_one_method() {
    let world = World::open().await;
    for path in [PAR, TOKEN, INTROSPECT, REVOKE] {
        for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH] {
            let answer = Call::to(path).method(method.clone()).send(&world).await;
            assert_eq!(answer.status, 405, "{method} {path}");
            assert!(answer.header(header::ALLOW).contains("POST"), "{method} {path}");
        }
        let mut client = world.house.browser();
        let json = br#"{"grant_type":"client_credentials"}"#.to_vec();
        let answer = client.send(Method::POST, path, "application/json", json).await;
        assert!(matches!(answer.status, 400 | 401 | 415), "JSON at {path}: {}", answer.status);
    }
    let put = Call::to(AUTHORIZE).method(Method::PUT).send(&world).await;
    assert_eq!(put.status, 405);
}

/// A FAPI 2.0 client whose request was not pushed is refused, whatever else is right; so is any
/// client that registered `require_pushed_authorization_requests`.
async fn row_12_a_fapi_client_must_push() {
    let world = World::open().await;
    let fapi = world.add(Partner::fapi("fapi")).await;
    let strict =
        Partner::basic("strict").with(|client| client.require_pushed_authorization_requests = true);
    let strict = world.add(strict).await;
    for partner in [&fapi, &strict] {
        let ask = Ask::of(partner);
        let end = world.walk(&mut world.holder.clone(), &ask.path(), Walk::ALLOW).await;
        told(&end, "invalid_request", ask.value("state"), world.issuer());
        let end = world.post(&mut world.holder.clone(), &ask, Walk::ALLOW).await;
        told(&end, "invalid_request", ask.value("state"), world.issuer());
    }
}
