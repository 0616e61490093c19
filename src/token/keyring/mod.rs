//! The ring of signing keys: for each algorithm `next` is published, `active` signs, `retiring` is published for
//! what it signed, `retired` is gone. The state follows from the time alone, so every server that
//! reads the folder changes keys at the same moment.

mod folder;
mod foreign;
mod opened;
mod pem;
mod rotation;
mod schedule;

#[cfg(test)]
mod tests;

pub use rotation::{RotateOutcome, RotationError};
pub use schedule::{KeyRecord, KeyRow, KeyState, PUBLICATION_LEAD, RETIREMENT_DELAY, Schedule};

use super::jwks::{Jwks, PublicJwk};
use super::signer::{SigningAlgorithm, TokenError};
use crate::crypto::KeyRejected;
use crate::domain::time::Timestamp;
use crate::keyfile::{self, KeyFileError};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use folder::{Folder, Keys, Stamp};
use serde::Serialize;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

struct Snapshot {
    stamp: Stamp,
    schedule: Schedule,
    keys: Keys,
}

/// All signing keys of this service. Shared between threads; a change in the folder is taken over
/// whole or not at all.
pub struct KeyRing {
    folder: Folder,
    current: RwLock<Arc<Snapshot>>,
    readings: AtomicU64,
}

#[derive(Serialize)]
struct ProtectedHeader<'a> {
    alg: SigningAlgorithm,
    #[serde(skip_serializing_if = "Option::is_none")]
    typ: Option<&'a str>,
    kid: &'a str,
}

impl KeyRing {
    /// Opens the ring in `folder`, making the first ES256 key when there is no ring yet.
    ///
    /// # Errors
    /// [`KeyFileError`] when any file may be read by others, belongs to another user, is not
    /// listed, is missing, or holds another key than its name says: nothing is signed then.
    pub fn open_or_create(folder: &Path, now: Timestamp) -> Result<Self, KeyFileError> {
        keyfile::ensure_folder(folder)?;
        let folder = Folder(folder.to_owned());
        if folder.schedule()?.is_none() {
            create_first_key(&folder, now)?;
        }
        let current = RwLock::new(Arc::new(load(&folder)?));
        Ok(Self { folder, current, readings: AtomicU64::new(0) })
    }

    /// Takes over what another process (`ecard keys rotate`) changed. One `stat` when nothing
    /// did: cheap enough for every second. `true` when the ring changed.
    ///
    /// # Errors
    /// [`KeyFileError`]; the keys in memory go on serving.
    pub fn reload_if_changed(&self) -> Result<bool, KeyFileError> {
        if self.folder.stamp()? == self.snapshot().stamp {
            return Ok(false);
        }
        self.reload()?;
        Ok(true)
    }

    /// Signs a token of the kind `typ` with the ES256 key that is active now (JWS compact,
    /// RFC 7515).
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn sign(
        &self,
        typ: &str,
        claims: &impl Serialize,
        now: Timestamp,
    ) -> Result<String, TokenError> {
        self.sign_with(SigningAlgorithm::Es256, Some(typ), claims, now)
    }

    /// As [`KeyRing::sign`], with the key that is active now for `alg`. Only an ID token has no
    /// `typ`: everything else says what it is, so that nothing is taken for another thing.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn sign_with(
        &self,
        alg: SigningAlgorithm,
        typ: Option<&str>,
        claims: &impl Serialize,
        now: Timestamp,
    ) -> Result<String, TokenError> {
        let snapshot = self.snapshot();
        let record = snapshot.schedule.active(alg, now).ok_or(TokenError::NoKey(alg))?;
        let key = snapshot.keys.get(&record.kid).ok_or(TokenError::NoKey(alg))?;
        let header = ProtectedHeader { alg: key.algorithm(), typ, kid: &record.kid };
        let mut token = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&header)?);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(serde_json::to_vec(claims)?, &mut token);
        let signature = key.sign(token.as_bytes())?;
        token.push('.');
        token.push_str(&signature);
        Ok(token)
    }

    /// Signs bytes of another form than a JWS with the ES256 key that is active now: `message` is
    /// told the key's name and says what is signed. The name and the signature, `r ‖ s`.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn sign_bytes(
        &self,
        message: impl FnOnce(&str) -> Vec<u8>,
        now: Timestamp,
    ) -> Result<(String, [u8; 64]), TokenError> {
        let alg = SigningAlgorithm::Es256;
        let snapshot = self.snapshot();
        let record = snapshot.schedule.active(alg, now).ok_or(TokenError::NoKey(alg))?;
        let key = snapshot.keys.get(&record.kid).ok_or(TokenError::NoKey(alg))?;
        let signature = URL_SAFE_NO_PAD.decode(key.sign(&message(&record.kid))?).ok();
        let signature = signature.and_then(|bytes| bytes.try_into().ok());
        let signature = signature.ok_or_else(|| TokenError::Signing("not r ‖ s".to_owned()))?;
        Ok((record.kid.clone(), signature))
    }

    /// The `kid` of the key that signs with `alg` now; none when there is none.
    pub fn signs(&self, alg: SigningAlgorithm, now: Timestamp) -> Option<String> {
        Some(self.snapshot().schedule.active(alg, now)?.kid.clone())
    }

    /// How often the folder was read again: what was made of [`KeyRing::jwks`] stands as long as
    /// this stands.
    pub fn readings(&self) -> u64 {
        self.readings.load(Ordering::Acquire)
    }

    /// The published key set: next, active and retiring keys.
    pub fn jwks(&self) -> Jwks {
        let keys: Vec<PublicJwk> = self.snapshot().keys.values().map(|k| k.public_jwk()).collect();
        Jwks { keys }
    }

    /// Every key there ever was, in the order they were added.
    pub fn keys_table(&self, now: Timestamp) -> Vec<KeyRow> {
        self.snapshot().schedule.rows(now)
    }

    fn reload(&self) -> Result<(), KeyFileError> {
        let fresh = Arc::new(load(&self.folder)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        self.readings.fetch_add(1, Ordering::Release);
        Ok(())
    }

    fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("KeyRing").field(&self.folder.0).finish()
    }
}

fn load(folder: &Folder) -> Result<Snapshot, KeyFileError> {
    let (stamp, schedule, keys) = folder.load()?;
    if !keys.values().any(|key| key.algorithm() == SigningAlgorithm::Es256) {
        let path = folder.0.join("signing.json");
        let reason = "lists no ES256 key that could sign: restore the file";
        return Err(KeyFileError::content(&path, reason));
    }
    Ok(Snapshot { stamp, schedule, keys })
}

fn create_first_key(folder: &Folder, now: Timestamp) -> Result<(), KeyFileError> {
    let _lock = folder.lock()?;
    if folder.schedule()?.is_some() {
        return Ok(());
    }
    folder.refuse_foreign_keys(&Schedule::default())?;
    let unmade = |e: KeyRejected| KeyFileError::content(&folder.0, e.to_string());
    let pkcs8 = SigningAlgorithm::Es256.generate().map_err(unmade)?;
    let record = rotation::record(&pkcs8, SigningAlgorithm::Es256, now, now).map_err(unmade)?;
    folder.write_key(&record.kid, &pkcs8)?;
    folder.write_schedule(&Schedule(vec![record]))
}
