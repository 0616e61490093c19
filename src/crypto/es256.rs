//! ES256 private keys, parsed once.
//!
//! `jsonwebtoken` hands a signer nothing but bytes, and parsing a key for every signature costs
//! two fifths of the speed. So the bytes it is given are the number of a slot, and the parsed key
//! waits in a table. A slot's number is never used twice, and a dropped key empties its slot.

use super::{KeyRejected, P256PublicKey};
use jsonwebtoken::crypto::JwtSigner;
use jsonwebtoken::errors::{ErrorKind, Result};
use jsonwebtoken::signature::{Error as SignatureError, Signer};
use jsonwebtoken::{Algorithm, EncodingKey};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use zeroize::Zeroizing;

static SLOTS: RwLock<BTreeMap<u64, Arc<EcdsaKeyPair>>> = RwLock::new(BTreeMap::new());
static NEXT_SLOT: AtomicU64 = AtomicU64::new(0);

/// A private key for ES256 (ECDSA on P-256 with SHA-256, RFC 7518 section 3.4).
pub struct Es256Key {
    slot: u64,
    handle: EncodingKey,
    public: P256PublicKey,
}

impl Es256Key {
    /// Reads an unencrypted PKCS#8 v1 document (RFC 5208).
    ///
    /// # Errors
    /// [`KeyRejected`] for another curve, another format, or halves that do not belong together.
    pub fn from_pkcs8(der: &[u8]) -> std::result::Result<Self, KeyRejected> {
        super::install();
        let random = SystemRandom::new();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der, &random)
            .map_err(|e| KeyRejected::es256(e.to_string()))?;
        let public = P256PublicKey::from_uncompressed(pair.public_key().as_ref())
            .map_err(|e| KeyRejected::es256(e.to_string()))?;
        let slot = NEXT_SLOT.fetch_add(1, Ordering::Relaxed);
        SLOTS.write().unwrap_or_else(PoisonError::into_inner).insert(slot, Arc::new(pair));
        Ok(Self { slot, handle: EncodingKey::from_ec_der(&slot.to_be_bytes()), public })
    }

    /// Makes a new key; gives its PKCS#8 document for safe keeping, wiped when dropped.
    ///
    /// The randomness is the operating system's: `ring` lets no other source make a key.
    ///
    /// # Errors
    /// [`KeyRejected`] when the operating system has no randomness to give.
    pub fn generate() -> std::result::Result<(Zeroizing<Vec<u8>>, Self), KeyRejected> {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)
            .map_err(|e| KeyRejected::es256(e.to_string()))?;
        let der = Zeroizing::new(document.as_ref().to_vec());
        let key = Self::from_pkcs8(&der)?;
        Ok((der, key))
    }

    /// The half that may be published.
    pub fn public(&self) -> &P256PublicKey {
        &self.public
    }

    /// The signature of `message`, base64url as a JWS carries it (RFC 7515).
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub fn sign(&self, message: &[u8]) -> Result<String> {
        jsonwebtoken::crypto::sign(message, &self.handle, Algorithm::ES256)
    }
}

impl Drop for Es256Key {
    fn drop(&mut self) {
        SLOTS.write().unwrap_or_else(PoisonError::into_inner).remove(&self.slot);
    }
}

impl fmt::Debug for Es256Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Es256Key({})", self.public.thumbprint())
    }
}

struct SlotSigner(Arc<EcdsaKeyPair>);

impl Signer<Vec<u8>> for SlotSigner {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, SignatureError> {
        let signature =
            self.0.sign(&SystemRandom::new(), message).map_err(|_| SignatureError::new())?;
        Ok(signature.as_ref().to_vec())
    }
}

impl JwtSigner for SlotSigner {
    fn algorithm(&self) -> Algorithm {
        Algorithm::ES256
    }
}

/// The provider's signer factory: finds the parsed key in its slot.
pub(super) fn signer(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>> {
    if *algorithm != Algorithm::ES256 || key.family() != algorithm.family() {
        return Err(ErrorKind::InvalidAlgorithm.into());
    }
    let slot: [u8; 8] = key.as_bytes().try_into().map_err(|_| ErrorKind::InvalidEcdsaKey)?;
    let slots = SLOTS.read().unwrap_or_else(PoisonError::into_inner);
    let pair = slots.get(&u64::from_be_bytes(slot)).ok_or(ErrorKind::InvalidEcdsaKey)?;
    Ok(Box::new(SlotSigner(Arc::clone(pair))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_verifies_under_its_own_key_and_no_other() {
        let (_, ours) = Es256Key::generate().unwrap();
        let (_, theirs) = Es256Key::generate().unwrap();
        let signature = ours.sign(b"message").unwrap();
        assert!(ours.public().verifies(b"message", &signature));
        assert!(!ours.public().verifies(b"massage", &signature));
        assert!(!theirs.public().verifies(b"message", &signature));
    }

    #[test]
    fn a_dropped_key_leaves_its_slot() {
        let (_, key) = Es256Key::generate().unwrap();
        let handle = key.handle.clone();
        assert!(signer(&Algorithm::ES256, &handle).is_ok());
        drop(key);
        assert!(signer(&Algorithm::ES256, &handle).is_err());
    }

    #[test]
    fn an_hmac_key_never_signs() {
        let secret = EncodingKey::from_secret(&0_u64.to_be_bytes());
        assert!(signer(&Algorithm::HS256, &secret).is_err());
        assert!(signer(&Algorithm::ES256, &secret).is_err());
    }

    #[test]
    fn debug_shows_the_thumbprint_alone() {
        let (_, key) = Es256Key::generate().unwrap();
        assert_eq!(format!("{key:?}"), format!("Es256Key({})", key.public().thumbprint()));
    }

    #[test]
    fn what_is_no_pkcs8_is_rejected() {
        assert!(Es256Key::from_pkcs8(b"not a key").is_err());
    }
}
