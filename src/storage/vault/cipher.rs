//! AES-256-GCM for one value at one place.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use zeroize::Zeroizing;

/// Where a sealed value stands: it opens nowhere else, so rows and columns cannot be swapped.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The table.
    pub table: &'a str,
    /// The column.
    pub column: &'a str,
    /// The row's primary key.
    pub row: &'a str,
}

impl Place<'_> {
    /// Table, column and row, each after its length: no two places read alike.
    fn encoded(self) -> Vec<u8> {
        let mut encoded = Vec::with_capacity(64);
        for part in [self.table, self.column, self.row] {
            encoded.extend_from_slice(&(part.len() as u64).to_be_bytes());
            encoded.extend_from_slice(part.as_bytes());
        }
        encoded
    }
}

/// A sealed value as stored: `<key id>.<base64url of nonce, ciphertext and tag>`.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(String);

impl Sealed {
    /// The text to store.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text to store, owned.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed(…)")
    }
}

/// Why a sealed value does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// Not of the form a sealed value has.
    #[error("not a sealed value")]
    Malformed,
    /// Sealed under a key that is not held (retired, destroyed, or another installation's).
    #[error("sealed under a key that is not held")]
    UnknownKey,
    /// Changed since, or sealed for another place.
    #[error("the sealed value was changed or moved")]
    Refused,
}

/// The vault's own generator of nonces and citizens' keys, seeded once with 256 bits.
pub(super) struct Nonces(Mutex<StdRng>);

impl Nonces {
    pub(super) fn seeded(seed: [u8; 32]) -> Self {
        Self(Mutex::new(StdRng::from_seed(seed)))
    }

    pub(super) fn fill(&self, buffer: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(buffer);
    }
}

/// One 256-bit key with the name it goes by in stored values.
pub(super) struct SealingKey {
    id: String,
    master: Zeroizing<[u8; 32]>,
}

impl SealingKey {
    pub(super) fn new(id: impl Into<String>, master: Zeroizing<[u8; 32]>) -> Self {
        Self { id: id.into(), master }
    }

    pub(super) fn fresh(id: &str, nonces: &Nonces) -> Self {
        let mut master = Zeroizing::new([0; 32]);
        nonces.fill(&mut *master);
        Self::new(id, master)
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &*self.master
    }

    /// The key of one place, HMAC(master, place): a random 96-bit nonce is safe for 2³² values
    /// under one key (NIST SP 800-38D §8.3), and a nation's rows are more than that.
    fn at(&self, place: &[u8]) -> Result<LessSafeKey, VaultError> {
        let master = hmac::Key::new(hmac::HMAC_SHA256, &*self.master);
        let key = UnboundKey::new(&AES_256_GCM, hmac::sign(&master, place).as_ref());
        key.map(LessSafeKey::new).map_err(|_| VaultError::Malformed)
    }

    pub(super) fn seal(&self, nonces: &Nonces, place: Place<'_>, plain: &[u8]) -> Sealed {
        let place = place.encoded();
        let mut nonce = [0; NONCE_LEN];
        nonces.fill(&mut nonce);
        let mut text = Zeroizing::new(plain.to_vec());
        let tag = self.at(&place).and_then(|key| {
            key.seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(&place),
                &mut text,
            )
            .map_err(|_| VaultError::Malformed)
        });
        // ring refuses only a key of the wrong length or a text beyond 64 GiB, and neither can
        // be: were it otherwise, the empty value stored here would open as malformed.
        let sealed = tag.map(|tag| [nonce.as_slice(), &text, tag.as_ref()].concat());
        let encoded = URL_SAFE_NO_PAD.encode(sealed.unwrap_or_default());
        Sealed(format!("{}{encoded}", prefix(&self.id)))
    }

    pub(super) fn unseal(
        &self,
        place: Place<'_>,
        sealed: &str,
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let encoded = sealed.split_once('.').ok_or(VaultError::Malformed)?.1;
        let bytes = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| VaultError::Malformed)?;
        let (nonce, text) = bytes.split_first_chunk().ok_or(VaultError::Malformed)?;
        let place = place.encoded();
        let mut text = Zeroizing::new(text.to_vec());
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let length = self
            .at(&place)?
            .open_in_place(nonce, Aad::from(&place), &mut text)
            .map_err(|_| VaultError::Refused)?
            .len();
        text.truncate(length);
        Ok(text)
    }
}

/// The id of the key a stored value is sealed under.
pub(super) fn key_id(sealed: &str) -> Result<&str, VaultError> {
    sealed.split_once('.').map(|(id, _)| id).ok_or(VaultError::Malformed)
}

/// What every value sealed under a key begins with.
pub(super) fn prefix(id: &str) -> String {
    format!("{id}.")
}
