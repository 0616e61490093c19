//! Every member, right and wrong.

use super::*;
use serde_json::json;

const SETTING: Setting<'_> = Setting { demo: false, issuer: "https://card.example" };

fn members(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn operator(value: Value) -> Result<Client, Vec<Finding>> {
    accept("app", &members(value), &Sender::Operator, &SETTING)
}

fn software(value: Value, scope: &str) -> Result<Client, Vec<Finding>> {
    let sender = Sender::Software { scope: ScopeSet::parse(scope) };
    accept("app", &members(value), &sender, &SETTING)
}

fn names(found: Vec<Finding>) -> Vec<String> {
    found.into_iter().map(|finding| finding.member).collect()
}

fn key() -> Value {
    let (x, y) = ("A".repeat(43), "A".repeat(43));
    json!({"keys": [{"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": "1"}]})
}

#[test]
fn a_redirect_uri_makes_a_partner_app() {
    let app = json!({"client_name": "甲", "redirect_uris": ["https://app.example/cb"]});
    let client = operator(app.clone()).unwrap();
    assert_eq!(client.grant_types, [GrantType::AuthorizationCode, GrantType::RefreshToken]);
    assert_eq!(client.scope.to_string(), "openid profile ecard offline_access");
    assert_eq!(client.token_endpoint_auth_method, ClientAuth::ClientSecretBasic);
    assert_eq!(client.id_token_signed_response_alg, TokenAlgorithm::Es256);
    let mut without = members(app);
    without.insert("scope".to_owned(), json!("openid"));
    let client = operator(Value::Object(without)).unwrap();
    assert_eq!(client.grant_types, [GrantType::AuthorizationCode]);
}

#[test]
fn without_a_redirect_uri_it_is_a_relying_service() {
    let client = operator(json!({"client_name": "医院"})).unwrap();
    assert_eq!(client.grant_types, [GrantType::ClientCredentials]);
    assert!(client.scope.to_string().starts_with("medical.settle"));
}

#[test]
fn fapi2_fills_in_what_it_forces() {
    let client = operator(json!({
        "client_name": "甲", "redirect_uris": ["https://app.example/cb"],
        "ecard_profile": "fapi2", "jwks": key(),
    }))
    .unwrap();
    assert_eq!(client.token_endpoint_auth_method, ClientAuth::PrivateKeyJwt);
    assert!(client.dpop_bound_access_tokens && client.require_pushed_authorization_requests);
    let client = operator(json!({
        "client_name": "甲", "redirect_uris": ["https://app.example/cb"],
        "ecard_profile": "fapi2", "tls_client_auth_subject_dn": "CN=app,O=甲",
    }))
    .unwrap();
    assert_eq!(client.token_endpoint_auth_method, ClientAuth::TlsClientAuth);
    assert!(client.tls_client_certificate_bound_access_tokens && !client.dpop_bound_access_tokens);
}

#[test]
fn an_operator_hears_of_every_mistake_at_once() {
    let found = operator(json!({
        "client_name": 7, "redirect_uri": ["https://app.example/cb"], "ecard_profile": "fapi3",
        "grant_types": ["password"], "scope": "openid email", "dpop_bound_access_tokens": "yes",
        "redirect_uris": ["http://app.example/cb"], "default_max_age": -1, "jwks": [],
    }));
    let found = names(found.unwrap_err());
    for member in [
        "client_name",
        "redirect_uri",
        "ecard_profile",
        "grant_types",
        "scope",
        "dpop_bound_access_tokens",
        "redirect_uris",
        "default_max_age",
        "jwks",
    ] {
        assert!(found.iter().any(|name| name == member), "{member} in {found:?}");
    }
}

#[test]
fn members_that_a_specification_lists_are_passed_over() {
    let client = operator(json!({
        "client_name": "甲", "contacts": ["a@app.example"], "tos_uri": "https://app.example/tos",
        "software_id": "x", "client_name#fr": "A", "policy_uri#en": "https://app.example/p",
        "response_types": [], "subject_type": "pairwise", "logo_uri": null,
    }));
    assert!(client.is_ok(), "{client:?}");
}

#[test]
fn what_this_service_does_not_do_is_refused_by_name() {
    for (member, value) in [
        ("id_token_encrypted_response_alg", json!("RSA-OAEP-256")),
        ("request_object_signing_alg", json!("ES256")),
        ("require_signed_request_object", json!(true)),
        ("authorization_signed_response_alg", json!("ES256")),
        ("tls_client_auth_san_dns", json!("app.example")),
        ("subject_type", json!("public")),
        ("response_types", json!(["code", "id_token"])),
        ("response_types", json!("code")),
    ] {
        let mut app = members(json!({
            "client_name": "甲", "redirect_uris": ["https://app.example/cb"],
        }));
        app.insert(member.to_owned(), value);
        assert_eq!(names(operator(Value::Object(app)).unwrap_err()), [member]);
    }
}

#[test]
fn software_means_what_the_specifications_say_by_silence() {
    let client = software(
        json!({
            "client_name": "甲", "redirect_uris": ["https://app.example/cb"], "jwks": key(),
            "foo": "bar",
        }),
        "openid profile ecard",
    )
    .unwrap();
    assert_eq!(client.token_endpoint_auth_method, ClientAuth::ClientSecretBasic);
    assert_eq!(client.id_token_signed_response_alg, TokenAlgorithm::Rs256);
    assert_eq!(client.scope.to_string(), "openid profile ecard");
}

#[test]
fn software_gets_no_scope_beyond_its_token() {
    let app = json!({
        "client_name": "甲", "redirect_uris": ["https://app.example/cb"],
        "scope": "openid identity email",
    });
    let client = software(app.clone(), "openid profile").unwrap();
    assert_eq!(client.scope.to_string(), "openid");
    assert_eq!(names(software(app, "phone").unwrap_err()), ["scope"]);
}

#[test]
fn software_owns_no_api() {
    let found = software(
        json!({"client_name": "甲", "ecard_resources": ["https://api.example/"]}),
        "medical.settle",
    );
    assert_eq!(names(found.unwrap_err()), ["ecard_resources"]);
}
