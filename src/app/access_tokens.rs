//! Access tokens this service has looked at lately: a signature is verified once, not at every
//! question about it.

use crate::crypto::sha256;
use crate::domain::time::Timestamp;
use crate::token::access::{ACCESS_TOKEN_TYPE, AccessClaims};
use crate::token::keyring::KeyRing;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Tokens kept of each half: at most twice as many are in memory.
const MOST_KEPT: usize = 20_000;

type Digest = [u8; 32];

/// The tokens, by their digest, in two halves: when the younger is full it takes the place of the
/// older, so that what is asked about stays and memory is bounded.
#[derive(Debug, Default)]
pub struct AccessTokens(Mutex<Halves>);

#[derive(Debug, Default)]
struct Halves {
    young: HashMap<Digest, Arc<AccessClaims>>,
    old: HashMap<Digest, Arc<AccessClaims>>,
}

impl Halves {
    fn get(&mut self, digest: &Digest) -> Option<Arc<AccessClaims>> {
        if let Some(found) = self.young.get(digest) {
            return Some(Arc::clone(found));
        }
        let found = self.old.remove(digest)?;
        self.keep(*digest, Arc::clone(&found));
        Some(found)
    }

    fn keep(&mut self, digest: Digest, claims: Arc<AccessClaims>) {
        if self.young.len() >= MOST_KEPT {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(digest, claims);
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
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Halves::default();
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

    #[test]
    fn memory_is_bounded_and_what_is_asked_about_stays() {
        let mut halves = Halves::default();
        let digest = |n: usize| sha256(&n.to_be_bytes());
        halves.keep(digest(0), Arc::new(claims(0)));
        for n in 1..3 * MOST_KEPT {
            assert!(halves.get(&digest(0)).is_some(), "{n}");
            halves.keep(digest(n), Arc::new(claims(n)));
        }
        assert!(halves.young.len() + halves.old.len() <= 2 * MOST_KEPT);
        assert!(halves.get(&digest(1)).is_none());
    }
}
