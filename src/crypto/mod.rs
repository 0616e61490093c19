//! Signatures and digests by `ring`, plugged into `jsonwebtoken` as its [`CryptoProvider`]: one
//! cryptographic library in the tree.
//!
//! ES256 and RS256 sign and verify; EdDSA and PS256 verify only (partners sign with them). HMAC is
//! absent on purpose: no public key can then be taken for a shared secret.

mod es256;
#[cfg(feature = "server")]
pub mod jwk;
#[cfg(feature = "server")]
pub mod jws;
mod public_key;
mod rejected;
mod ring_verifier;
mod rs256;
#[cfg(feature = "server")]
mod rsa_generation;

pub use es256::Es256Key;
pub use public_key::{NotAPoint, P256PublicKey};
pub use rejected::KeyRejected;
pub use rs256::Rs256Key;
#[cfg(feature = "server")]
pub use rsa_generation::generate_rsa;

use jsonwebtoken::crypto::{CryptoProvider, KeyUtils};
use jsonwebtoken::errors::{ErrorKind, Result};
use jsonwebtoken::jwk::ThumbprintHash;
use ring::digest;
use std::sync::Once;

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: es256::signer,
    verifier_factory: ring_verifier::verifier,
    key_utils: KeyUtils {
        rsa_pub_components_from_private_key: |_| Err(ErrorKind::InvalidKeyFormat.into()),
        rsa_pub_components_from_public_key: |_| Err(ErrorKind::InvalidKeyFormat.into()),
        ec_pub_components_from_private_key: |_, _| Err(ErrorKind::InvalidKeyFormat.into()),
        ed_pub_components_from_private_key: |_, _| Err(ErrorKind::InvalidKeyFormat.into()),
        compute_digest,
    },
};

static INSTALL: Once = Once::new();

/// Makes `ring` the process's provider. May be called any number of times, from any thread;
/// whatever in this crate signs or verifies calls it first.
///
/// An embedding program that installed a provider of its own keeps it for verification.
pub fn install() {
    INSTALL.call_once(|| {
        // Refused only when another provider stands already, which is then the embedder's choice.
        let _already_installed = PROVIDER.install_default();
    });
}

/// SHA-256 (FIPS 180-4).
pub fn sha256(data: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    for (to, from) in out.iter_mut().zip(digest::digest(&digest::SHA256, data).as_ref()) {
        *to = *from;
    }
    out
}

fn compute_digest(data: &[u8], hash: ThumbprintHash) -> Result<Vec<u8>> {
    let algorithm = match hash {
        ThumbprintHash::SHA256 => &digest::SHA256,
        ThumbprintHash::SHA384 => &digest::SHA384,
        ThumbprintHash::SHA512 => &digest::SHA512,
        _ => return Err(ErrorKind::InvalidAlgorithm.into()),
    };
    Ok(digest::digest(algorithm, data).as_ref().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn installing_twice_is_harmless() {
        install();
        install();
        let key = Es256Key::generate().unwrap().1;
        assert!(!key.sign(b"x").unwrap().is_empty());
    }

    #[test]
    fn sha256_of_abc_is_the_published_one() {
        let hex: String = sha256(b"abc").iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
