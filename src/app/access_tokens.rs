//! Access tokens this service has looked at lately: a signature is verified once, not at every
//! question about it.

use super::halves::Halves;
use crate::crypto::sha256;
use crate::domain::time::Timestamp;
use crate::token::access::{ACCESS_TOKEN_TYPE, AccessClaims};
use crate::token::keyring::KeyRing;
use std::sync::{Arc, Mutex, PoisonError};

/// Tokens kept of each half: at most twice as many are in memory.
const MOST_KEPT: usize = 20_000;

type Digest = [u8; 32];

/// The tokens, by their digest.
#[derive(Debug)]
pub struct AccessTokens(Mutex<Halves<Digest, Arc<AccessClaims>>>);

impl Default for AccessTokens {
    fn default() -> Self {
        Self(Mutex::new(Halves::new(MOST_KEPT)))
    }
}

impl AccessTokens {
    /// The claims of a token this service signed, while its time has not run out. Whether it was
    /// revoked is another question.
    pub fn open(
        &self,
        keys: &KeyRing,
        issuer: &str,
        token: &str,
        now: Timestamp,
    ) -> Option<Arc<AccessClaims>> {
        let digest = sha256(token.as_bytes());
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&digest);
        let claims = match kept {
            Some(claims) => claims,
            None => {
                let claims: AccessClaims = keys.open(token, Some(ACCESS_TOKEN_TYPE))?;
                let claims = Arc::new(claims);
                let mut halves = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                halves.keep(digest, Arc::clone(&claims));
                claims
            }
        };
        (claims.iss == issuer && now < claims.exp).then_some(claims)
    }

    /// Forgets them all: the keys have changed.
    pub fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Halves::new(MOST_KEPT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::scope::ScopeSet;
    use crate::token::access::{ACCESS_TOKEN_LIFETIME, Audience};

    const NOW: Timestamp = Timestamp::from_epoch_seconds(1_800_000_000);

    fn claims(n: usize) -> AccessClaims {
        AccessClaims {
            iss: "i".into(),
            sub: "s".into(),
            aud: Audience::One("i".into()),
            client_id: "c".into(),
            iat: NOW,
            exp: NOW + ACCESS_TOKEN_LIFETIME,
            jti: format!("..{n}"),
            scope: ScopeSet::default(),
            auth_time: None,
            acr: None,
            amr: vec![],
            cnf: None,
        }
    }

    #[test]
    fn a_token_is_known_until_its_time_runs_out() {
        let folder = tempfile::tempdir().unwrap();
        let keys = KeyRing::open_or_create(&folder.path().join("keys"), NOW).unwrap();
        let token = keys.sign(ACCESS_TOKEN_TYPE, &claims(1), NOW).unwrap();
        let tokens = AccessTokens::default();
        for _ in 0..2 {
            assert!(tokens.open(&keys, "i", &token, NOW).is_some());
            assert!(tokens.open(&keys, "other", &token, NOW).is_none());
            assert!(tokens.open(&keys, "i", &token, NOW + ACCESS_TOKEN_LIFETIME).is_none());
        }
        let card = keys.sign("ecard+jwt", &claims(1), NOW).unwrap();
        assert!(tokens.open(&keys, "i", &card, NOW).is_none());
    }
}
