//! `POST /oauth/register`: software registers clients and looks after them (RFC 7591, RFC 7592).

mod own;

use crate::common::db::TestDb;
use crate::common::house::answer::Answer;
use crate::common::house::{House, NOW};
use crate::common::suite::Suite;
use axum::http::{Method, header};
use ecard::auth::registration::software::{hand_out, take_back};
use ecard::storage::registration_tokens::TokenRow;
use serde_json::{Value, json};
use std::time::Duration;

pub(crate) fn register(suite: &mut Suite) {
    both!(suite; software_registers_with_an_initial_access_token);
    both!(suite; a_token_is_good_for_its_uses_and_its_time);
    both!(suite; of_two_at_once_one_gets_the_last_use);
    both!(suite; what_is_refused_has_its_name_and_uses_nothing_up);
    both!(suite; software_gets_no_more_than_its_token_allows);
    both!(suite; registrations_are_limited);
    both!(suite; a_client_looks_after_its_own_registration);
    both!(suite; nobody_looks_after_anothers_registration);
    own::register(suite);
}

async fn token(house: &House, uses: i64) -> String {
    let row = TokenRow {
        label: "acme".to_owned(),
        scope: "openid profile ecard offline_access".to_owned(),
        uses_left: uses,
        created_at: NOW,
        expires_at: NOW + Duration::from_secs(3600),
    };
    hand_out(&house.app, row).await.unwrap().expose().to_owned()
}

async fn call(house: &House, method: Method, path: &str, token: &str, body: &Value) -> Answer {
    let mut browser = house.browser();
    if !token.is_empty() {
        browser.headers.push(("authorization", format!("Bearer {token}")));
    }
    let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    browser.send(method, path, "application/json", body).await
}

async fn post(house: &House, token: &str, body: &Value) -> Answer {
    call(house, Method::POST, "/oauth/register", token, body).await
}

fn acme() -> Value {
    json!({
        "client_name": "Acme", "redirect_uris": ["https://acme.example/cb"], "x_unknown": [1],
        "contacts": ["ops@acme.example"],
    })
}

fn refused(answer: &Answer, status: u16, error: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(answer.json()["error"], error, "{}", answer.body);
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
}

async fn software_registers_with_an_initial_access_token(t: TestDb) {
    let house = House::build(t).await;
    let token = token(&house, 1).await;
    let answer = post(&house, &token, &acme()).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    let told = answer.json();
    for (member, value) in [
        ("client_name", json!("Acme")),
        ("redirect_uris", json!(["https://acme.example/cb"])),
        ("token_endpoint_auth_method", json!("client_secret_basic")),
        ("grant_types", json!(["authorization_code", "refresh_token"])),
        ("response_types", json!(["code"])),
        ("subject_type", json!("pairwise")),
        ("id_token_signed_response_alg", json!("RS256")),
        ("client_secret_expires_at", json!(0)),
        ("client_id_issued_at", json!(NOW.epoch_seconds())),
        ("scope", json!("openid profile ecard offline_access")),
    ] {
        assert_eq!(told[member], value, "{member}");
    }
    assert!(told.get("x_unknown").is_none());
    assert_eq!(told["client_secret"].as_str().unwrap().len(), 43);
    let own = format!("/oauth/register/{}", told["client_id"].as_str().unwrap());
    assert!(told["registration_client_uri"].as_str().unwrap().ends_with(&own));
    assert_eq!(house.count("audit WHERE event = 'client.registered'").await, 1);
    assert_eq!(house.count("client_secrets WHERE client LIKE 'dyn-%'").await, 1);
}

async fn a_token_is_good_for_its_uses_and_its_time(t: TestDb) {
    let house = House::build(t).await;
    let twice = token(&house, 2).await;
    assert_eq!(post(&house, &twice, &acme()).await.status, 201);
    assert_eq!(post(&house, &twice, &acme()).await.status, 201);
    refused(&post(&house, &twice, &acme()).await, 401, "invalid_token");
    for wrong in ["", "x", twice.get(1..).unwrap(), "Bearer"] {
        let answer = post(&house, wrong, &acme()).await;
        refused(&answer, 401, "invalid_token");
        assert!(answer.header(header::WWW_AUTHENTICATE).starts_with("Bearer"));
    }
    let ended = token(&house, 5).await;
    assert_eq!(take_back(&house.app, "acme", NOW).await.unwrap(), 1);
    refused(&post(&house, &ended, &acme()).await, 401, "invalid_token");
    let late = token(&house, 5).await;
    house.clock.advance(Duration::from_secs(3600));
    refused(&post(&house, &late, &acme()).await, 401, "invalid_token");
}

async fn of_two_at_once_one_gets_the_last_use(t: TestDb) {
    let house = House::build(t).await;
    let token = token(&house, 1).await;
    let acme = acme();
    let (one, two) = tokio::join!(post(&house, &token, &acme), post(&house, &token, &acme));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 401]);
    assert_eq!(house.count("clients WHERE id LIKE 'dyn-%'").await, 1);
}

async fn what_is_refused_has_its_name_and_uses_nothing_up(t: TestDb) {
    let house = House::build(t).await;
    let token = token(&house, 1).await;
    let with = |member: &str, value: Value| {
        let mut body = acme();
        body[member] = value;
        body
    };
    for (body, error) in [
        (with("redirect_uris", json!(["http://acme.example/cb"])), "invalid_redirect_uri"),
        (with("redirect_uris", json!(["https://acme.example/cb#f"])), "invalid_redirect_uri"),
        (with("redirect_uris", json!("https://acme.example/cb")), "invalid_redirect_uri"),
        (with("client_name", json!("a\u{202E}b")), "invalid_client_metadata"),
        (with("ecard_profile", json!("fapi2")), "invalid_client_metadata"),
        (with("ecard_resources", json!(["https://a.example/"])), "invalid_client_metadata"),
        (with("legal_entity", json!("国家机关")), "invalid_client_metadata"),
        (with("jwks_uri", json!("https://10.0.0.1/jwks")), "invalid_client_metadata"),
        (with("backchannel_logout_uri", json!("https://10.0.0.1/x")), "invalid_client_metadata"),
        (
            with("redirect_uris", json!([format!("{}/card", house.app.issuer)])),
            "invalid_redirect_uri",
        ),
        (with("subject_type", json!("public")), "invalid_client_metadata"),
        (with("scope", json!("identity")), "invalid_client_metadata"),
        (
            with("sector_identifier_uri", json!("https://127.0.0.1:1/s.json")),
            "invalid_client_metadata",
        ),
        (with("jwks", json!({"keys": [{"kty": "oct", "k": "AA"}]})), "invalid_client_metadata"),
        (json!([]), "invalid_client_metadata"),
        (Value::Null, "invalid_client_metadata"),
    ] {
        refused(&post(&house, &token, &body).await, 400, error);
    }
    let mut browser = house.browser();
    browser.headers.push(("authorization", format!("Bearer {token}")));
    let form = browser.post("/oauth/register", &[("client_name", "Acme".to_owned())]).await;
    refused(&form, 400, "invalid_client_metadata");
    let large = with("client_name", json!("x".repeat(300 * 1024)));
    assert_eq!(post(&house, &token, &large).await.status, 413);
    assert_eq!(browser.get("/oauth/register").await.status, 405);
    assert_eq!(house.count("clients WHERE id LIKE 'dyn-%'").await, 0);
    assert_eq!(post(&house, &token, &acme()).await.status, 201, "nothing was used up");
}

async fn software_gets_no_more_than_its_token_allows(t: TestDb) {
    let house = House::build(t).await;
    let token = token(&house, 1).await;
    let mut body = acme();
    body["scope"] = json!("openid identity phone email");
    assert_eq!(post(&house, &token, &body).await.json()["scope"], "openid");
}

async fn registrations_are_limited(t: TestDb) {
    let house = House::with(t, |config| config.limits.client_registrations_per_hour = 1).await;
    let token = token(&house, 5).await;
    for _ in 0..3 {
        refused(&post(&house, &token, &json!({})).await, 400, "invalid_client_metadata");
    }
    assert_eq!(post(&house, &token, &acme()).await.status, 201, "what is refused is not counted");
    let limited = post(&house, &token, &acme()).await;
    assert_eq!(limited.status, 429);
    assert!(limited.retry_after() > 0);
}

async fn a_client_looks_after_its_own_registration(t: TestDb) {
    let house = House::build(t).await;
    let told = post(&house, &token(&house, 1).await, &acme()).await.json();
    let id = told["client_id"].as_str().unwrap();
    let own = told["registration_access_token"].as_str().unwrap();
    let path = format!("/oauth/register/{id}");
    let read = call(&house, Method::GET, &path, own, &Value::Null).await;
    assert_eq!(read.status, 200, "{}", read.body);
    assert_eq!(read.json()["registration_access_token"], own);
    assert!(read.json().get("client_secret").is_none(), "it is kept nowhere");

    let mut body = json!({
        "client_id": id, "client_name": "Acme 2", "redirect_uris": ["https://acme.example/two"],
    });
    let changed = call(&house, Method::PUT, &path, own, &body).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(changed.json()["client_name"], "Acme 2");
    for (member, value) in [
        ("client_id", json!("another")),
        ("registration_client_uri", json!(path)),
        ("client_id_issued_at", json!(1)),
        ("redirect_uris", json!(["https://other.example/cb"])),
    ] {
        let before = std::mem::replace(&mut body[member], value);
        refused(&call(&house, Method::PUT, &path, own, &body).await, 400, "invalid_request");
        body[member] = before;
        body.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    }
    assert_eq!(call(&house, Method::DELETE, &path, own, &Value::Null).await.status, 204);
    refused(&call(&house, Method::GET, &path, own, &Value::Null).await, 401, "invalid_token");
    assert_eq!(house.count("audit WHERE event = 'client.changed'").await, 1);
    assert_eq!(house.count("audit WHERE event = 'client.disabled'").await, 1);
}

async fn nobody_looks_after_anothers_registration(t: TestDb) {
    let house = House::build(t).await;
    let initial = token(&house, 2).await;
    let one = post(&house, &initial, &acme()).await.json();
    let two = post(&house, &initial, &acme()).await.json();
    let own = two["registration_access_token"].as_str().unwrap();
    let path = format!("/oauth/register/{}", one["client_id"].as_str().unwrap());
    for (path, token) in [
        (path.as_str(), own),
        (path.as_str(), ""),
        (path.as_str(), initial.as_str()),
        ("/oauth/register/demo-hospital", own),
        ("/oauth/register/nobody", own),
        ("/oauth/register/a%00b", own),
    ] {
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            let answer = call(&house, method, path, token, &acme()).await;
            refused(&answer, 401, "invalid_token");
        }
    }
}
