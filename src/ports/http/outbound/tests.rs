use super::*;
use axum::Router;
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::routing::{get, post};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A partner on this machine, and how often it was reached where nobody should be led.
async fn partner() -> (String, Arc<AtomicUsize>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let led = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&led);
    let secret = move || async move {
        count.fetch_add(1, Ordering::SeqCst);
        "secret"
    };
    let app = Router::new()
        .route("/keys", get(|| async { ([("cache-control", "public, max-age=120")], "{}") }))
        .route("/large", get(|| async { "x".repeat(MOST_BYTES + 1) }))
        .route("/full", get(|| async { "x".repeat(MOST_BYTES) }))
        .route("/never", get(std::future::pending::<()>))
        .route("/away", get(|| async { Redirect::temporary("/secret") }))
        .route("/secret", get(secret))
        .route("/missing", get(|| async { StatusCode::NOT_FOUND }))
        .route(
            "/logout",
            post(|body: String| async move {
                let said = body == "logout_token=a.b%2Bc&x=%E4%B8%AD+%26";
                if said { StatusCode::NO_CONTENT } else { StatusCode::BAD_REQUEST }
            }),
        );
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    (url, led)
}

#[tokio::test]
async fn a_document_is_fetched_with_its_age() {
    let (url, _) = partner().await;
    let demo = HttpOutbound::new(true).unwrap();
    let document = demo.get(&format!("{url}/keys")).await.unwrap();
    assert_eq!(
        (document.body.as_slice(), document.max_age),
        (&b"{}"[..], Some(Duration::from_secs(120)))
    );
    assert_eq!(demo.get(&format!("{url}/full")).await.unwrap().body.len(), MOST_BYTES);
    let by_name = url.replace("127.0.0.1", "localhost");
    assert!(demo.get(&format!("{by_name}/keys")).await.is_ok());
}

#[tokio::test]
async fn a_form_is_posted() {
    let (url, _) = partner().await;
    let demo = HttpOutbound::new(true).unwrap();
    let form = [("logout_token", "a.b+c"), ("x", "中 &")];
    assert_eq!(demo.post(&format!("{url}/logout"), &form).await, Ok(()));
    assert_eq!(demo.post(&format!("{url}/logout?a=b"), &form).await, Ok(()));
    let refused = demo.post(&format!("{url}/logout"), &[("x", "y")]).await;
    assert_eq!(refused, Err(OutboundError::Status(400)));
}

#[tokio::test]
async fn production_does_not_call_this_machine() {
    let (url, _) = partner().await;
    let production = HttpOutbound::new(false).unwrap();
    for uri in [format!("{url}/keys"), url.replace("http:", "https:"), "https://localhost/".into()]
    {
        let refused = production.get(&uri).await.unwrap_err();
        assert!(matches!(refused, OutboundError::Forbidden(_)), "{uri}: {refused}");
        assert!(production.post(&uri, &[]).await.is_err());
        assert!(production.allows(&uri).is_err());
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let (url, led) = partner().await;
    let demo = HttpOutbound::new(true).unwrap();
    let refused = demo.get(&format!("{url}/away")).await;
    assert_eq!(refused, Err(OutboundError::Status(307)));
    assert_eq!(led.load(Ordering::SeqCst), 0);
    assert_eq!(demo.get(&format!("{url}/missing")).await, Err(OutboundError::Status(404)));
}

#[tokio::test]
async fn answers_that_are_long_are_given_up() {
    let (url, _) = partner().await;
    let demo = HttpOutbound::new(true).unwrap();
    assert_eq!(demo.get(&format!("{url}/large")).await, Err(OutboundError::TooLarge));
}

#[tokio::test]
async fn answers_that_are_late_are_given_up() {
    let (url, _) = partner().await;
    let demo = HttpOutbound::new(true).unwrap();
    let refused = demo.get(&format!("{url}/never")).await;
    assert_eq!(refused, Err(OutboundError::Unreachable("not in time")));
}

#[test]
fn what_must_not_be_kept_has_no_age() {
    let of = |text: &'static str| {
        let mut headers = HeaderMap::new();
        headers.insert(CACHE_CONTROL, text.parse().unwrap());
        max_age(&headers)
    };
    assert_eq!(of("no-store"), Some(Duration::ZERO));
    assert_eq!(of("max-age=60, no-cache"), Some(Duration::ZERO));
    assert_eq!(of("public,max-age=60"), Some(Duration::from_secs(60)));
    assert_eq!(of("public"), None);
    assert_eq!(max_age(&HeaderMap::new()), None);
}
