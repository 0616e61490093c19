//! What signs. A trait, so that a hardware module or SM2 can come later without a wall moved.

use super::jwks::PublicJwk;
use crate::crypto::Es256Key;

/// Why no token was made.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The ring holds no key at all.
    #[error("no signing key: run `ecard keys rotate`")]
    NoKey,
    /// The claims cannot be written as JSON.
    #[error("claims cannot be written as JSON: {0}")]
    Claims(#[from] serde_json::Error),
    /// The key did not sign.
    #[error("signing failed: {0}")]
    Signing(String),
}

/// One private key, wherever it lives.
pub trait Signer: Send + Sync {
    /// The `alg` of the headers it signs (RFC 7518).
    fn algorithm(&self) -> &'static str;

    /// What is published of it.
    fn public_jwk(&self) -> PublicJwk;

    /// The signature of `message`, base64url.
    ///
    /// # Errors
    /// [`TokenError::Signing`].
    fn sign(&self, message: &[u8]) -> Result<String, TokenError>;
}

impl Signer for Es256Key {
    fn algorithm(&self) -> &'static str {
        "ES256"
    }

    fn public_jwk(&self) -> PublicJwk {
        PublicJwk::es256(self.public())
    }

    fn sign(&self, message: &[u8]) -> Result<String, TokenError> {
        Self::sign(self, message).map_err(|e| TokenError::Signing(e.to_string()))
    }
}
