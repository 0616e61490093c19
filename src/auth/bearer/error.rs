//! Why a token is not taken, as RFC 6750 §3 and RFC 9449 §7.1 say it.

use crate::app::{App, Fault};
use crate::auth::dpop::{self, DPOP_NONCE, DpopError};
use crate::domain::time::Timestamp;
use crate::storage::DbError;
use crate::web::paths;
use axum::Json;
use axum::http::header::{CACHE_CONTROL, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Why a token is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BearerError {
    /// No token: what is wanted is said, and nothing else.
    #[error("an access token is needed")]
    Missing,
    /// Presented in a way that is not allowed.
    #[error("{0}")]
    Malformed(&'static str),
    /// Not good, or not the presenter's.
    #[error("{0}")]
    Invalid(&'static str),
    /// The proof beside it does not hold.
    #[error("{0}")]
    Proof(DpopError),
    /// It does not allow this.
    #[error("the token needs the scope {0}")]
    Scope(&'static str),
    /// A fault of ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<DbError> for BearerError {
    fn from(error: DbError) -> Self {
        Self::Fault(error.into())
    }
}

impl BearerError {
    /// The registered error code; empty where none is told.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "",
            Self::Malformed(_) => "invalid_request",
            Self::Invalid(_) => "invalid_token",
            Self::Proof(error) => error.code(),
            Self::Scope(_) => "insufficient_scope",
            Self::Fault(_) => "server_error",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Missing | Self::Invalid(_) | Self::Proof(_) => StatusCode::UNAUTHORIZED,
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Scope(_) => StatusCode::FORBIDDEN,
            Self::Fault(fault) => {
                StatusCode::from_u16(fault.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    }

    /// The answer. Both schemes are named, because either may be the right one.
    pub fn answer(self, app: &App, now: Timestamp) -> Response {
        if let Self::Fault(fault) = self {
            return fault.into_response();
        }
        let mut answer = match self.code() {
            "" => self.status().into_response(),
            code => {
                let body = json!({ "error": code, "error_description": self.to_string() });
                (self.status(), Json(body)).into_response()
            }
        };
        let headers = answer.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for scheme in ["DPoP", "Bearer"] {
            if let Ok(value) = HeaderValue::from_str(&self.challenge(scheme, &app.issuer)) {
                headers.append(WWW_AUTHENTICATE, value);
            }
        }
        if matches!(self, Self::Proof(_))
            && let Ok(nonce) = HeaderValue::from_str(&dpop::fresh_nonce(app, now))
        {
            headers.insert(DPOP_NONCE, nonce);
        }
        answer
    }

    /// One challenge; where the resource says more of itself stands in it (RFC 9728 §5.1).
    fn challenge(&self, scheme: &str, issuer: &str) -> String {
        let mut text =
            format!("{scheme} resource_metadata=\"{issuer}{}\"", paths::PROTECTED_RESOURCE);
        if scheme == "DPoP" {
            text.push_str(", algs=\"ES256 PS256 EdDSA\"");
        }
        if !self.code().is_empty() {
            text.push_str(&format!(", error=\"{}\", error_description=\"{self}\"", self.code()));
        }
        if let Self::Scope(scope) = self {
            text.push_str(&format!(", scope=\"{scope}\""));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_names_what_is_wrong_and_where_to_read_on() {
        let text = BearerError::Invalid("x").challenge("Bearer", "https://i");
        assert_eq!(
            text,
            "Bearer resource_metadata=\"https://i/.well-known/oauth-protected-resource\", \
             error=\"invalid_token\", error_description=\"x\""
        );
        let text = BearerError::Missing.challenge("DPoP", "https://i");
        assert!(text.contains("algs=") && !text.contains("error"), "{text}");
        let text = BearerError::Scope("openid").challenge("Bearer", "https://i");
        assert!(text.ends_with("scope=\"openid\""), "{text}");
    }
}
