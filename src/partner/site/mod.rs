//! The partner's site.

mod account;
mod centre;
mod sign_in;
mod visit;

use super::Partner;
use crate::web::{assets, headers};
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, extract};
use std::sync::Arc;

/// No form of this site, and no logout token, weighs more (bytes).
const LARGEST_BODY: usize = 64 * 1024;

/// The whole site.
pub fn router(partner: Arc<Partner>) -> Router {
    Router::new()
        .route("/", get(centre::home))
        .route("/social", get(centre::social))
        .route("/social/online", get(centre::online))
        .route("/start", get(sign_in::start))
        .route("/callback", get(sign_in::callback))
        .route("/card", get(account::card))
        .route("/refresh", post(account::refresh))
        .route("/logout", post(account::logout))
        .route("/backchannel-logout", post(account::backchannel_logout))
        .route("/static/{*file}", get(asset))
        .fallback(centre::missing)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::from_fn_with_state(Arc::clone(&partner), secured))
        .with_state(partner)
}

async fn asset(Path(file): Path<String>) -> Response {
    let Some(asset) = assets::find(&file) else { return StatusCode::NOT_FOUND.into_response() };
    let headers = [(CONTENT_TYPE, asset.content_type), (CACHE_CONTROL, assets::CACHE_CONTROL)];
    (headers, asset.bytes).into_response()
}

/// The security headers. Logging out posts a form here that is answered with a redirect to the
/// issuer, and browsers hold the redirect to `form-action` too.
async fn secured(State(partner): State<Arc<Partner>>, request: Request, next: Next) -> Response {
    let mut answer = next.run(request).await;
    let own = headers::CONTENT_SECURITY_POLICY;
    let forms = format!("form-action 'self' {}", partner.settings.issuer_origin());
    let policy = own.replace("form-action 'self'", &forms);
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        answer.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    headers::secure(answer.headers_mut(), false);
    answer
}

type Shared = extract::State<Arc<Partner>>;
