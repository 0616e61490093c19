//! What the token endpoint answers (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3).

use crate::domain::scope::ScopeSet;
use axum::Json;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, PRAGMA};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::fmt;

/// Tokens on their way to a client.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub(in crate::oauth) struct TokenAnswer {
    /// RFC 9068.
    pub access_token: String,
    /// `Bearer` (also when bound to a certificate, RFC 8705 §3) or `DPoP` (RFC 9449 §5).
    pub token_type: &'static str,
    /// Life of the access token (s).
    pub expires_in: u64,
    /// What the access token allows.
    #[serde(skip_serializing_if = "ScopeSet::is_empty")]
    pub scope: ScopeSet,
    /// Under scope `openid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    /// Under scope `offline_access`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// Under scope `ecard`, while the card is in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ecard_token: Option<String>,
}

impl fmt::Debug for TokenAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenAnswer(…)")
    }
}

impl IntoResponse for TokenAnswer {
    fn into_response(self) -> Response {
        let mut answer = Json(self).into_response();
        let headers = answer.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
        answer
    }
}
