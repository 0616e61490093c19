//! Rows 20–22: what an authorization request may carry.

use crate::common::suite::Suite;
use crate::oauth::kit::{Ask, Call, Partner, Walk, World, granted, refused, shown, told};

pub(super) fn register(suite: &mut Suite) {
    tests!(suite;
        row_20_long_state_and_nonce_come_back_whole,
        row_21_a_posted_request_is_as_good_as_a_get,
        row_21_unknown_parameters_are_ignored_and_repeated_ones_refused,
        row_22_what_is_not_supported_is_refused_by_name);
}

/// 384 characters of `state` and `nonce`, of every kind a URI may carry, are returned as they came.
async fn row_20_long_state_and_nonce_come_back_whole() {
    let world = World::open().await;
    let odd = "a b+c%d&e=f/g?h#i\"j'k<l>m\\n~o_p-q.r!s*t(u)v;w:x@y$z,中文";
    let long: String = "x0-_.~".repeat(64);
    assert_eq!(long.len(), 384);
    for partner in [Partner::basic("basic"), Partner::fapi("fapi")] {
        let partner = world.add(partner).await;
        for value in [long.as_str(), odd, "0", " "] {
            for mode in ["query", "form_post"] {
                let ask = Ask::of(&partner).set("response_mode", mode);
                let ask = ask.set("state", value).set("nonce", value);
                let end = world.ask(&partner, &ask, Walk::ALLOW).await;
                assert_eq!(end.param("state"), value, "{mode}");
                let answer = Call::code(&partner, &end.code(), &ask).send(&world).await;
                granted(&answer);
                let id_token = answer.json()["id_token"].as_str().unwrap().to_owned();
                assert_eq!(world.open_token(&id_token).await.text("nonce"), value);
            }
        }
    }
}

/// POST carries the whole request, with or without a session, and survives a login.
async fn row_21_a_posted_request_is_as_good_as_a_get() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let mut cold = world.house.browser();
    let ask = Ask::of(&partner);
    let end = world.post(&mut cold, &ask, Walk::ALLOW).await;
    assert_eq!(end.steps, ["login", "consent"]);
    assert_eq!(end.param("state"), ask.value("state"));
    granted(&Call::code(&partner, &end.code(), &ask).send(&world).await);
    let ask = Ask::of(&partner);
    let end = world.post(&mut cold, &ask, Walk::ALLOW).await;
    assert!(end.steps.is_empty(), "logged in, consent remembered: {:?}", end.steps);
    granted(&Call::code(&partner, &end.code(), &ask).send(&world).await);
    let ask = Ask::of(&partner).set("redirect_uri", "https://evil.example/");
    shown(&world.post(&mut cold, &ask, Walk::ALLOW).await);
}

/// What nobody knows has no weight; what comes twice is refused, but for `resource` (RFC 8707).
async fn row_21_unknown_parameters_are_ignored_and_repeated_ones_refused() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let extra = Ask::of(&partner).also("extra", "x").also("extra", "y").also("foo", "bar");
    world.ask(&partner, &extra, Walk::ALLOW).await.code();
    assert_eq!(Call::push(&partner, &extra).send(&world).await.status, 201);
    let pushed = world.push(&partner, &Ask::of(&partner)).await;
    let twice = Ask::pushed(partner.id(), &pushed).also("request_uri", "urn:example:other");
    shown(&world.ask(&partner, &twice, Walk::ALLOW).await);
    for name in [
        "response_type",
        "scope",
        "nonce",
        "code_challenge",
        "code_challenge_method",
        "prompt",
        "response_mode",
        "max_age",
        "claims",
        "id_token_hint",
        "login_hint",
        "ui_locales",
    ] {
        let ask = Ask::of(&partner);
        let value = if ask.value(name).is_empty() { "1" } else { ask.value(name) }.to_owned();
        let ask = ask.set(name, &value).also(name, &value);
        let end = world.ask(&partner, &ask, Walk::ALLOW).await;
        told(&end, "invalid_request", ask.value("state"), world.issuer());
        refused(&Call::push(&partner, &ask).send(&world).await, 400, "invalid_request");
    }
    let twice = Ask::of(&partner).also("state", "another");
    assert_eq!(world.ask(&partner, &twice, Walk::ALLOW).await.error(), "invalid_request");
    for name in ["client_id", "redirect_uri"] {
        let ask = Ask::of(&partner);
        let value = ask.value(name).to_owned();
        shown(&world.ask(&partner, &ask.also(name, &value), Walk::ALLOW).await);
    }
    let ask = Ask::of(&partner).also("resource", world.issuer()).also("resource", world.issuer());
    let code = world.ask(&partner, &ask, Walk::ALLOW).await.code();
    granted(&Call::code(&partner, &code, &ask).send(&world).await);
    for name in ["grant_type", "code", "code_verifier", "redirect_uri"] {
        let (code, ask) = world.code(&partner).await;
        let call = Call::code(&partner, &code, &ask).field(name, "another");
        refused(&call.send(&world).await, 400, "invalid_request");
    }
}

/// Request objects, foreign `request_uri`s and `registration` have errors of their own, and the
/// metadata says that there is no use in trying.
async fn row_22_what_is_not_supported_is_refused_by_name() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    for (name, value, code) in [
        ("request", "eyJhbGciOiJub25lIn0.e30.", "request_not_supported"),
        ("request_uri", "https://basic.example/request.jwt", "request_uri_not_supported"),
        ("registration", "{}", "registration_not_supported"),
    ] {
        let ask = Ask::of(&partner).set(name, value);
        let end = world.ask(&partner, &ask, Walk::ALLOW).await;
        told(&end, code, ask.value("state"), world.issuer());
        let end = world.post(&mut world.holder.clone(), &ask, Walk::ALLOW).await;
        told(&end, code, ask.value("state"), world.issuer());
    }
    let metadata = world.metadata().await;
    for name in ["request_parameter_supported", "request_uri_parameter_supported"] {
        assert_eq!(metadata[name], false, "{name}");
    }
}
