//! OpenID Connect Config, and the discovery modules of the other plans.

use crate::common::db::{Kind, TestDb};
use crate::common::suite::Suite;
use crate::oauth::kit::World;
use axum::http::header;
use serde_json::Value;

pub(super) fn register(suite: &mut Suite) {
    tests!(suite;
        oidcc_discovery_endpoint_verification,
        oidcc_discovery_jwks,
        fapi2_discovery_end_point_verification);
}

async fn secure() -> World {
    let https = |config: &mut ecard::config::Config| {
        config.issuer = Some("https://card.example".to_owned());
    };
    World::with(TestDb::create(Kind::Sqlite).await, https).await
}

fn holds(document: &Value, name: &str, value: &str) -> bool {
    document[name].as_array().is_some_and(|list| list.iter().any(|entry| entry == value))
}

/// JSON with the exact issuer, https addresses, and everything OpenID Connect Discovery §3
/// requires, RS256 among the algorithms.
async fn oidcc_discovery_endpoint_verification() {
    let world = secure().await;
    let answer = world.house.browser().get("/.well-known/openid-configuration").await;
    assert_eq!(answer.status, 200);
    assert!(answer.header(header::CONTENT_TYPE).starts_with("application/json"));
    let document = answer.json();
    assert_eq!(document["issuer"], "https://card.example");
    for (name, value) in document.as_object().unwrap() {
        if name.ends_with("_endpoint") || name.ends_with("_uri") {
            assert!(
                value.as_str().unwrap().starts_with("https://card.example/"),
                "{name}: {value}"
            );
        }
        assert!(!value.is_null(), "{name}: what is not there is not named");
    }
    for (name, value) in [
        ("response_types_supported", "code"),
        ("subject_types_supported", "pairwise"),
        ("id_token_signing_alg_values_supported", "RS256"),
        ("scopes_supported", "openid"),
        ("claims_supported", "sub"),
        ("grant_types_supported", "authorization_code"),
        ("token_endpoint_auth_methods_supported", "client_secret_basic"),
        ("token_endpoint_auth_methods_supported", "client_secret_post"),
        ("response_modes_supported", "form_post"),
        ("acr_values_supported", "urn:ecard:acr:face"),
    ] {
        assert!(holds(&document, name, value), "{name}: {value}: {}", document[name]);
    }
    assert_eq!(document["claims_parameter_supported"], true);
    let origin = answer.headers.get(header::ACCESS_CONTROL_ALLOW_ORIGIN);
    assert!(origin.is_none_or(|value| value == "*"));
}

/// The key set is JSON, cached, and holds a key for each algorithm of ID tokens.
async fn oidcc_discovery_jwks() {
    let world = secure().await;
    let answer = world.house.browser().get("/oauth/jwks").await;
    let kind = answer.header(header::CONTENT_TYPE);
    assert!(kind.starts_with("application/jwk-set+json") || kind.starts_with("application/json"));
    let jwks = answer.json();
    for alg in world.metadata().await["id_token_signing_alg_values_supported"].as_array().unwrap() {
        let keys = jwks["keys"].as_array().unwrap();
        assert!(keys.iter().any(|key| key["alg"] == *alg && key["use"] == "sig"), "{alg}");
    }
}

/// FAPI 2.0 §5.3.2: pushed requests, S256, `iss`, private_key_jwt, and algorithms of §5.4 alone.
async fn fapi2_discovery_end_point_verification() {
    let world = secure().await;
    let document = world.metadata().await;
    assert!(document["pushed_authorization_request_endpoint"].is_string());
    assert_eq!(document["authorization_response_iss_parameter_supported"], true);
    for (name, value) in [
        ("code_challenge_methods_supported", "S256"),
        ("token_endpoint_auth_methods_supported", "private_key_jwt"),
        ("token_endpoint_auth_signing_alg_values_supported", "PS256"),
        ("dpop_signing_alg_values_supported", "ES256"),
        ("grant_types_supported", "refresh_token"),
    ] {
        assert!(holds(&document, name, value), "{name}: {value}");
    }
    for (name, value) in [
        ("code_challenge_methods_supported", "plain"),
        ("token_endpoint_auth_signing_alg_values_supported", "RS256"),
        ("token_endpoint_auth_signing_alg_values_supported", "none"),
        ("dpop_signing_alg_values_supported", "RS256"),
        ("id_token_signing_alg_values_supported", "none"),
        ("response_types_supported", "token"),
        ("response_types_supported", "id_token"),
        ("grant_types_supported", "implicit"),
        ("grant_types_supported", "password"),
    ] {
        assert!(!holds(&document, name, value), "{name}: {value}");
    }
}
