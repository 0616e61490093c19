//! What a registration request carries.

use super::LARGEST;
use super::error::RegistrationRefused;
use crate::app::App;
use crate::error::AppError;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Map, Value};

/// The token of the `Authorization` header (RFC 6750 §2.1): nowhere else is one looked for.
pub(super) fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then(|| token.to_owned())
}

/// The members of the JSON body.
///
/// # Errors
/// [`RegistrationRefused::Body`], or a fault when it is too large.
pub(super) async fn members(request: Request) -> Result<Map<String, Value>, RegistrationRefused> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if !media.eq_ignore_ascii_case("application/json") {
        return Err(RegistrationRefused::Body);
    }
    let body = axum::body::to_bytes(request.into_body(), LARGEST).await;
    let body = body.map_err(|_| AppError::TooLarge)?;
    serde_json::from_slice(&body).map_err(|_| RegistrationRefused::Body)
}

/// Lets this instance know at once what was written; the others learn it within a moment.
pub(super) async fn known_everywhere(app: &App) {
    if let Err(error) = app.revocations.follow(&app.db).await {
        tracing::warn!(%error, "changes are read later");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(value: &'static str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, axum::http::HeaderValue::from_static(value));
        bearer(&headers)
    }

    #[test]
    fn only_a_bearer_token_is_one() {
        assert_eq!(sent("bearer  abc "), Some("abc".to_owned()));
        for other in ["Basic abc", "Bearer", "Bearer ", "abc"] {
            assert_eq!(sent(other), None, "{other}");
        }
        assert_eq!(bearer(&HeaderMap::new()), None);
    }
}
