//! A client's keys.

use super::{JwkError, PublicJwk, SignatureAlgorithm};
use serde_json::Value;

/// More keys than any client needs while it changes them.
const MOST_KEYS: usize = 20;
/// How many keys are tried for one signature: trying costs the checker, not the sender.
const MOST_CANDIDATES: usize = 4;
/// More bytes than a set of that many keys has; refused unread.
const MOST_BYTES: usize = 64 * 1024;

/// Why a signature is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// No key of that name, or none that fits the algorithm.
    #[error("no key for this signature")]
    UnknownKey,
    /// Not this key's signature.
    #[error("the signature does not verify")]
    Mismatch,
}

/// Keys that verify a client's signatures.
#[derive(Clone, Debug, Default)]
pub struct PublicJwkSet(Vec<PublicJwk>);

impl PublicJwkSet {
    /// Reads a set that is to be registered (RFC 7591 §2): each key must be one that can be used.
    ///
    /// # Errors
    /// [`JwkError`] of the first key that cannot.
    pub fn registered(jwks: &Value) -> Result<Self, JwkError> {
        let keys = keys(jwks)?.iter().map(PublicJwk::parse).collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() { Err(JwkError::Empty) } else { Ok(Self(keys)) }
    }

    /// Reads a set its owner publishes: keys for other uses are passed over (RFC 7517 §5), and
    /// those whose private half is published with them, because anybody could have signed.
    ///
    /// # Errors
    /// [`JwkError`] when it is no set, is too large, or has no usable key.
    pub fn published(json: &[u8]) -> Result<Self, JwkError> {
        if json.len() > MOST_BYTES {
            return Err(JwkError::TooMany);
        }
        let jwks: Value = serde_json::from_slice(json).map_err(|_| JwkError::NotASet)?;
        let usable: Vec<_> = keys(&jwks)?.iter().flat_map(PublicJwk::parse).collect();
        if usable.is_empty() { Err(JwkError::Empty) } else { Ok(Self(usable)) }
    }

    /// The keys.
    pub fn keys(&self) -> &[PublicJwk] {
        &self.0
    }

    /// Whether a key of that name and algorithm is in the set.
    pub fn knows(&self, algorithm: SignatureAlgorithm, kid: Option<&str>) -> bool {
        self.candidates(algorithm, kid).next().is_some()
    }

    /// Checks a signature (base64url) by the key called `kid`, exactly; without a name by every
    /// key that fits the algorithm, at most four.
    ///
    /// # Errors
    /// [`SignatureError`].
    pub fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        kid: Option<&str>,
        message: &[u8],
        signature: &str,
    ) -> Result<(), SignatureError> {
        let mut tried = false;
        for key in self.candidates(algorithm, kid).take(MOST_CANDIDATES) {
            if key.verifies(message, signature) {
                return Ok(());
            }
            tried = true;
        }
        Err(if tried { SignatureError::Mismatch } else { SignatureError::UnknownKey })
    }

    fn candidates<'a>(
        &'a self,
        algorithm: SignatureAlgorithm,
        kid: Option<&'a str>,
    ) -> impl Iterator<Item = &'a PublicJwk> {
        let named = move |key: &&PublicJwk| kid.is_none() || key.kid() == kid;
        self.0.iter().filter(move |key| key.algorithm() == algorithm).filter(named)
    }
}

fn keys(jwks: &Value) -> Result<&[Value], JwkError> {
    let keys = jwks.get("keys").and_then(Value::as_array).ok_or(JwkError::NotASet)?;
    if keys.len() > MOST_KEYS { Err(JwkError::TooMany) } else { Ok(keys) }
}
