//! Why a client is not let in.

use crate::app::Fault;
use crate::domain::authorization::Repeated;
use axum::Json;
use axum::http::header::{CACHE_CONTROL, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// The challenge of a refusal that answers an `Authorization` header (RFC 6749 §5.2, RFC 7617).
pub const CHALLENGE: &str = "Basic realm=\"ecard\", charset=\"UTF-8\"";

/// Why a client is not let in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientAuthError {
    /// Unknown, disabled, or without the proof it is registered for.
    #[error("{why}")]
    Failed {
        /// For the partner's engineers: nothing that is secret.
        why: &'static str,
        /// Whether the answer names the scheme of the `Authorization` header.
        challenge: bool,
    },
    /// The request contradicts itself.
    #[error("{0}")]
    Malformed(&'static str),
    /// Too many wrong proofs were sent in this client's name; try again in a second.
    #[error("too many wrong proofs for this client")]
    Limited,
    /// A fault of ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl ClientAuthError {
    /// The proof does not hold.
    pub(crate) const fn failed(why: &'static str) -> Self {
        Self::Failed { why, challenge: false }
    }

    /// Nothing says who is calling.
    pub(super) const fn nothing() -> Self {
        Self::Failed { why: "client authentication is missing", challenge: true }
    }

    /// The same refusal, as the answer to a request that used the `Authorization` header.
    pub(super) fn challenging(self, by_header: bool) -> Self {
        match self {
            Self::Failed { why, challenge } => {
                Self::Failed { why, challenge: challenge || by_header }
            }
            other => other,
        }
    }

    /// The registered error code (RFC 6749 §5.2).
    pub fn code(&self) -> &'static str {
        match self {
            Self::Failed { .. } => "invalid_client",
            Self::Malformed(_) => "invalid_request",
            Self::Limited => "temporarily_unavailable",
            Self::Fault(_) => "server_error",
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Self::Failed { .. } => 401,
            Self::Malformed(_) => 400,
            Self::Limited => 429,
            Self::Fault(fault) => fault.status(),
        }
    }

    /// Whether the answer carries [`CHALLENGE`].
    pub fn challenges(&self) -> bool {
        matches!(self, Self::Failed { challenge: true, .. })
    }

    /// Seconds for `Retry-After`, where trying again makes sense.
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Limited => Some(1),
            Self::Fault(fault) => fault.retry_after(),
            _ => None,
        }
    }
}

impl From<Repeated> for ClientAuthError {
    fn from(_: Repeated) -> Self {
        Self::Malformed("a parameter was sent twice")
    }
}

impl IntoResponse for ClientAuthError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status());
        let body = json!({ "error": self.code(), "error_description": self.to_string() });
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut answer = (status, Json(body)).into_response();
        let headers = answer.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.challenges() {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(CHALLENGE));
        }
        if let Some(seconds) = self.retry_after() {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_used_the_header_is_challenged() {
        let failed = ClientAuthError::failed("x");
        assert!(!failed.clone().challenging(false).challenges());
        assert!(failed.clone().challenging(true).challenges());
        assert!(!ClientAuthError::Malformed("x").challenging(true).challenges());
        let answer = failed.challenging(true).into_response();
        assert_eq!(answer.status(), 401);
        assert!(answer.headers()[WWW_AUTHENTICATE].to_str().unwrap().starts_with("Basic"));
        assert_eq!(answer.headers()[CACHE_CONTROL], "no-store");
    }
}
