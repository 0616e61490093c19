//! How a client that is not believed is answered, at every endpoint.

use super::error::OAuthError;
use crate::app::App;
use crate::auth::client::{CHALLENGE, ClientAuthError};
use crate::auth::dpop::{DPOP_NONCE, DpopError, fresh_nonce};
use crate::domain::time::Timestamp;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};

impl From<ClientAuthError> for OAuthError {
    fn from(refused: ClientAuthError) -> Self {
        let (status, challenges) = (refused.status(), refused.challenges());
        let wait = refused.retry_after();
        let error = match refused {
            ClientAuthError::Fault(fault) => return fault.into(),
            other => Self::new(other.code(), other.to_string()).status(status),
        };
        let error = if challenges { error.header(WWW_AUTHENTICATE, CHALLENGE) } else { error };
        match wait {
            Some(seconds) => error.header(RETRY_AFTER, &seconds.to_string()),
            None => error,
        }
    }
}

/// A proof that does not hold, where tokens are made (RFC 9449 §5, §8): with a nonce for the next.
pub fn dpop(app: &App, refused: DpopError, now: Timestamp) -> OAuthError {
    let error = OAuthError::new(refused.code(), refused.to_string());
    error.header(DPOP_NONCE, &fresh_nonce(app, now))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::response::IntoResponse as _;

    #[test]
    fn a_client_that_used_the_header_is_told_its_scheme() {
        let refused = |challenge| ClientAuthError::Failed { why: "x", challenge };
        let answer = OAuthError::from(refused(true)).into_response();
        assert_eq!(answer.status(), 401);
        assert!(answer.headers().contains_key(WWW_AUTHENTICATE));
        let answer = OAuthError::from(refused(false)).into_response();
        assert!(!answer.headers().contains_key(WWW_AUTHENTICATE));
        let answer = OAuthError::from(ClientAuthError::Limited).into_response();
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()[RETRY_AFTER]),
            (429, &"1".parse().unwrap())
        );
    }
}
