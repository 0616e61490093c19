//! Public keys on P-256: their JWK members, their thumbprint, and the check of a signature.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use ring::agreement::{self, ECDH_P256, EphemeralPrivateKey};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use std::fmt;

/// The members `x` and `y` are not 32 bytes each in base64url.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an uncompressed point of P-256")]
pub struct NotAPoint;

/// A public key on P-256.
#[derive(Clone)]
pub struct P256PublicKey {
    x: String,
    y: String,
    point: [u8; 65],
    decoding: DecodingKey,
}

impl P256PublicKey {
    /// From the uncompressed point of SEC 1: `04 ‖ x ‖ y`, 65 bytes.
    ///
    /// # Errors
    /// [`NotAPoint`] for anything of another shape. That the point lies on the curve is checked
    /// by every verification, and by [`Self::is_on_curve`].
    pub fn from_uncompressed(point: &[u8]) -> Result<Self, NotAPoint> {
        let whole: [u8; 65] = point.try_into().map_err(|_| NotAPoint)?;
        match point.split_first() {
            Some((4, xy)) => {
                let (x, y) = xy.split_at(32);
                let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
                Ok(Self { x, y, point: whole, decoding: DecodingKey::from_ec_der(point) })
            }
            _ => Err(NotAPoint),
        }
    }

    /// From the members `x` and `y` of a JWK (RFC 7518 section 6.2.1).
    ///
    /// # Errors
    /// [`NotAPoint`].
    pub fn from_coordinates(x: &str, y: &str) -> Result<Self, NotAPoint> {
        let mut point = vec![4];
        for coordinate in [x, y] {
            let bytes = URL_SAFE_NO_PAD.decode(coordinate).map_err(|_| NotAPoint)?;
            if bytes.len() != 32 {
                return Err(NotAPoint);
            }
            point.extend_from_slice(&bytes);
        }
        Self::from_uncompressed(&point)
    }

    /// Whether the point lies on the curve: for keys that something is issued to before they sign
    /// anything. It costs a key agreement with a key thrown away.
    pub fn is_on_curve(&self) -> bool {
        let Ok(own) = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()) else {
            return false;
        };
        let theirs = agreement::UnparsedPublicKey::new(&ECDH_P256, &self.point);
        agreement::agree_ephemeral(own, &theirs, |_| ()).is_ok()
    }

    /// The JWK member `x`.
    pub fn x(&self) -> &str {
        &self.x
    }

    /// The JWK member `y`.
    pub fn y(&self) -> &str {
        &self.y
    }

    /// The key's name: SHA-256 over its required members in order, base64url (RFC 7638).
    pub fn thumbprint(&self) -> String {
        let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#, self.x, self.y);
        URL_SAFE_NO_PAD.encode(super::sha256(members.as_bytes()))
    }

    /// The uncompressed point of SEC 1: `04 ‖ x ‖ y`.
    pub fn uncompressed(&self) -> &[u8; 65] {
        &self.point
    }

    /// Whether `signature` (`r ‖ s`, 64 bytes, as COSE carries it) is an ES256 signature of
    /// `message` under this key.
    pub fn verifies_bytes(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &self.point)
            .verify(message, signature)
            .is_ok()
    }

    /// Whether `signature` (base64url) is an ES256 signature of `message` under this key. The
    /// algorithm belongs to the key: what a token's header says has no part in it.
    pub fn verifies(&self, message: &[u8], signature: &str) -> bool {
        super::install();
        jsonwebtoken::crypto::verify(signature, message, &self.decoding, Algorithm::ES256)
            .unwrap_or(false)
    }
}

impl fmt::Debug for P256PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "P256PublicKey({})", self.thumbprint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7515 appendix A.3: an ES256 key, message and signature made by somebody else.
    const X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    const Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
    const MESSAGE: &[u8] = b"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    const SIGNATURE: &str =
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

    #[test]
    fn the_example_of_rfc_7515_verifies() {
        let key = P256PublicKey::from_coordinates(X, Y).unwrap();
        assert!(key.verifies(MESSAGE, SIGNATURE));
        assert!(!key.verifies(&MESSAGE[1..], SIGNATURE));
        assert!(!key.verifies(MESSAGE, "AAAA"));
    }

    #[test]
    fn coordinates_of_another_length_are_refused() {
        assert!(P256PublicKey::from_coordinates("AAAA", Y).is_err());
        assert!(P256PublicKey::from_coordinates(X, "not base64!").is_err());
        assert!(P256PublicKey::from_uncompressed(&[2; 65]).is_err());
    }

    #[test]
    fn a_point_off_the_curve_verifies_nothing() {
        let key = P256PublicKey::from_coordinates(X, X).unwrap();
        assert!(!key.verifies(MESSAGE, SIGNATURE));
        assert!(!key.is_on_curve() && P256PublicKey::from_coordinates(X, Y).unwrap().is_on_curve());
        let beyond = URL_SAFE_NO_PAD.encode([0xff; 32]);
        for (x, y) in [(beyond.as_str(), Y), (X, beyond.as_str())] {
            assert!(!P256PublicKey::from_coordinates(x, y).unwrap().is_on_curve());
        }
        let zero = URL_SAFE_NO_PAD.encode([0; 32]);
        assert!(!P256PublicKey::from_coordinates(&zero, &zero).unwrap().is_on_curve());
    }

    #[test]
    fn the_thumbprint_is_43_letters_and_depends_on_the_key() {
        let one = P256PublicKey::from_coordinates(X, Y).unwrap();
        let two = P256PublicKey::from_coordinates(Y, X).unwrap();
        assert_eq!(one.thumbprint(), "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");
        assert_ne!(one.thumbprint(), two.thumbprint());
    }
}
