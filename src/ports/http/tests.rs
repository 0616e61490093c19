//! How the client behaves towards a provider that works, fails, hangs or talks nonsense.

use super::client::HttpClient;
use super::outcome::{CallError, MAX_ANSWER_BYTES};
use super::setup::HttpClientError;
use super::stand_in::{Reply, StandIn, client};
use crate::config::providers::ProviderConfig;
use crate::ports::ProviderDown;
use crate::ports::entropy::SeededEntropy;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;
use std::time::Duration;

async fn ask(client: &HttpClient) -> Result<Value, CallError> {
    client.ask("v1/question", &json!({"q": 1}), None).await
}

fn down(result: Result<Value, CallError>) -> ProviderDown {
    match result {
        Err(CallError::Down(down)) => down,
        other => panic!("{other:?}"),
    }
}

fn fail() -> Reply {
    Reply::Text(503, "busy".to_owned())
}

#[tokio::test]
async fn an_answer_is_read_and_the_token_sent() {
    let provider = StandIn::start(vec![Reply::Json(json!({"a": 2}))]).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    crate::keyfile::create(&path, b"t0ken\n").unwrap();
    let asking = client(&ProviderConfig { token_file: Some(path), ..provider.config() });
    assert_eq!(ask(&asking).await.unwrap(), json!({"a": 2}));
    let asked = provider.take_asked().remove(0);
    assert_eq!(asked.path, "/api/v1/question");
    assert_eq!(asked.headers["authorization"], "Bearer t0ken");
    assert_eq!(asked.body, json!({"q": 1}));
}

#[tokio::test]
async fn a_provider_that_hangs_is_given_up_after_the_timeout() {
    let provider = StandIn::start(vec![Reply::Never]).await;
    let asking = client(&ProviderConfig { timeout_ms: 50, ..provider.config() });
    assert_eq!(down(ask(&asking).await).reason, "timeout");
}

#[tokio::test]
async fn a_failure_is_tried_again() {
    let script = vec![fail(), Reply::RetryAfter(429, 0), Reply::Json(json!(1))];
    let provider = StandIn::start(script).await;
    let asking = client(&ProviderConfig { retries: 2, ..provider.config() });
    assert_eq!(ask(&asking).await.unwrap(), json!(1));
    assert_eq!(provider.calls(), 3);
}

#[tokio::test]
async fn the_tries_end_and_the_reason_is_told() {
    let provider = StandIn::start(vec![]).await;
    let asking = client(&ProviderConfig { retries: 1, ..provider.config() });
    assert_eq!(down(ask(&asking).await).reason, "status 500");
    assert_eq!(provider.calls(), 2);
}

#[tokio::test]
async fn a_refusal_is_not_tried_again_and_does_not_open_the_breaker() {
    let refusals = (0..3).map(|_| Reply::Text(400, String::new())).collect();
    let provider = StandIn::start(refusals).await;
    let asking = client(&ProviderConfig { retries: 2, breaker_failures: 1, ..provider.config() });
    for calls in 1..=3 {
        assert_eq!(ask(&asking).await, Err(CallError::Refused(400)));
        assert_eq!(provider.calls(), calls);
    }
}

#[tokio::test]
async fn a_long_retry_after_is_passed_on_instead_of_waited_for() {
    let provider = StandIn::start(vec![Reply::RetryAfter(503, 600)]).await;
    let asking = client(&ProviderConfig { retries: 2, ..provider.config() });
    assert_eq!(down(ask(&asking).await).retry_after, Duration::from_secs(600));
    assert_eq!(provider.calls(), 1);
}

#[tokio::test]
async fn an_open_breaker_answers_without_a_call() {
    let provider = StandIn::start(vec![fail(), fail(), Reply::Json(json!(1))]).await;
    let asking = client(&ProviderConfig { breaker_failures: 2, ..provider.config() });
    for _ in 0..2 {
        assert_eq!(down(ask(&asking).await).reason, "status 503");
    }
    let told = down(ask(&asking).await);
    assert_eq!(told.reason, "circuit breaker is open");
    assert!(told.retry_after > Duration::from_secs(20));
    assert_eq!(provider.calls(), 2);
}

#[tokio::test]
async fn a_good_probe_closes_the_breaker() {
    let script = vec![fail(), Reply::Json(json!(1)), fail(), Reply::Json(json!(2))];
    let provider = StandIn::start(script).await;
    let config = ProviderConfig { breaker_cooldown_s: 0, ..provider.config() };
    let asking = client(&ProviderConfig { breaker_failures: 1, ..config });
    down(ask(&asking).await);
    assert_eq!(ask(&asking).await.unwrap(), json!(1));
    down(ask(&asking).await);
    assert_eq!(ask(&asking).await.unwrap(), json!(2));
}

#[tokio::test]
async fn nonsense_and_redirects_are_not_answers() {
    let html = Reply::Text(200, "<html>张三</html>".to_owned());
    let provider = StandIn::start(vec![html, Reply::Text(302, String::new())]).await;
    let asking = provider.client();
    assert_eq!(down(ask(&asking).await).reason, "answer is not the JSON expected");
    assert_eq!(down(ask(&asking).await).reason, "unexpected status");
}

#[tokio::test]
async fn an_oversize_answer_is_refused() {
    let fits = format!("\"{}\"", "x".repeat(MAX_ANSWER_BYTES - 2));
    let long = format!("\"{}\"", "x".repeat(MAX_ANSWER_BYTES - 1));
    let script = vec![Reply::Text(200, fits), Reply::Text(200, long)];
    let provider = StandIn::start(script).await;
    let asking = provider.client();
    assert!(ask(&asking).await.is_ok());
    assert_eq!(down(ask(&asking).await).reason, "answer too long");
}

#[tokio::test]
async fn nobody_at_the_port_is_a_provider_down() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let config = ProviderConfig { url: Some(url), retries: 0, ..ProviderConfig::default() };
    assert_eq!(down(ask(&client(&config)).await).reason, "cannot connect");
}

fn refused(url: Option<&str>, token_file: Option<std::path::PathBuf>) -> HttpClientError {
    let url = url.map(str::to_owned);
    let config = ProviderConfig { url, token_file, ..ProviderConfig::default() };
    HttpClient::from_config("sms", &config, Arc::new(SeededEntropy::new(1))).unwrap_err()
}

#[test]
fn personal_data_does_not_travel_in_clear() {
    for url in ["http://registry.example/", "http://127.evil.example/", "ftp://localhost/"] {
        assert!(matches!(refused(Some(url), None), HttpClientError::Insecure("sms")), "{url}");
    }
    assert!(matches!(refused(None, None), HttpClientError::NoUrl("sms")));
    assert!(matches!(refused(Some("registry"), None), HttpClientError::BadUrl("sms")));
}

#[test]
fn a_timeout_of_nothing_is_refused() {
    let url = Some("https://sms.example/".to_owned());
    let config = ProviderConfig { url, timeout_ms: 0, ..ProviderConfig::default() };
    let refused = HttpClient::from_config("sms", &config, Arc::new(SeededEntropy::new(1)));
    assert!(matches!(refused, Err(HttpClientError::NoTimeout("sms"))));
}

#[test]
fn a_token_file_that_others_read_or_nobody_filled_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    let url = Some("https://sms.example/");
    let absent = refused(url, Some(path.clone()));
    assert!(matches!(absent, HttpClientError::NoToken("sms")));
    crate::keyfile::create(&path, b" \n").unwrap();
    assert!(matches!(refused(url, Some(path.clone())), HttpClientError::NoToken("sms")));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(matches!(refused(url, Some(path)), HttpClientError::TokenFile(_)));
}
