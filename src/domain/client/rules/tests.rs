//! Every rule, and what breaks it.

use super::super::metadata::{Sender, accept};
use super::*;
use serde_json::{Map, Value, json};

fn key() -> Value {
    let (x, y) = ("A".repeat(43), "A".repeat(43));
    json!({"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": "1"})
}

fn with(base: Value, changes: Value) -> Map<String, Value> {
    let mut members = base.as_object().unwrap().clone();
    members.extend(changes.as_object().unwrap().clone());
    members
}

fn partner() -> Value {
    json!({"client_name": "甲", "redirect_uris": ["https://app.example/cb"]})
}

fn fapi2() -> Value {
    json!({
        "client_name": "甲", "redirect_uris": ["https://app.example/cb"],
        "ecard_profile": "fapi2", "jwks": {"keys": [key()]},
    })
}

fn public() -> Value {
    json!({
        "client_name": "甲", "redirect_uris": ["http://127.0.0.1/cb"],
        "application_type": "native", "token_endpoint_auth_method": "none",
    })
}

fn found(demo: bool, members: &Map<String, Value>) -> Vec<Finding> {
    let setting = Setting { demo, issuer: "https://card.example" };
    accept("app", members, &Sender::Operator, &setting).err().unwrap_or_default()
}

/// Each change stands against the registration, and nothing else does.
#[track_caller]
fn refused(base: fn() -> Value, member: &str, changes: &[Value]) {
    assert_eq!(found(false, &with(base(), json!({}))), [], "the base is good");
    for change in changes {
        let found = found(false, &with(base(), change.clone()));
        assert!(!found.is_empty(), "{change}");
        for finding in found {
            assert_eq!(finding.member, member, "{change}: {finding}");
            assert!(!finding.text.is_empty());
        }
    }
}

fn redirects(uris: &[&str]) -> Value {
    json!({ "redirect_uris": uris })
}

#[test]
fn a_web_client_has_https_redirects_without_frills() {
    let bad = [
        "http://app.example/cb",
        "http://127.0.0.1/cb",
        "http://localhost/cb",
        "https://app.example/cb#",
        "https://app.example/cb#f",
        "https://user@app.example/cb",
        "https://*.app.example/cb",
        "https://app.example/*",
        "/cb",
        "com.example.app:/cb",
        "javascript:alert(1)",
        "data:text/html,x",
        "",
    ];
    for uri in bad {
        refused(partner, "redirect_uris", &[redirects(&[uri])]);
    }
    let twice = redirects(&["https://app.example/cb", "https://app.example/cb"]);
    refused(partner, "redirect_uris", &[twice]);
    let many: Vec<_> = (0..33).map(|n| format!("https://app.example/{n}")).collect();
    refused(partner, "redirect_uris", &[json!({ "redirect_uris": many })]);
}

#[test]
fn only_redirect_uris_are_redirect_errors() {
    let text = Finding::new("redirect_uris", "x");
    assert_eq!(text.error().as_str(), "invalid_redirect_uri");
    assert_eq!(Finding::new("jwks", "x").error().as_str(), "invalid_client_metadata");
}

#[test]
fn the_demo_lets_web_clients_live_on_this_machine() {
    for uri in ["http://localhost:8081/cb", "http://127.0.0.1:8081/cb"] {
        assert_eq!(found(true, &with(partner(), redirects(&[uri]))), [], "{uri}");
    }
    for uri in ["http://app.example/cb", "http://localhost.evil.example/cb"] {
        assert_ne!(found(true, &with(partner(), redirects(&[uri]))), [], "{uri}");
    }
}

#[test]
fn a_native_app_has_loopback_claimed_https_or_its_own_scheme() {
    for uri in ["http://[::1]/cb", "https://app.example/cb", "com.example.app:/cb"] {
        assert_eq!(found(false, &with(public(), redirects(&[uri]))), [], "{uri}");
    }
    for uri in
        ["http://localhost/cb", "http://app.example/cb", "myapp:/cb", "javascript:x", "a..b:/cb"]
    {
        refused(public, "redirect_uris", &[redirects(&[uri])]);
    }
}

#[test]
fn several_hosts_need_a_document_that_lists_them() {
    let two = ["https://app.example/cb", "https://other.example/cb"];
    refused(partner, "sector_identifier_uri", &[redirects(&two)]);
    let named = json!({"redirect_uris": two, "sector_identifier_uri": "https://app.example/s"});
    assert_eq!(found(false, &with(partner(), named)), []);
    for bad in ["http://app.example/s", "https://app.example/s#f", "s"] {
        refused(partner, "sector_identifier_uri", &[json!({"sector_identifier_uri": bad})]);
    }
}

#[test]
fn a_sector_document_lists_every_redirect_uri() {
    let mut client = Client::new("app", "甲", super::super::ClientAuth::None);
    client.redirect_uris = vec!["https://app.example/cb".to_owned()];
    let lists = |text: &str| SectorDocument::parse(text.as_bytes()).map(|d| d.check(&client));
    assert_eq!(lists(r#"["https://app.example/cb"]"#), Ok(vec![]));
    assert_eq!(lists(r#"["https://app.example/"]"#).unwrap().len(), 1);
    assert!(lists("{}").is_err() && lists("[1]").is_err());
}

#[test]
fn places_to_go_are_https() {
    for member in ["client_uri", "initiate_login_uri", "backchannel_logout_uri", "jwks_uri"] {
        for uri in ["http://app.example/", "https://app.example/#f", "https://u@app.example/", "x"]
        {
            refused(partner, member, &[json!({ member: uri })]);
        }
    }
    let member = "post_logout_redirect_uris";
    refused(partner, member, &[json!({ member: ["http://app.example/"] })]);
    let asked = json!({"backchannel_logout_session_required": true});
    refused(partner, "backchannel_logout_session_required", &[asked]);
}

#[test]
fn names_do_not_deceive() {
    let long = "甲".repeat(61);
    let bad = [
        "",
        " ",
        "甲 ",
        "甲\n乙",
        "甲\u{202E}乙",
        "甲\u{200B}",
        "\u{2066}甲",
        "甲\u{FEFF}",
        "\u{E000}",
        &long,
    ];
    for name in bad {
        refused(partner, "client_name", &[json!({"client_name": name})]);
    }
    let spoofed = json!("x\u{202E}y");
    for member in ["client_name#en", "legal_entity", "ecard_purpose", "ecard_purpose#en"] {
        refused(partner, member, &[json!({ member: spoofed })]);
    }
}

#[test]
fn a_logo_is_a_picture_brought_along() {
    let png = "data:image/png;base64,iVBORw0KGgo=";
    assert_eq!(found(false, &with(partner(), json!({"logo_uri": png}))), []);
    let webp = "data:image/webp;base64,UklGRgAAAABXRUJQ";
    assert_eq!(found(false, &with(partner(), json!({"logo_uri": webp}))), []);
    let large = format!("{png}{}", "A".repeat(64 * 1024));
    for logo in [
        "https://app.example/logo.png",
        "data:image/svg+xml;base64,PHN2Zz4=",
        "data:image/png;base64,PHN2Zz4=",
        "data:image/png,x",
        "data:image/png;base64,!",
        large.as_str(),
    ] {
        refused(partner, "logo_uri", &[json!({"logo_uri": logo})]);
    }
}

#[test]
fn a_method_has_what_it_proves_with() {
    let method = |name: &str| json!({"token_endpoint_auth_method": name});
    refused(partner, "jwks", &[method("private_key_jwt"), method("self_signed_tls_client_auth")]);
    refused(partner, "tls_client_auth_subject_dn", &[method("tls_client_auth")]);
    let dn = |method: &str, dn: &str| json!({"token_endpoint_auth_method": method, "tls_client_auth_subject_dn": dn});
    let wrong = [
        dn("client_secret_basic", "CN=app"),
        dn("tls_client_auth", "app"),
        dn("tls_client_auth", "CN=app\n"),
        dn("tls_client_auth", &"CN=a,".repeat(200)),
    ];
    refused(partner, "tls_client_auth_subject_dn", &wrong);
    assert_eq!(found(false, &with(partner(), dn("tls_client_auth", "CN=app,O=甲"))), []);
    let alg = |alg: &str| json!({"token_endpoint_auth_signing_alg": alg});
    for bad in ["RS256", "HS256", "none"] {
        refused(fapi2, "token_endpoint_auth_signing_alg", &[alg(bad)]);
    }
    refused(partner, "token_endpoint_auth_signing_alg", &[alg("ES256")]);
}

#[test]
fn keys_are_public_strong_and_told_apart() {
    let keys = |keys: Value| json!({"jwks": {"keys": keys}});
    let changed = |change: Value| Value::Object(with(key(), change));
    let bad = [
        json!({"jwks": {}}),
        keys(json!([])),
        keys(json!(vec![key(); 17])),
        keys(json!([key(), key()])),
        keys(json!(["x"])),
        keys(json!([changed(json!({"d": "AA"}))])),
        keys(json!([{"kty": "oct", "k": "AA"}])),
        keys(json!([changed(json!({"crv": "P-521"}))])),
        keys(json!([changed(json!({"x": "AA"}))])),
        keys(json!([{"kty": "RSA", "n": "A".repeat(171), "e": "AQAB"}])),
        keys(json!([changed(json!({"use": "other"}))])),
    ];
    refused(fapi2, "jwks", &bad);
    refused(fapi2, "jwks", &[json!({"jwks_uri": "https://app.example/jwks"})]);
    let rsa = json!([{"kty": "RSA", "n": "A".repeat(342), "e": "AQAB"}]);
    assert_eq!(found(false, &with(fapi2(), keys(rsa))), []);
    let ed = json!([{"kty": "OKP", "crv": "Ed25519", "x": "A".repeat(43)}]);
    assert_eq!(found(false, &with(fapi2(), keys(ed))), []);
}

#[test]
fn fapi2_is_not_loosened() {
    let method = |name: &str| json!({"token_endpoint_auth_method": name});
    let member = "token_endpoint_auth_method";
    refused(fapi2, member, &[method("client_secret_basic"), method("client_secret_post")]);
    refused(fapi2, "dpop_bound_access_tokens", &[json!({"dpop_bound_access_tokens": false})]);
    let member = "require_pushed_authorization_requests";
    refused(fapi2, member, &[json!({ member: false })]);
    refused(fapi2, "ecard_pkce", &[json!({"ecard_pkce": "optional"})]);
    for member in ["id_token_signed_response_alg", "userinfo_signed_response_alg"] {
        refused(fapi2, member, &[json!({ member: "RS256" })]);
    }
    let own = json!({"application_type": "native", "redirect_uris": ["com.example.app:/cb"]});
    refused(fapi2, "redirect_uris", &[own, redirects(&["http://app.example/cb"])]);
    let none = found(false, &with(fapi2(), method("none")));
    assert!(none.iter().any(|f| f.member == "token_endpoint_auth_method"), "{none:?}");
}

#[test]
fn rs256_is_for_clients_of_openid_connect() {
    let wish = json!({"id_token_signed_response_alg": "RS256"});
    assert_eq!(found(false, &with(partner(), wish)), []);
    refused(
        partner,
        "id_token_signed_response_alg",
        &[
            json!({"id_token_signed_response_alg": "HS256"}),
            json!({"id_token_signed_response_alg": "none"}),
        ],
    );
}

#[test]
fn tokens_are_bound_to_one_thing() {
    let both = json!({
        "dpop_bound_access_tokens": true, "tls_client_certificate_bound_access_tokens": true,
    });
    refused(partner, "dpop_bound_access_tokens", &[both]);
}

#[test]
fn a_public_client_has_pkce_and_no_credentials() {
    refused(public, "ecard_pkce", &[json!({"ecard_pkce": "optional"})]);
    let grants = json!({"grant_types": ["authorization_code", "client_credentials"]});
    refused(public, "grant_types", &[grants]);
}

#[test]
fn grants_redirects_and_scopes_fit_together() {
    let grants = |grants: &[&str]| json!({ "grant_types": grants, "scope": "medical.settle" });
    refused(
        partner,
        "grant_types",
        &[
            grants(&["client_credentials"]),
            grants(&[]),
            grants(&["implicit"]),
            grants(&["client_credentials", "refresh_token"]),
        ],
    );
    let none = json!({"redirect_uris": [], "grant_types": ["authorization_code"]});
    refused(partner, "redirect_uris", &[none]);
    let service = || json!({"client_name": "医院"});
    refused(service, "scope", &[json!({"scope": "openid"}), json!({"scope": "medical"})]);
    refused(partner, "scope", &[json!({"scope": ""})]);
}

#[test]
fn identity_is_asked_for_a_stated_purpose() {
    refused(partner, "ecard_purpose", &[json!({"scope": "openid identity"})]);
    let stated = json!({"scope": "openid identity", "ecard_purpose": "开户"});
    assert_eq!(found(false, &with(partner(), stated)), []);
}

#[test]
fn an_api_is_an_https_address_of_the_clients_own() {
    let bad = [
        "http://api.example/",
        "https://api.example/#f",
        "https://u@api.example/",
        "api.example",
        "https://card.example",
        "https://card.example/oauth/userinfo",
    ];
    for uri in bad {
        refused(partner, "ecard_resources", &[json!({"ecard_resources": [uri]})]);
    }
    let twice = json!({"ecard_resources": ["https://api.example/", "https://api.example/"]});
    refused(partner, "ecard_resources", &[twice]);
    let near = json!({"ecard_resources": ["https://card.example.org/"]});
    assert_eq!(found(false, &with(partner(), near)), []);
}

#[test]
fn an_identifier_is_plain() {
    let setting = Setting { demo: false, issuer: "https://card.example" };
    let members = with(partner(), json!({}));
    let found = accept("a b", &members, &Sender::Operator, &setting).unwrap_err();
    assert_eq!(found.len(), 1);
    assert_eq!(found.first().unwrap().member, "client_id");
}
