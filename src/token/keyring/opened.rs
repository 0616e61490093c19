//! Opens what this ring signed: hints and tokens that come back to the service itself.

use super::KeyRing;
use crate::token::signer::SigningAlgorithm;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

/// More bytes than any token of ours has; refused unread.
const MAX_TOKEN_BYTES: usize = 16 * 1024;

#[derive(Deserialize)]
struct Header {
    alg: SigningAlgorithm,
    typ: Option<String>,
    kid: String,
    crit: Option<IgnoredAny>,
}

impl KeyRing {
    /// The claims of a token of the kind `typ` (none: an ID token) that a published key of this
    /// ring signed. Time, audience and everything else in them are the caller's to check.
    pub fn open<T: DeserializeOwned>(&self, token: &str, typ: Option<&str>) -> Option<T> {
        if token.len() > MAX_TOKEN_BYTES {
            return None;
        }
        let (message, signature) = token.rsplit_once('.')?;
        let (header, payload) = message.split_once('.')?;
        let header: Header = json(header)?;
        if header.typ.as_deref() != typ || header.crit.is_some() {
            return None;
        }
        let snapshot = self.snapshot();
        let key = snapshot.keys.get(&header.kid)?;
        // The algorithm belongs to the key; a header that says otherwise is not ours.
        let ours = key.algorithm() == header.alg && key.verifies(message.as_bytes(), signature);
        if ours { json(payload) } else { None }
    }
}

fn json<T: DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Timestamp;
    use serde_json::{Value, json};

    const NOW: Timestamp = Timestamp::from_epoch_seconds(1_800_000_000);

    fn ring(folder: &tempfile::TempDir) -> KeyRing {
        KeyRing::open_or_create(&folder.path().join("keys"), NOW).unwrap()
    }

    #[test]
    fn only_what_this_ring_signed_as_this_kind_opens() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let ring = ring(&one);
        let token = ring.sign("at+jwt", &json!({"sub": "me"}), NOW).unwrap();
        let opened: Value = ring.open(&token, Some("at+jwt")).unwrap();
        assert_eq!(opened["sub"], "me");
        assert!(ring.open::<Value>(&token, Some("ecard+jwt")).is_none());
        assert!(ring.open::<Value>(&token, None).is_none());
        let foreign = self::ring(&other).sign("at+jwt", &json!({"sub": "me"}), NOW).unwrap();
        assert!(ring.open::<Value>(&foreign, Some("at+jwt")).is_none());
        let (head, tail) = token.split_at(token.len() - 4);
        assert!(
            ring.open::<Value>(&format!("{head}{}", tail.to_uppercase()), Some("at+jwt")).is_none()
                || tail.to_uppercase() == tail
        );
        for garbage in ["", ".", "..", "a.b.c", &"x".repeat(20_000)] {
            assert!(ring.open::<Value>(garbage, None).is_none());
        }
    }
}
