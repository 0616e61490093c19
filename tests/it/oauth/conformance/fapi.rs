//! FAPI 2.0 Security Profile (final) with private_key_jwt and DPoP: requests and clients.

use crate::common::suite::Suite;
use crate::oauth::kit::{
    Ask, Assertion, Call, Key, PAR, Partner, TOKEN, Walk, World, granted, refused, shown, told,
    unknown_client,
};
use serde_json::json;

pub(super) fn register(suite: &mut Suite) {
    tests!(suite;
        fapi2_happy_flow, fapi2_ensure_authorization_request_without_state_and_nonce_success,
        fapi2_par_ensure_reused_request_uri_prior_to_auth_completion_succeeds,
        fapi2_par_attempt_to_use_expired_request_uri, fapi2_par_without_client_authentication,
        fapi2_ensure_redirect_uri_in_authorization_request, fapi2_ensure_response_type_is_code,
        fapi2_ensure_authorization_code_is_bound_to_client,
        fapi2_ensure_client_assertion_in_token_endpoint,
        fapi2_ensure_server_accepts_nbf_8_seconds_in_the_future,
        fapi2_user_rejects_authentication, fapi2_test_claims_parameter_identity_claims,
        fapi2_attempt_reuse_authorization_code_after_one_second);
}

async fn fapi() -> (World, Partner) {
    let world = World::open().await;
    let partner = world.add(Partner::fapi("fapi")).await;
    (world, partner)
}

/// Pushed request, code, bound tokens, userinfo, for each algorithm a client may sign by.
async fn fapi2_happy_flow() {
    let world = World::open().await;
    for key in [Key::es256("k"), Key::ps256("k"), Key::ed25519("k")] {
        let mut partner = Partner::fapi(&format!("fapi-{}", key.alg)).signing(&key);
        partner.dpop = Some(match key.alg {
            "ES256" => Key::es256("d"),
            "PS256" => Key::ps256("d"),
            _ => Key::ed25519("d"),
        });
        let partner = world.add(partner).await;
        let given = world.plain(&partner).await;
        assert_eq!(given.text("token_type"), "DPoP");
        let jkt = partner.dpop.as_ref().unwrap().thumbprint();
        let access = world.open_token(given.access()).await;
        assert_eq!(access.claims["cnf"]["jkt"], jkt);
        for (name, value) in [("iss", world.issuer()), ("client_id", partner.id())] {
            assert_eq!(access.text(name), value);
        }
        let told = Call::userinfo(given.access(), partner.dpop.as_ref()).send(&world).await;
        assert_eq!(told.status, 200, "{}", told.body);
        let id_token = world.open_token(given.id_token()).await;
        assert_eq!(told.json()["sub"], id_token.claims["sub"]);
        let active = Call::introspect(&partner, given.access()).send(&world).await.json();
        assert_eq!((&active["active"], &active["cnf"]["jkt"]), (&json!(true), &json!(jkt)));
    }
}

/// Neither `state` nor `nonce` is needed; what was not sent does not come back.
async fn fapi2_ensure_authorization_request_without_state_and_nonce_success() {
    let (world, partner) = fapi().await;
    let ask = Ask::of(&partner).without("state").without("nonce");
    let end = world.ask(&partner, &ask, Walk::ALLOW).await;
    assert!(!end.back().params.contains_key("state"));
    granted(&Call::code(&partner, &end.code(), &ask).send(&world).await);
    let only = Ask::of(&partner).without("nonce").set("scope", "profile");
    let given = world.tokens(&partner, only).await;
    assert!(given.tokens.get("id_token").is_none());
}

/// Opening the same `request_uri` again before deciding goes on with it, also in another browser
/// after the first one gave up.
async fn fapi2_par_ensure_reused_request_uri_prior_to_auth_completion_succeeds() {
    let (world, partner) = fapi().await;
    let ask = Ask::of(&partner);
    let uri = world.push(&partner, &ask).await;
    let path = Ask::pushed(partner.id(), &uri).path();
    let mut first = world.house.browser();
    assert_eq!(world.walk(&mut first, &path, Walk::LOOK).await.last.step(), "login");
    let end = world.walk(&mut world.holder.clone(), &path, Walk::ALLOW).await;
    granted(&Call::code(&partner, &end.code(), &ask).send(&world).await);
    let late = world.walk(&mut first, &path, Walk::ALLOW).await;
    shown(&late);
}

/// `expires_in` later the URI begins nothing any more.
async fn fapi2_par_attempt_to_use_expired_request_uri() {
    let (world, partner) = fapi().await;
    let answer = Call::push(&partner, &Ask::of(&partner)).send(&world).await.json();
    world.pass(answer["expires_in"].as_u64().unwrap() + 1);
    let path = Ask::pushed(partner.id(), answer["request_uri"].as_str().unwrap()).path();
    shown(&world.walk(&mut world.holder.clone(), &path, Walk::ALLOW).await);
}

/// A push without proof of the client, or with another's, is `invalid_client`.
async fn fapi2_par_without_client_authentication() {
    let (world, partner) = fapi().await;
    let other = world.add(Partner::fapi("other")).await;
    let push = Call::push(&partner, &Ask::of(&partner));
    unknown_client(&push.clone().by_nobody().send(&world).await);
    let theirs = push.by(&other).send(&world).await;
    assert!(matches!(theirs.status, 400 | 401), "client_id is another's: {}", theirs.body);
}

/// Without `redirect_uri`, or with one that is not registered, a push is refused.
async fn fapi2_ensure_redirect_uri_in_authorization_request() {
    let (world, partner) = fapi().await;
    let ask = Ask::of(&partner);
    let bare = Call::push(&partner, &ask.clone().without("redirect_uri")).send(&world).await;
    refused(&bare, 400, "invalid_request");
    for wrong in
        ["https://fapi.example/cb?x=1", "https://fapi.example/other", "http://fapi.example/cb"]
    {
        let push = Call::push(&partner, &ask.clone().set("redirect_uri", wrong)).send(&world).await;
        refused(&push, 400, "invalid_request");
    }
}

/// `code id_token` and the like are refused when they are pushed.
async fn fapi2_ensure_response_type_is_code() {
    let (world, partner) = fapi().await;
    for kind in ["code id_token", "token", "id_token"] {
        let ask = Ask::of(&partner).set("response_type", kind);
        let push = Call::push(&partner, &ask).send(&world).await;
        refused(&push, 400, "unsupported_response_type");
    }
}

/// Another client, rightly authenticated and with the right key, gets nothing for a code; it is
/// good for its own client afterwards.
async fn fapi2_ensure_authorization_code_is_bound_to_client() {
    let (world, partner) = fapi().await;
    let mut other = world.add(Partner::fapi("other")).await;
    let (code, ask) = world.code(&partner).await;
    refused(&Call::code(&other, &code, &ask).send(&world).await, 400, "invalid_grant");
    other.dpop = partner.dpop.clone();
    refused(&Call::code(&other, &code, &ask).send(&world).await, 400, "invalid_grant");
    granted(&Call::code(&partner, &code, &ask).send(&world).await);
}

/// The token endpoint wants the assertion too, and one whose identity agrees with `client_id`.
async fn fapi2_ensure_client_assertion_in_token_endpoint() {
    let (world, partner) = fapi().await;
    let other = world.add(Partner::fapi("other")).await;
    let (code, ask) = world.code(&partner).await;
    let right = Call::code(&partner, &code, &ask);
    unknown_client(&right.clone().by_nobody().send(&world).await);
    unknown_client(&right.clone().by_nobody().field("client_id", "fapi").send(&world).await);
    let now = world.now();
    for assertion in [
        Assertion::of(&world, &partner).claim("exp", now - 300).claim("iat", now - 360),
        Assertion::of(&world, &partner).without("sub"),
        Assertion::of(&world, &partner).claim("sub", "other"),
        Assertion::of(&world, &partner).claim("aud", "https://elsewhere.example/"),
        Assertion::of(&world, &partner).claim("aud", json!([world.issuer()])),
        Assertion::of(&world, &partner).claim("aud", format!("{}{PAR}", world.issuer())),
        Assertion::of(&world, &partner).claim("aud", format!("{}{TOKEN}", world.issuer())),
    ] {
        unknown_client(&right.clone().asserting(&assertion.made()).send(&world).await);
    }
    let named = right.clone().by(&other).field("client_id", "fapi").send(&world).await;
    assert!(matches!(named.status, 400 | 401), "{}", named.body);
    granted(&right.field("client_id", "fapi").send(&world).await);
}

/// `nbf` and `iat` eight seconds ahead are taken at both endpoints.
async fn fapi2_ensure_server_accepts_nbf_8_seconds_in_the_future() {
    let (world, partner) = fapi().await;
    let ahead = || {
        let draft = Assertion::of(&world, &partner).claim("nbf", world.now() + 8);
        draft.claim("iat", world.now() + 8).made()
    };
    let ask = Ask::of(&partner);
    let push = Call::push(&partner, &ask).asserting(&ahead()).send(&world).await;
    assert_eq!(push.status, 201, "{}", push.body);
    let path = Ask::pushed(partner.id(), push.json()["request_uri"].as_str().unwrap()).path();
    let code = world.walk(&mut world.holder.clone(), &path, Walk::ALLOW).await.code();
    granted(&Call::code(&partner, &code, &ask).asserting(&ahead()).send(&world).await);
}

/// Refusing is `access_denied` with `state` and `iss`; the URI is used up by it.
async fn fapi2_user_rejects_authentication() {
    let (world, partner) = fapi().await;
    let ask = Ask::of(&partner);
    let uri = world.push(&partner, &ask).await;
    let path = Ask::pushed(partner.id(), &uri).path();
    let end = world.walk(&mut world.holder.clone(), &path, Walk::REFUSE).await;
    told(&end, "access_denied", ask.value("state"), world.issuer());
    shown(&world.walk(&mut world.house.browser(), &path, Walk::ALLOW).await);
}

/// `claims` works inside a pushed request.
async fn fapi2_test_claims_parameter_identity_claims() {
    let (world, partner) = fapi().await;
    let wish =
        json!({"userinfo": {"name": null}, "id_token": {"phone_number": {"essential": true}}});
    let ask = Ask::of(&partner).set("scope", "openid").set("claims", &wish.to_string());
    let given = world.tokens(&partner, ask).await;
    let opened = world.open_token(given.id_token()).await;
    assert!(opened.claims["phone_number"].is_string(), "{}", opened.claims);
    let told = Call::userinfo(given.access(), partner.dpop.as_ref()).send(&world).await.json();
    assert!(told["name"].is_string() && told.get("id_number").is_none(), "{told}");
}

/// A second later the code is used up, and so is what it brought.
async fn fapi2_attempt_reuse_authorization_code_after_one_second() {
    let (world, partner) = fapi().await;
    let given = world.plain(&partner).await;
    world.pass(1);
    let again = Call::code(&partner, &given.code, &given.ask).send(&world).await;
    refused(&again, 400, "invalid_grant");
    let asked = Call::userinfo(given.access(), partner.dpop.as_ref()).send(&world).await;
    assert_eq!(asked.status, 401);
}
