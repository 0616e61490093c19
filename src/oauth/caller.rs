//! Who calls an endpoint for clients: the client, and the key its DPoP proof shows.

use super::clients;
use super::error::OAuthError;
use super::params;
use crate::app::{App, Fault};
use crate::auth::client::authenticate;
use crate::domain::authorization::Params;
use crate::domain::client::Client;
use crate::domain::time::Timestamp;
use crate::storage::used_jtis::UsedJti;
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::{HeaderName, WWW_AUTHENTICATE};
use axum::response::Response;
use std::sync::Arc;

/// The header that carries a nonce for the next proof (RFC 9449 §8).
const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

/// An authenticated client.
pub(super) struct Caller {
    /// The client.
    pub client: Arc<Client>,
    /// Thumbprint of the key its proof shows.
    pub jkt: Option<String>,
    /// What its assertion and proof use up.
    pub used: Vec<UsedJti>,
    /// A nonce for its next proof.
    pub fresh_nonce: Option<String>,
}

/// Reads the form and authenticates the client.
///
/// # Errors
/// `invalid_request`, `invalid_client`, `invalid_dpop_proof`, `use_dpop_nonce`.
pub(super) async fn identify(
    app: &App,
    request: Request,
    _now: Timestamp,
) -> Result<(Caller, Params), OAuthError> {
    let headers = request.headers().clone();
    let params = params::form(request).await?;
    let known = match authenticate(app, &headers).await? {
        Some(client) => Some(Arc::new(client)),
        None => match params.first("client_id") {
            Some(id) => clients::known(app, id).await?.filter(|c| c.is_public()),
            None => None,
        },
    };
    let client = known.ok_or_else(|| {
        OAuthError::new("invalid_client", "the client is unknown or did not prove itself")
            .status(401)
            .header(WWW_AUTHENTICATE, "Basic realm=\"ecard\"")
    })?;
    Ok((Caller { client, jkt: None, used: Vec::new(), fresh_nonce: None }, params))
}

/// What a replayed assertion or proof is told.
pub(super) fn replayed(fault: Fault) -> OAuthError {
    match fault {
        Fault::Overtaken => {
            OAuthError::new("invalid_client", "an assertion or proof was used before").status(401)
        }
        other => other.into(),
    }
}

/// The answer with a nonce for the next proof.
pub(super) fn with_nonce(mut answer: Response, nonce: Option<&str>) -> Response {
    if let Some(Ok(value)) = nonce.map(HeaderValue::from_str) {
        answer.headers_mut().insert(DPOP_NONCE, value);
    }
    answer
}
