//! Why a registration is refused (RFC 7591 §3.2.2, RFC 6750 §3.1, RFC 7592).

use super::super::error::OAuthError;
use crate::app::Fault;
use crate::auth::registration::RegisterError;
use crate::domain::client::{Finding, RegistrationError};
use axum::http::header::WWW_AUTHENTICATE;
use axum::response::{IntoResponse, Response};

/// What registration refuses.
#[derive(Debug, thiserror::Error)]
pub(super) enum RegistrationRefused {
    /// No token was sent.
    #[error(
        "send an initial access token (Authorization: Bearer TOKEN); the operator makes one with `ecard client token`"
    )]
    NoToken,
    /// The token is unknown, used up, has ended, or belongs to another client.
    #[error(
        "the token is unknown, used up or has ended; the operator makes another with `ecard client token`"
    )]
    Token,
    /// The body is no JSON object.
    #[error("the body must be one JSON object, as application/json")]
    Body,
    /// A change names another client, or what only this service sets (RFC 7592 §2.2).
    #[error("{0}")]
    Change(&'static str),
    /// An operator looks after the client (RFC 7592 §2.2: not allowed to update its record).
    #[error("an operator has changed this client, and looks after it now; ask the operator")]
    Kept,
    /// The metadata cannot be used.
    #[error("the metadata cannot be used")]
    Findings(Vec<Finding>),
    /// Ours, or a limit.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Vec<Finding>> for RegistrationRefused {
    fn from(found: Vec<Finding>) -> Self {
        Self::Findings(found)
    }
}

impl From<RegisterError> for RegistrationRefused {
    fn from(error: RegisterError) -> Self {
        match error {
            // Whose token it was meanwhile, or a client that has just been disabled.
            RegisterError::Unknown | RegisterError::Taken => Self::Token,
            RegisterError::Belongs(finding) => Self::Findings(vec![finding]),
            RegisterError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<RegistrationRefused> for OAuthError {
    fn from(refused: RegistrationRefused) -> Self {
        let text = refused.to_string();
        match refused {
            RegistrationRefused::NoToken => {
                Self::new("invalid_token", text).status(401).header(WWW_AUTHENTICATE, "Bearer")
            }
            RegistrationRefused::Token => Self::new("invalid_token", text)
                .status(401)
                .header(WWW_AUTHENTICATE, "Bearer error=\"invalid_token\""),
            RegistrationRefused::Body => {
                Self::new(RegistrationError::InvalidClientMetadata.as_str(), text)
            }
            RegistrationRefused::Kept => Self::new("access_denied", text).status(403),
            RegistrationRefused::Change(text) => Self::new("invalid_request", text),
            RegistrationRefused::Findings(found) => {
                let redirect = |f: &Finding| f.error() == RegistrationError::InvalidRedirectUri;
                let error = match found.iter().any(redirect) {
                    true => RegistrationError::InvalidRedirectUri,
                    false => RegistrationError::InvalidClientMetadata,
                };
                let texts: Vec<String> = found.iter().map(Finding::to_string).collect();
                Self::new(error.as_str(), texts.join("; "))
            }
            RegistrationRefused::Fault(fault) => fault.into(),
        }
    }
}

impl IntoResponse for RegistrationRefused {
    fn into_response(self) -> Response {
        OAuthError::from(self).into_response()
    }
}
