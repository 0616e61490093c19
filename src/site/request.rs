//! What every request passes: a reference number, a log line without personal data, a net for
//! panics, words for errors, and the security headers.

use super::{errors, same_origin, way_in};
use crate::app::App;
use crate::auth::browser::rules;
use crate::error::AppError;
use crate::web::headers;
use crate::web::lang::Lang;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt as _;
use std::panic::AssertUnwindSafe;
use tokio::time::Instant;
use tracing::Instrument as _;

const REFERENCE_HEADER: &str = "x-reference";

/// Wraps a request.
pub(super) async fn pass(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let reference = app.reference();
    request.extensions_mut().insert(reference.clone());
    // The route's pattern, never the path as sent: paths and queries may carry what is personal.
    let route = request.extensions().get::<MatchedPath>().map_or("-", |p| p.as_str()).to_owned();
    let method = request.method().clone();
    let reader = errors::Reader::of(&app, &request);
    let chosen = language_choice(&request);

    let begun = Instant::now();
    let span = tracing::info_span!("request", %reference, %method, route);
    let mut answer = if way_in::is_around_the_proxy(&app, &request) {
        (StatusCode::MISDIRECTED_REQUEST, "only the proxy that ends TLS is answered here\n")
            .into_response()
    } else if same_origin::is_foreign(&app, &request) {
        AppError::Csrf.into_response()
    } else {
        let answered = AssertUnwindSafe(next.run(request)).catch_unwind().instrument(span.clone());
        answered.await.unwrap_or_else(|_| {
            span.in_scope(|| tracing::error!("a handler panicked"));
            AppError::Internal.into_response()
        })
    };
    if answer.status() == StatusCode::GATEWAY_TIMEOUT {
        answer = AppError::TimedOut.into_response();
    }
    match bare_refusal(&answer) {
        Some(StatusCode::PAYLOAD_TOO_LARGE) => answer = AppError::TooLarge.into_response(),
        Some(_) => answer = AppError::BadRequest("request").into_response(),
        None => {}
    }
    answer = errors::dress(&app, reader, &reference, answer);
    span.in_scope(|| log(&answer));
    app.metrics.answered(&route, answer.status().as_u16(), begun.elapsed());

    let https = rules(&app).https;
    headers::secure(answer.headers_mut(), https);
    if let Ok(value) = HeaderValue::from_str(reference.as_str()) {
        answer.headers_mut().insert(REFERENCE_HEADER, value);
    }
    if let Some(cookie) = chosen.and_then(|lang| rules(&app).set_lang(lang.tag())) {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    answer
}

fn log(answer: &Response) {
    let status = answer.status().as_u16();
    match answer.extensions().get::<AppError>() {
        Some(error) if status >= 500 => tracing::warn!(status, code = error.code(), "answered"),
        Some(error) => tracing::info!(status, code = error.code(), "answered"),
        None => tracing::info!(status, "answered"),
    }
}

/// The status with which an extractor refused the request in words of its own, which no reader of
/// ours expects.
fn bare_refusal(answer: &Response) -> Option<StatusCode> {
    let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    let refused = [StatusCode::BAD_REQUEST, StatusCode::PAYLOAD_TOO_LARGE];
    let is_bare = refused.contains(&answer.status())
        && answer.extensions().get::<AppError>().is_none()
        && kind.is_some_and(|kind| kind.starts_with("text/plain"));
    is_bare.then(|| answer.status())
}

/// The language the visible switch asked for: the browser will remember it.
fn language_choice(request: &Request) -> Option<Lang> {
    let query = request.uri().query()?;
    query.split('&').find_map(|p| p.strip_prefix("lang=")).and_then(Lang::from_tag)
}
