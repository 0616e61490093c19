//! RS256 private keys: what OpenID Connect obliges an issuer to offer (Core, section 15.1).

use super::KeyRejected;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use ring::rand::SystemRandom;
use ring::rsa::{KeyPair, PublicKeyComponents};
use ring::signature::RSA_PKCS1_SHA256;
use std::fmt;

/// A private key for RS256 (RSASSA-PKCS1-v1_5 with SHA-256, RFC 7518 section 3.3).
pub struct Rs256Key {
    pair: KeyPair,
    n: String,
    e: String,
}

impl Rs256Key {
    /// Reads an unencrypted PKCS#8 v1 document (RFC 5208).
    ///
    /// # Errors
    /// [`KeyRejected`] for another kind of key, for parts that do not belong together, for an
    /// exponent below 65537, and for a modulus below 2048 bits or above 4096, the most `ring`
    /// signs with.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, KeyRejected> {
        let pair = KeyPair::from_pkcs8(der).map_err(|e| KeyRejected::rs256(e.to_string()))?;
        let public = PublicKeyComponents::<Vec<u8>>::from(pair.public());
        let (n, e) = (URL_SAFE_NO_PAD.encode(public.n), URL_SAFE_NO_PAD.encode(public.e));
        Ok(Self { pair, n, e })
    }

    /// The JWK member `n`: the modulus, big-endian without leading zeros (RFC 7518 section 6.3.1).
    pub fn n(&self) -> &str {
        &self.n
    }

    /// The JWK member `e`: the public exponent.
    pub fn e(&self) -> &str {
        &self.e
    }

    /// The key's name: SHA-256 over its required members in order, base64url (RFC 7638).
    pub fn thumbprint(&self) -> String {
        let members = format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, self.e, self.n);
        URL_SAFE_NO_PAD.encode(super::sha256(members.as_bytes()))
    }

    /// The signature of `message`, base64url as a JWS carries it (RFC 7515).
    ///
    /// # Errors
    /// [`KeyRejected`] when the operating system has no randomness to give.
    pub fn sign(&self, message: &[u8]) -> Result<String, KeyRejected> {
        let mut signature = vec![0; self.pair.public().modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .map_err(|e| KeyRejected::rs256(e.to_string()))?;
        Ok(URL_SAFE_NO_PAD.encode(signature))
    }

    /// Whether `signature` (base64url) is an RS256 signature of `message` under this key.
    pub fn verifies(&self, message: &[u8], signature: &str) -> bool {
        super::install();
        let Ok(key) = DecodingKey::from_rsa_components(&self.n, &self.e) else { return false };
        jsonwebtoken::crypto::verify(signature, message, &key, Algorithm::RS256).unwrap_or(false)
    }
}

impl fmt::Debug for Rs256Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rs256Key({})", self.thumbprint())
    }
}

#[cfg(all(test, feature = "server"))]
mod tests {
    use super::super::generate_rsa;
    use super::*;
    use jsonwebtoken::{Algorithm, DecodingKey};

    #[test]
    fn a_made_key_signs_what_its_published_half_verifies() {
        let key = Rs256Key::from_pkcs8(&generate_rsa().unwrap()).unwrap();
        let public = DecodingKey::from_rsa_components(key.n(), key.e()).unwrap();
        super::super::install();
        let signature = key.sign(b"message").unwrap();
        let check = |m: &[u8], alg| jsonwebtoken::crypto::verify(&signature, m, &public, alg);
        assert!(check(b"message", Algorithm::RS256).unwrap());
        assert!(!check(b"massage", Algorithm::RS256).unwrap());
        assert!(!check(b"message", Algorithm::PS256).unwrap());
        assert_eq!((key.n().len(), key.e()), (342, "AQAB"), "2048 bits");
        assert_eq!(format!("{key:?}"), format!("Rs256Key({})", key.thumbprint()));
    }

    #[test]
    fn what_is_no_rsa_key_is_rejected() {
        let (p256, _) = super::super::Es256Key::generate().unwrap();
        assert!(Rs256Key::from_pkcs8(&p256).is_err());
        assert!(Rs256Key::from_pkcs8(b"not a key").is_err());
    }
}
