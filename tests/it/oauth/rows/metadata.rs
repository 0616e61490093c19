//! Row 46: what the metadata says, works; what works, it says.

use crate::common::suite::Suite;
use crate::oauth::kit::{Ask, Call, Partner, Walk, World, granted};
use axum::http::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub(super) fn register(suite: &mut Suite) {
    tests!(suite;
        row_46_the_metadata_says_what_works,
        row_46_every_advertised_address_answers,
        row_46_id_tokens_are_es256_and_rs256_only_where_it_was_registered);
}

fn set(value: &Value) -> BTreeSet<&str> {
    value
        .as_array()
        .unwrap_or_else(|| panic!("no list: {value}"))
        .iter()
        .map(|v| v.as_str().unwrap())
        .collect()
}

/// Both documents say the same: algorithms, flags, methods, scopes.
async fn row_46_the_metadata_says_what_works() {
    let world = World::open().await;
    let openid = world.metadata().await;
    let oauth = world.house.browser().get("/.well-known/oauth-authorization-server").await.json();
    assert_eq!(openid, oauth);
    let ours = ["PS256", "ES256", "EdDSA"];
    for (name, wanted) in [
        ("response_types_supported", &["code"][..]),
        ("response_modes_supported", &["query", "form_post"]),
        ("subject_types_supported", &["pairwise"]),
        ("code_challenge_methods_supported", &["S256"]),
        ("id_token_signing_alg_values_supported", &["ES256", "RS256"]),
        ("token_endpoint_auth_signing_alg_values_supported", &ours),
        ("dpop_signing_alg_values_supported", &ours),
        ("userinfo_signing_alg_values_supported", &["ES256", "RS256"]),
    ] {
        assert_eq!(set(&openid[name]), wanted.iter().copied().collect(), "{name}");
    }
    for (name, wanted) in [
        ("authorization_response_iss_parameter_supported", true),
        ("claims_parameter_supported", true),
        ("request_parameter_supported", false),
        ("request_uri_parameter_supported", false),
        ("backchannel_logout_supported", true),
        ("backchannel_logout_session_supported", true),
    ] {
        assert_eq!(openid[name], json!(wanted), "{name}");
    }
    assert_ne!(openid["require_pushed_authorization_requests"], json!(true), "not of everybody");
    for absent in [
        "check_session_iframe",
        "frontchannel_logout_supported",
        "require_request_uri_registration",
    ] {
        assert!(openid[absent].is_null() || openid[absent] == false, "{absent}");
    }
    let scopes = set(&openid["scopes_supported"]);
    for scope in crate::oauth::kit::EVERY_SCOPE.split(' ') {
        assert!(scopes.contains(scope), "{scope}");
    }
    let claims = set(&openid["claims_supported"]);
    for claim in ["sub", "iss", "auth_time", "acr", "name_masked", "region", "phone_number", "name"]
    {
        assert!(claims.contains(claim), "{claim}");
    }
    let prompts = set(&openid["prompt_values_supported"]);
    assert!(["none", "login", "consent"].iter().all(|p| prompts.contains(p)), "{prompts:?}");
}

/// Every URL is the issuer's and served; every client authentication method and grant named is
/// one that works, and none is kept secret.
async fn row_46_every_advertised_address_answers() {
    let world = World::open().await;
    let metadata = world.metadata().await;
    let mut stranger = world.house.browser();
    for name in [
        "authorization_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
        "jwks_uri",
        "pushed_authorization_request_endpoint",
        "introspection_endpoint",
        "revocation_endpoint",
        "end_session_endpoint",
        "device_authorization_endpoint",
        "status_list_aggregation_endpoint",
    ] {
        let url = metadata[name].as_str().unwrap_or_else(|| panic!("no {name}"));
        let path = url.strip_prefix(world.issuer()).unwrap_or_else(|| panic!("{name}: {url}"));
        let [get, post] = [Method::GET, Method::POST];
        let get = stranger.send(get, path, "", Vec::new()).await.status;
        let post = stranger.send(post, path, "", Vec::new()).await.status;
        assert!(get != 404 && post != 404 && get < 500 && post < 500, "{name}: {get} {post}");
    }
    let methods = set(&metadata["token_endpoint_auth_methods_supported"]);
    let wanted = ["private_key_jwt", "client_secret_basic", "client_secret_post", "none"];
    assert!(wanted.iter().all(|m| methods.contains(m)), "{methods:?}");
    for partner in
        [Partner::assertion("a"), Partner::basic("b"), Partner::post("c"), Partner::native("d")]
    {
        let partner = world.add(partner).await;
        world.plain(&partner).await;
    }
    let grants = set(&metadata["grant_types_supported"]);
    for grant in ["authorization_code", "refresh_token", "client_credentials"] {
        assert!(grants.contains(grant), "{grants:?}");
    }
    assert!(!grants.contains("implicit") && !grants.contains("password"), "{grants:?}");
    let service = world.add(Partner::service("service")).await;
    let call = Call::to("/oauth/token").by(&service).field("grant_type", "client_credentials");
    granted(&call.send(&world).await);
}

/// RS256 never for FAPI 2.0, whatever was registered, and never for cards.
async fn row_46_id_tokens_are_es256_and_rs256_only_where_it_was_registered() {
    let world = World::open().await;
    for (partner, alg) in [
        (Partner::basic("es"), "ES256"),
        (Partner::basic("rs").rs256(), "RS256"),
        (Partner::fapi("fapi"), "ES256"),
        (Partner::fapi("fapi-rs").rs256(), "ES256"),
    ] {
        let partner = world.add(partner).await;
        let ask = Ask::of(&partner).set("scope", "openid ecard");
        let end = world.ask(&partner, &ask, Walk::ALLOW).await;
        let tokens = Call::code(&partner, &end.code(), &ask).send(&world).await;
        granted(&tokens);
        let tokens = tokens.json();
        let id_token = world.open_token(tokens["id_token"].as_str().unwrap()).await;
        assert_eq!(id_token.header["alg"], alg, "{}", partner.id());
        let card = world.open_token(tokens["ecard_token"].as_str().unwrap()).await;
        assert_eq!(card.header["alg"], "ES256", "a card");
        assert_eq!(card.header["typ"], "ecard+jwt");
        assert_eq!((card.text("aud"), card.text("sub")), (partner.id(), id_token.text("sub")));
        let access = world.open_token(tokens["access_token"].as_str().unwrap()).await;
        assert_eq!(
            (&access.header["alg"], &access.header["typ"]),
            (&json!("ES256"), &json!("at+jwt"))
        );
    }
}
