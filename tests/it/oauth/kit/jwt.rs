//! Reads and verifies tokens by `ring` alone, so that a fault of the service's own verifier does
//! not vouch for its signer.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::SHA256;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde_json::Value;

/// A token taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    pub(crate) header: Value,
    pub(crate) claims: Value,
}

impl Opened {
    /// A claim that is text; empty when it is not there.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.claims[name].as_str().unwrap_or_default()
    }
}

/// base64url without padding.
pub(crate) fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decoded(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

/// SHA-256 of a text in base64url: challenges, thumbprints, `ath`.
pub(crate) fn digest(text: &str) -> String {
    encoded(ring::digest::digest(&SHA256, text.as_bytes()).as_ref())
}

/// The left half of a token's SHA-256 (OpenID Connect Core §3.1.3.6).
pub(crate) fn at_hash(token: &str) -> String {
    encoded(&ring::digest::digest(&SHA256, token.as_bytes()).as_ref()[..16])
}

/// Header and claims, unverified.
pub(crate) fn peek(token: &str) -> Opened {
    let parts: Vec<&str> = token.split('.').collect();
    assert_eq!(parts.len(), 3, "no JWT: {token}");
    let read = |part: &str| serde_json::from_slice(&decoded(part)).unwrap();
    Opened { header: read(parts[0]), claims: read(parts[1]) }
}

/// Header and claims of a token that a published key signed: the one its `kid` names, by that
/// key's algorithm.
pub(crate) fn open(jwks: &Value, token: &str) -> Opened {
    let opened = peek(token);
    let (message, signature) = token.rsplit_once('.').unwrap();
    let keys = jwks["keys"].as_array().unwrap();
    let named: Vec<_> = keys.iter().filter(|key| key["kid"] == opened.header["kid"]).collect();
    assert_eq!(named.len(), 1, "one key has the token's kid: {:?}", opened.header);
    let key = named[0];
    assert_eq!(key["alg"], opened.header["alg"], "the key's algorithm is the token's");
    let member = |name: &str| decoded(key[name].as_str().unwrap());
    let (message, signature) = (message.as_bytes(), decoded(signature));
    let verified = match key["kty"].as_str() {
        Some("EC") => {
            let point = [vec![4], member("x"), member("y")].concat();
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, &signature)
        }
        Some("RSA") => RsaPublicKeyComponents { n: member("n"), e: member("e") }.verify(
            &RSA_PKCS1_2048_8192_SHA256,
            message,
            &signature,
        ),
        other => panic!("an unexpected key type {other:?}"),
    };
    verified.unwrap_or_else(|_| panic!("the signature does not verify: {token}"));
    opened
}
