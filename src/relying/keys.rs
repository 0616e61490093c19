//! Public keys: what a stranger needs to verify a card.

use crate::app::App;
use crate::token::jwks::JWKS_MAX_AGE_SECONDS;
use axum::Json;
use axum::extract::State;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;

fn cacheable() -> [(axum::http::HeaderName, String); 2] {
    let caching = format!("public, max-age={JWKS_MAX_AGE_SECONDS}");
    [(CACHE_CONTROL, caching), (ACCESS_CONTROL_ALLOW_ORIGIN, "*".to_owned())]
}

/// The JWK Set (RFC 7517): keys that sign, will sign, or signed what still lives.
pub(super) async fn jwks(State(app): State<App>) -> impl IntoResponse {
    let body = Json(app.keys.jwks());
    (cacheable(), [(CONTENT_TYPE, "application/jwk-set+json")], body)
}
