//! The published key set (RFC 7517): public members only, by construction.

use super::signer::SigningAlgorithm;
use crate::crypto::{P256PublicKey, Rs256Key};
use serde::Serialize;

/// How long a copy of the key set may be kept: what `Cache-Control: max-age` says, in seconds.
pub const JWKS_MAX_AGE_SECONDS: u64 = 300;

/// One public key. There is no member a private value could stand in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PublicJwk {
    #[serde(flatten)]
    members: Members,
    #[serde(rename = "use")]
    usage: &'static str,
    alg: SigningAlgorithm,
    kid: String,
}

/// The members of a kind of key (RFC 7518 section 6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kty")]
enum Members {
    #[serde(rename = "EC")]
    Ec { crv: &'static str, x: String, y: String },
    #[serde(rename = "RSA")]
    Rsa { n: String, e: String },
}

impl PublicJwk {
    /// An ES256 key; its `kid` is its thumbprint.
    pub fn es256(key: &P256PublicKey) -> Self {
        let members = Members::Ec { crv: "P-256", x: key.x().to_owned(), y: key.y().to_owned() };
        Self { members, usage: "sig", alg: SigningAlgorithm::Es256, kid: key.thumbprint() }
    }

    /// The public half of an RS256 key; its `kid` is its thumbprint.
    pub fn rs256(key: &Rs256Key) -> Self {
        let members = Members::Rsa { n: key.n().to_owned(), e: key.e().to_owned() };
        Self { members, usage: "sig", alg: SigningAlgorithm::Rs256, kid: key.thumbprint() }
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
