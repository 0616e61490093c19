//! What signs. A trait, so that a hardware module or SM2 can come later without a wall moved.

use super::jwks::PublicJwk;
use crate::crypto::{Es256Key, KeyRejected, Rs256Key, generate_rsa};
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::Zeroizing;

/// Why no token was made.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The ring holds no key for that algorithm.
    #[error("no {0} key: run `ecard keys rotate --alg {0}`")]
    NoKey(SigningAlgorithm),
    /// The claims cannot be written as JSON.
    #[error("claims cannot be written as JSON: {0}")]
    Claims(#[from] serde_json::Error),
    /// The key did not sign.
    #[error("signing failed: {0}")]
    Signing(String),
}

/// What this service signs with (RFC 7518 section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum SigningAlgorithm {
    /// ECDSA on P-256: cards, status lists, access tokens, and ID tokens unless asked otherwise.
    Es256,
    /// RSASSA-PKCS1-v1_5: ID tokens for partners that registered it, as OpenID Connect Core
    /// (section 15.1) obliges an issuer to offer.
    Rs256,
}

impl SigningAlgorithm {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Es256, Self::Rs256];

    /// The `alg` of a header.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }

    /// The key in a PKCS#8 document.
    ///
    /// # Errors
    /// [`KeyRejected`].
    pub fn read(self, pkcs8: &[u8]) -> Result<Box<dyn Signer>, KeyRejected> {
        Ok(match self {
            Self::Es256 => Box::new(Es256Key::from_pkcs8(pkcs8)?),
            Self::Rs256 => Box::new(Rs256Key::from_pkcs8(pkcs8)?),
        })
    }

    /// A new key's PKCS#8 document, wiped when dropped.
    ///
    /// # Errors
    /// [`KeyRejected`] when the operating system has no randomness to give.
    pub fn generate(self) -> Result<Zeroizing<Vec<u8>>, KeyRejected> {
        match self {
            Self::Es256 => Ok(Es256Key::generate()?.0),
            Self::Rs256 => generate_rsa(),
        }
    }
}

impl fmt::Display for SigningAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One private key, wherever it lives.
pub trait Signer: Send + Sync {
    /// What it signs with.
    fn algorithm(&self) -> SigningAlgorithm;

    /// What is published of it.
    fn public_jwk(&self) -> PublicJwk;

    /// The signature of `message`, base64url.
    ///
    /// # Errors
    /// [`TokenError::Signing`].
    fn sign(&self, message: &[u8]) -> Result<String, TokenError>;

    /// Whether `signature` (base64url) is this key's signature of `message`.
    fn verifies(&self, message: &[u8], signature: &str) -> bool;
}

impl Signer for Es256Key {
    fn algorithm(&self) -> SigningAlgorithm {
        SigningAlgorithm::Es256
    }

    fn public_jwk(&self) -> PublicJwk {
        PublicJwk::es256(self.public())
    }

    fn sign(&self, message: &[u8]) -> Result<String, TokenError> {
        Self::sign(self, message).map_err(|e| TokenError::Signing(e.to_string()))
    }

    fn verifies(&self, message: &[u8], signature: &str) -> bool {
        self.public().verifies(message, signature)
    }
}

impl Signer for Rs256Key {
    fn algorithm(&self) -> SigningAlgorithm {
        SigningAlgorithm::Rs256
    }

    fn public_jwk(&self) -> PublicJwk {
        PublicJwk::rs256(self)
    }

    fn sign(&self, message: &[u8]) -> Result<String, TokenError> {
        Self::sign(self, message).map_err(|e| TokenError::Signing(e.to_string()))
    }

    fn verifies(&self, message: &[u8], signature: &str) -> bool {
        Self::verifies(self, message, signature)
    }
}
