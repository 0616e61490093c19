use super::*;
use crate::domain::client::{Client, ClientAuth, ClientProfile, GrantType};
use crate::domain::field::Field;

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn client() -> Client {
    let mut client = Client::new("app", "应用", ClientAuth::ClientSecretBasic);
    client.redirect_uris = vec!["https://app.example/cb".to_owned()];
    client.grant_types = vec![GrantType::AuthorizationCode];
    client.scope = ScopeSet::parse("openid profile ecard");
    client
}

fn ask(client: &Client, pairs: &[(&str, &str)]) -> Result<AuthorizationRequest, RequestProblem> {
    let base = [
        ("client_id", "app"),
        ("response_type", "code"),
        ("scope", "openid profile"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let given = |name: &str| pairs.iter().any(|(n, _)| *n == name);
    let base = base.iter().filter(|(name, _)| !given(name));
    let all = base.chain(pairs).map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
    let uri = RedirectUri::matched(client, None).unwrap();
    let ours = |resource: &str| resource == "https://ecard.example";
    read(client, uri, &Params::new(all), &Rules { resources: &ours })
}

fn refused(pairs: &[(&str, &str)]) -> &'static str {
    ask(&client(), pairs).unwrap_err().code
}

#[test]
fn a_plain_request_is_read() {
    let long = "x".repeat(384);
    let request = ask(&client(), &[("state", &long), ("nonce", &long), ("foo", "bar")]).unwrap();
    assert_eq!(request.state.unwrap(), long);
    assert_eq!(request.nonce.unwrap(), long);
    assert_eq!(request.scope.to_string(), "openid profile");
}

#[test]
fn what_is_unsupported_is_refused_by_its_own_error() {
    assert_eq!(refused(&[("request", "x")]), "request_not_supported");
    assert_eq!(refused(&[("request_uri", "https://a/")]), "request_uri_not_supported");
    assert_eq!(refused(&[("registration", "{}")]), "registration_not_supported");
    assert_eq!(refused(&[("response_type", "token")]), "unsupported_response_type");
    assert_eq!(refused(&[("response_type", "code id_token")]), "unsupported_response_type");
    assert_eq!(refused(&[("response_type", "")]), "invalid_request");
    assert_eq!(refused(&[("response_mode", "fragment")]), "invalid_request");
}

#[test]
fn a_challenge_is_s256_or_nothing() {
    assert_eq!(refused(&[("code_challenge_method", "plain")]), "invalid_request");
    assert_eq!(refused(&[("code_challenge_method", "")]), "invalid_request");
    assert_eq!(refused(&[("code_challenge", "short")]), "invalid_request");
    assert_eq!(refused(&[("code_challenge", "")]), "invalid_request");
    let without = [("code_challenge", ""), ("code_challenge_method", "")];
    assert_eq!(refused(&without), "invalid_request");
    let with_nonce = [without[0], without[1], ("nonce", "n")];
    assert!(ask(&client(), &with_nonce).is_ok());
    let fapi = Client { profile: ClientProfile::Fapi2, ..client() };
    assert!(ask(&fapi, &with_nonce).is_err());
}

#[test]
fn repeated_parameters_are_refused_but_for_resource() {
    assert_eq!(refused(&[("state", "a"), ("state", "b")]), "invalid_request");
    let twice = [("resource", "https://ecard.example"), ("resource", "https://ecard.example")];
    assert_eq!(ask(&client(), &twice).unwrap().resources, ["https://ecard.example"]);
    assert_eq!(refused(&[("resource", "https://other.example")]), "invalid_target");
}

#[test]
fn a_client_asks_for_its_own_scopes_alone() {
    assert_eq!(refused(&[("scope", "openid identity")]), "invalid_scope");
    assert_eq!(refused(&[("scope", "email")]), "invalid_scope");
    assert_eq!(refused(&[("scope", "")]), "invalid_scope");
    assert!(ask(&client(), &[("scope", "openid email")]).is_ok());
}

#[test]
fn a_claim_is_asked_for_only_by_who_may_ask_for_its_scope() {
    let wish = r#"{"userinfo":{"name":null,"region":null}}"#;
    let request = ask(&client(), &[("claims", wish)]).unwrap();
    assert!(!request.asked().fields.contains(Field::Name));
    assert!(request.asked().fields.contains(Field::Region));
    assert_eq!(refused(&[("claims", "[]")]), "invalid_request");
}

#[test]
fn a_request_survives_its_text() {
    let request = ask(&client(), &[("prompt", "login"), ("max_age", "1")]).unwrap();
    let text = serde_json::to_string(&request).unwrap();
    assert_eq!(serde_json::from_str::<AuthorizationRequest>(&text).unwrap(), request);
}
