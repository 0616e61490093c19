//! A person opens a page of an authorization; nothing else may go on with it.

use axum::extract::FromRequestParts;
use axum::http::header::{ALLOW, CACHE_CONTROL};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse as _, Response};

/// Where browsers and link previews say that nobody is looking yet (Fetch §3.2.7, and what came
/// before it).
const AHEAD_OF_TIME: [&str; 3] = ["sec-purpose", "purpose", "x-moz"];

/// Proof that a request is neither a look ahead nor a `HEAD`: such a one would use up a pushed
/// request, and throw the code away.
pub(super) struct ByAPerson;

impl<S: Sync> FromRequestParts<S> for ByAPerson {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        if parts.method == Method::HEAD {
            return Err((StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, POST")]).into_response());
        }
        let ahead = AHEAD_OF_TIME.iter().filter_map(|name| parts.headers.get(*name));
        let is_ahead = |value: &str| value.contains("prefetch") || value.contains("prerender");
        if ahead.filter_map(|value| value.to_str().ok()).any(is_ahead) {
            let later = (StatusCode::SERVICE_UNAVAILABLE, [(CACHE_CONTROL, "no-store")]);
            return Err(later.into_response());
        }
        Ok(Self)
    }
}
