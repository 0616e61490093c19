//! The issuer's keys, pinned or fetched by the caller over an authenticated connection.

use crate::crypto::P256PublicKey;
use serde::Deserialize;
use std::collections::BTreeMap;

/// More bytes than any key set of ours; refused unread.
pub(super) const MAX_KEY_SET_BYTES: usize = 64 * 1024;

/// Why a key set is not used.
#[derive(Debug, thiserror::Error)]
pub enum KeySetError {
    /// Not the JSON of RFC 7517.
    #[error("not a JWK set: {0}")]
    Json(#[from] serde_json::Error),
    /// More than 64 KiB.
    #[error("a key set of more than {MAX_KEY_SET_BYTES} bytes")]
    TooLong,
    /// Two keys of one name: which one is meant?
    #[error("two keys are called {0:?}")]
    Ambiguous(String),
    /// Nothing in it can verify a card.
    #[error("no ES256 key with a `kid` in the set")]
    NoKey,
}

/// Public keys by their exact `kid`. A `kid` is looked up here and used for nothing else.
#[derive(Clone, Debug)]
pub struct TrustedKeys(BTreeMap<String, P256PublicKey>);

#[derive(Deserialize)]
struct JwkSet {
    keys: Vec<Jwk>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    crv: Option<String>,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl TrustedKeys {
    /// Reads a JWK set. Keys for other algorithms or uses are passed over, as RFC 7517 asks.
    ///
    /// # Errors
    /// [`KeySetError`].
    pub fn from_jwks(json: &[u8]) -> Result<Self, KeySetError> {
        if json.len() > MAX_KEY_SET_BYTES {
            return Err(KeySetError::TooLong);
        }
        let set: JwkSet = serde_json::from_slice(json)?;
        let mut keys = BTreeMap::new();
        for (kid, key) in set.keys.into_iter().filter_map(Jwk::into_es256) {
            if keys.insert(kid.clone(), key).is_some() {
                return Err(KeySetError::Ambiguous(kid));
            }
        }
        if keys.is_empty() {
            return Err(KeySetError::NoKey);
        }
        Ok(Self(keys))
    }

    pub(super) fn get(&self, kid: &str) -> Option<&P256PublicKey> {
        self.0.get(kid)
    }
}

impl Jwk {
    fn into_es256(self) -> Option<(String, P256PublicKey)> {
        let fits = |member: &Option<String>, value: &str| {
            member.as_deref().is_none_or(|found| found == value)
        };
        let es256 = self.kty == "EC"
            && self.crv.as_deref() == Some("P-256")
            && fits(&self.alg, "ES256")
            && fits(&self.usage, "sig");
        if !es256 {
            return None;
        }
        Some((self.kid?, P256PublicKey::from_coordinates(&self.x?, &self.y?).ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    const Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";

    fn read(keys: &Value) -> Result<TrustedKeys, KeySetError> {
        TrustedKeys::from_jwks(json!({ "keys": keys }).to_string().as_bytes())
    }

    #[test]
    fn keys_for_other_purposes_are_passed_over() {
        let key = |alg: &str, usage: &str| json!({"kty": "EC", "crv": "P-256", "kid": "k", "alg": alg, "use": usage, "x": X, "y": Y});
        assert!(read(&json!([key("ES256", "sig"), {"kty": "RSA", "kid": "r"}])).is_ok());
        for other in [key("ES256K", "sig"), key("ES256", "enc"), json!({"kty": "oct", "kid": "k"})]
        {
            assert!(matches!(read(&json!([other])), Err(KeySetError::NoKey)));
        }
    }

    #[test]
    fn a_key_without_a_name_is_no_key() {
        let nameless = json!([{"kty": "EC", "crv": "P-256", "x": X, "y": Y}]);
        assert!(matches!(read(&nameless), Err(KeySetError::NoKey)));
    }

    #[test]
    fn two_keys_of_one_name_are_refused() {
        let key = json!({"kty": "EC", "crv": "P-256", "kid": "k", "x": X, "y": Y});
        assert!(matches!(read(&json!([key, key])), Err(KeySetError::Ambiguous(_))));
    }

    #[test]
    fn an_endless_set_is_refused_unread() {
        let long = vec![b' '; MAX_KEY_SET_BYTES + 1];
        assert!(matches!(TrustedKeys::from_jwks(&long), Err(KeySetError::TooLong)));
        assert!(matches!(TrustedKeys::from_jwks(b"<html>"), Err(KeySetError::Json(_))));
    }
}
