//! The provider's verifier factory.

use jsonwebtoken::crypto::JwtVerifier;
use jsonwebtoken::errors::{ErrorKind, Result};
use jsonwebtoken::signature::{Error as SignatureError, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm,
};

struct RingVerifier {
    algorithm: Algorithm,
    key: DecodingKey,
}

impl RingVerifier {
    fn check(&self, message: &[u8], signature: &[u8]) -> std::result::Result<(), SignatureError> {
        let plain = |with: &'static dyn VerificationAlgorithm, key: &[u8]| {
            UnparsedPublicKey::new(with, key).verify(message, signature)
        };
        let verified = match (self.algorithm, self.key.kind()) {
            (Algorithm::ES256, DecodingKeyKind::SecretOrDer(point)) => {
                plain(&ECDSA_P256_SHA256_FIXED, point)
            }
            (Algorithm::EdDSA, DecodingKeyKind::SecretOrDer(point)) => plain(&ED25519, point),
            (Algorithm::RS256, key) => rsa(&RSA_PKCS1_2048_8192_SHA256, key, message, signature),
            (Algorithm::PS256, key) => rsa(&RSA_PSS_2048_8192_SHA256, key, message, signature),
            _ => Err(ring::error::Unspecified),
        };
        verified.map_err(|_| SignatureError::new())
    }
}

fn rsa(
    with: &'static RsaParameters,
    key: &DecodingKeyKind,
    message: &[u8],
    signature: &[u8],
) -> std::result::Result<(), ring::error::Unspecified> {
    match key {
        DecodingKeyKind::SecretOrDer(der) => {
            UnparsedPublicKey::new(with, der).verify(message, signature)
        }
        DecodingKeyKind::RsaModulusExponent { n, e } => {
            RsaPublicKeyComponents { n, e }.verify(with, message, signature)
        }
    }
}

impl Verifier<Vec<u8>> for RingVerifier {
    fn verify(
        &self,
        message: &[u8],
        signature: &Vec<u8>,
    ) -> std::result::Result<(), SignatureError> {
        self.check(message, signature)
    }
}

impl JwtVerifier for RingVerifier {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

/// Refuses every algorithm that is not asymmetric and every key of another family.
pub(super) fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>> {
    let known = matches!(
        algorithm,
        Algorithm::ES256 | Algorithm::EdDSA | Algorithm::RS256 | Algorithm::PS256
    );
    if !known || key.family() != algorithm.family() {
        return Err(ErrorKind::InvalidAlgorithm.into());
    }
    Ok(Box::new(RingVerifier { algorithm: *algorithm, key: key.clone() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hmac_and_mixed_families_are_refused() {
        let secret = DecodingKey::from_secret(b"public key as a secret");
        assert!(verifier(&Algorithm::HS256, &secret).is_err());
        assert!(verifier(&Algorithm::ES256, &secret).is_err());
        let point = DecodingKey::from_ec_der(&[4; 65]);
        assert!(verifier(&Algorithm::ES256, &point).is_ok());
        assert!(verifier(&Algorithm::EdDSA, &point).is_err());
        assert!(verifier(&Algorithm::RS256, &point).is_err());
    }

    #[test]
    fn the_ed25519_example_of_rfc_8037_verifies() {
        let key =
            DecodingKey::from_ed_components("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap();
        let message = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
        let signature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        super::super::install();
        let check = |m: &[u8]| jsonwebtoken::crypto::verify(signature, m, &key, Algorithm::EdDSA);
        assert!(check(message).unwrap());
        assert!(!check(b"another").unwrap());
    }
}
