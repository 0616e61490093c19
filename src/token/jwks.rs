//! The published key set (RFC 7517): public members only, by construction.

use crate::crypto::P256PublicKey;
use serde::Serialize;

/// How long a copy of the key set may be kept: what `Cache-Control: max-age` says, in seconds.
pub const JWKS_MAX_AGE_SECONDS: u64 = 300;

/// One public key. There is no member a private value could stand in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PublicJwk {
    kty: &'static str,
    crv: &'static str,
    x: String,
    y: String,
    #[serde(rename = "use")]
    usage: &'static str,
    alg: &'static str,
    kid: String,
}

impl PublicJwk {
    /// An ES256 key; its `kid` is its thumbprint.
    pub fn es256(key: &P256PublicKey) -> Self {
        Self {
            kty: "EC",
            crv: "P-256",
            x: key.x().to_owned(),
            y: key.y().to_owned(),
            usage: "sig",
            alg: "ES256",
            kid: key.thumbprint(),
        }
    }

    /// The key's name.
    pub fn kid(&self) -> &str {
        &self.kid
    }
}

/// The key set as served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Jwks {
    /// Every key that signs, will sign, or signed what still lives.
    pub keys: Vec<PublicJwk>,
}
