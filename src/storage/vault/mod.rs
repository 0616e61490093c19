//! Sealed fields and keyed lookups: what makes a copy of the database worthless.
//!
//! A personal value is stored sealed (AES-256-GCM, bound to its table, column and row) and, where
//! it must be found, beside it an index: an HMAC under a key of its purpose. The keys live in the
//! keys folder, never in the database, and must not share a backup with it: identity numbers can
//! be enumerated, so whoever holds both can look anybody up.

mod cipher;
pub mod citizen;
mod keys;
mod purpose;

pub use cipher::{Place, Sealed, VaultError};
pub use purpose::Purpose;

use crate::keyfile::KeyFileError;
use crate::ports::entropy::Entropy;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cipher::{Nonces, SealingKey};
use keys::Keys;
use ring::hmac;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use zeroize::Zeroizing;

/// The keys for sealed fields and lookups, and the nonces that go with them.
pub struct Vault {
    folder: PathBuf,
    keys: RwLock<Arc<Keys>>,
    nonces: Nonces,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(…)")
    }
}

impl Vault {
    /// Reads `sealing.json`, `lookup.json` and `pepper.json` in the keys folder, or makes them
    /// (mode 0600).
    /// `entropy` is read for new keys and for the seed of the vault's own nonce generator.
    ///
    /// # Errors
    /// [`KeyFileError`] when a file is there and cannot be trusted or understood.
    pub fn open_or_create(folder: &Path, entropy: &dyn Entropy) -> Result<Self, KeyFileError> {
        let keys = Keys::open_or_create(folder, entropy)?;
        let nonces = Nonces::seeded(entropy.bytes());
        Ok(Self { folder: folder.to_owned(), keys: RwLock::new(Arc::new(keys)), nonces })
    }

    /// Reads the key files for looking people up; makes none.
    ///
    /// # Errors
    /// [`KeyFileError`] when a file is missing or cannot be trusted.
    pub fn open(folder: &Path, entropy: &dyn Entropy) -> Result<Self, KeyFileError> {
        let keys = Keys::open(folder)?;
        let nonces = Nonces::seeded(entropy.bytes());
        Ok(Self { folder: folder.to_owned(), keys: RwLock::new(Arc::new(keys)), nonces })
    }

    /// Reads the key files again, after another process has rotated them.
    ///
    /// # Errors
    /// As [`Self::open_or_create`]; the keys in use stay.
    pub fn reload(&self) -> Result<(), KeyFileError> {
        let fresh = Keys::open(&self.folder)?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fresh);
        Ok(())
    }

    /// Takes over what another process rotated; one look at the files when nothing was.
    ///
    /// # Errors
    /// As [`Self::open_or_create`]; the keys in use stay.
    pub fn reload_if_changed(&self) -> Result<bool, KeyFileError> {
        if keys::stamp(&self.folder) == *self.keys().stamp() {
            return Ok(false);
        }
        self.reload().map(|()| true)
    }

    /// How many superseded keys are still held, until [`Self::retire_old_keys`].
    pub fn superseded_keys(&self) -> usize {
        self.keys().superseded()
    }

    /// Adds a new current sealing key; the old ones still unseal until the re-key job is done.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn rotate_sealing(&self, entropy: &dyn Entropy) -> Result<(), KeyFileError> {
        keys::rotate_sealing(&self.folder, entropy)?;
        self.reload()
    }

    /// Makes a new current lookup key; the one it replaces becomes the previous one. Refused
    /// while there still is a previous one: its rows would be lost.
    ///
    /// # Errors
    /// As said, or when the file cannot be written.
    pub fn rotate_lookup(&self, entropy: &dyn Entropy) -> Result<(), KeyFileError> {
        keys::rotate_lookup(&self.folder, entropy)?;
        self.reload()
    }

    /// Drops every sealing key but the current one and the previous lookup key, once the re-key
    /// job found nothing left under them and every instance has reloaded.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn retire_old_keys(&self) -> Result<(), KeyFileError> {
        keys::retire_old(&self.folder)?;
        self.reload()
    }

    fn keys(&self) -> Arc<Keys> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Seals a value for one place in the database; it opens nowhere else.
    pub fn seal(&self, place: Place<'_>, plain: &[u8]) -> Sealed {
        self.keys().current().seal(&self.nonces, place, plain)
    }

    /// Opens a sealed value.
    ///
    /// # Errors
    /// [`VaultError`]: not sealed here, for this place, or by a key still held.
    pub fn unseal(&self, place: Place<'_>, sealed: &str) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let id = cipher::key_id(sealed)?;
        let mut keys = self.keys();
        if keys.sealing(id).is_none() && self.reload().is_ok() {
            keys = self.keys();
        }
        keys.sealing(id).ok_or(VaultError::UnknownKey)?.unseal(place, sealed)
    }

    /// Opens a sealed text.
    ///
    /// # Errors
    /// As [`Self::unseal`]; [`VaultError::Malformed`] when it is no UTF-8.
    pub fn unseal_text(
        &self,
        place: Place<'_>,
        sealed: &str,
    ) -> Result<Zeroizing<String>, VaultError> {
        let plain = self.unseal(place, sealed)?;
        let text = std::str::from_utf8(&plain).map_err(|_| VaultError::Malformed)?;
        Ok(Zeroizing::new(text.to_owned()))
    }

    /// Whether a stored value is sealed under the current key.
    pub fn is_current(&self, sealed: &str) -> bool {
        cipher::key_id(sealed).is_ok_and(|id| id == self.keys().current().id())
    }

    /// The index to store for a value: HMAC-SHA256 under the purpose's current key, base64url.
    /// Purposes that are no lookups have a key that never changes.
    pub fn index(&self, purpose: Purpose, value: &str) -> String {
        let keys = self.keys();
        mac(if purpose.is_lookup() { keys.lookup() } else { keys.pepper() }, purpose, value)
    }

    /// The indexes to look for: current first, then the previous key's while there is one.
    pub fn indexes(&self, purpose: Purpose, value: &str) -> Vec<String> {
        let keys = self.keys();
        let previous = keys.previous_lookup().filter(|_| purpose.is_lookup());
        let previous = previous.map(|key| mac(key, purpose, value));
        std::iter::once(self.index(purpose, value)).chain(previous).collect()
    }

    /// A fresh key for one citizen's own records.
    fn new_citizen_key(&self) -> SealingKey {
        SealingKey::fresh(citizen::KEY_ID, &self.nonces)
    }
}

/// HMAC under the purpose's key, which is the first block of HKDF-Expand (RFC 5869 §2.3) of the
/// master under the purpose's label.
fn mac(master: &hmac::Key, purpose: Purpose, value: &str) -> String {
    let mut info = hmac::Context::with_key(master);
    info.update(purpose.label().as_bytes());
    info.update(&[1]);
    let key = hmac::Key::new(hmac::HMAC_SHA256, info.sign().as_ref());
    URL_SAFE_NO_PAD.encode(hmac::sign(&key, value.as_bytes()))
}

/// Compares two macs in time that does not depend on where they differ.
pub fn mac_eq(one: &str, other: &str) -> bool {
    // The comparison of HMACs under a fixed key hides positions even if the compiler is clever.
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"mac_eq");
    hmac::verify(&key, one.as_bytes(), hmac::sign(&key, other.as_bytes()).as_ref()).is_ok()
}

#[cfg(test)]
mod tests;
