//! How clients prove who they are, what they are held to, and what they may get.

use super::super::super::metadata::{Sender, accept};
use super::*;

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
