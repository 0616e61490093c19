//! Public keys and metadata: all a stranger needs to verify a card.

use crate::app::App;
use crate::token::jwks::JWKS_MAX_AGE_SECONDS;
use crate::web::paths;
use axum::Json;
use axum::extract::State;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use serde_json::json;

fn cacheable() -> [(axum::http::HeaderName, String); 2] {
    let caching = format!("public, max-age={JWKS_MAX_AGE_SECONDS}");
    [(CACHE_CONTROL, caching), (ACCESS_CONTROL_ALLOW_ORIGIN, "*".to_owned())]
}

/// The JWK Set (RFC 7517): keys that sign, will sign, or signed what still lives.
pub(super) async fn jwks(State(app): State<App>) -> impl IntoResponse {
    let body = Json(app.keys.jwks());
    (cacheable(), [(CONTENT_TYPE, "application/jwk-set+json")], body)
}

/// Metadata (RFC 8414): what this version has, and nothing it has not.
pub(super) async fn metadata(State(app): State<App>) -> impl IntoResponse {
    let issuer = &app.issuer;
    let body = json!({
        "issuer": issuer,
        "jwks_uri": format!("{issuer}{}", paths::JWKS),
        "response_types_supported": [],
        "status_list_aggregation_endpoint": app.status.aggregation_uri(),
        "ecard_verification_endpoint": format!("{issuer}{}", paths::VERIFY),
        "ecard_verification_endpoint_auth_methods_supported": ["client_secret_basic"],
    });
    (cacheable(), Json(body))
}
