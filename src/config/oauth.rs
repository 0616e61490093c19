//! What an operator may choose of the authorization server.

use serde::Deserialize;

/// Whether a DPoP proof must carry a nonce of ours (RFC 9449 §8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NonceRule {
    /// A proof without one is refused, and its sender told one: proofs cannot be made ahead.
    #[default]
    Required,
    /// A proof may go without; a nonce that is sent must still be a fresh one of ours.
    Offered,
}

/// The authorization server's choices.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OauthConfig {
    /// Whether DPoP proofs must carry a nonce.
    pub dpop_nonce: NonceRule,
}
