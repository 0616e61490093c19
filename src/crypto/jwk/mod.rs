//! Public keys of others, as they send or publish them (RFC 7517): what a client signs its
//! assertions and proofs with.

mod algorithm;
mod key;
mod set;
mod spki;
#[cfg(test)]
mod tests;

pub use algorithm::SignatureAlgorithm;
pub use key::PublicJwk;
pub use set::{PublicJwkSet, SignatureError};

/// Why a key or a set of keys is not used. The words are for whoever registers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwkError {
    /// Not an object.
    #[error("a key is not a JSON object")]
    NotAKey,
    /// No member `keys` with a list.
    #[error("not a JWK set: a JSON object whose member `keys` is a list")]
    NotASet,
    /// A private or symmetric key.
    #[error(
        "a private or symmetric key: nobody else may have it; register the public half alone, and make a new key if this one has left its owner"
    )]
    Private,
    /// Another kind of key.
    #[error(
        "`{0}` of a key is not supported: signatures are by ES256 (EC, P-256), PS256 (RSA) or EdDSA (OKP, Ed25519)"
    )]
    Unsupported(&'static str),
    /// A member is missing or malformed.
    #[error("`{0}` of a key is missing or malformed")]
    Member(&'static str),
    /// An RSA key outside the lengths accepted.
    #[error("an RSA key has 2048 to 4096 bits")]
    Length,
    /// No usable key.
    #[error("no usable key in the set")]
    Empty,
    /// Too many keys.
    #[error("a set has at most 20 keys in 64 KiB")]
    TooMany,
}
