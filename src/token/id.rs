//! The ID token (OpenID Connect Core §2): who logged in, how and when, for one client.

use crate::crypto::sha256;
use crate::domain::assurance::{Acr, Amr};
use crate::domain::time::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;
use std::time::Duration;

/// How long an ID token may be taken for a login.
pub const ID_TOKEN_LIFETIME: Duration = Duration::from_secs(5 * 60);

/// The claims of an ID token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdClaims {
    /// This service.
    pub iss: String,
    /// The citizen as the client knows them.
    pub sub: String,
    /// The client.
    pub aud: String,
    /// When it was made.
    pub iat: Timestamp,
    /// When it ends.
    pub exp: Timestamp,
    /// When the citizen authenticated.
    pub auth_time: Timestamp,
    /// What the request sent along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// How surely the citizen authenticated.
    pub acr: Acr,
    /// By what.
    pub amr: Vec<Amr>,
    /// The access token it came with, see [`at_hash`].
    pub at_hash: String,
    /// The browser session's name towards this client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// What was asked for claim by claim and allowed.
    #[serde(flatten)]
    pub person: Map<String, Value>,
}

impl fmt::Debug for IdClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdClaims(…)")
    }
}

/// The left half of the access token's SHA-256 (OpenID Connect Core §3.1.3.6): the hash of both
/// ES256 and RS256.
pub fn at_hash(access_token: &str) -> String {
    let digest = sha256(access_token.as_bytes());
    let (left, _) = digest.split_at(digest.len() / 2);
    URL_SAFE_NO_PAD.encode(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_half_of_the_access_tokens_sha256() {
        // The access token and `at_hash` of OpenID Connect Core, appendix A.3.
        let token = "YmJiZTAwYmYtMzgyOC00NzhkLTkyOTItNjJjNDM3MGYzOWIy9sFhvH8K_x8UIHj1osisS57f5DduL\
            -ar_qw5jl3lthwpMjm283aVMQXDmoqqqydDSqJfbhptzw8rUVwkuQbolw";
        assert_eq!(at_hash(token), "x7vk7f6BvQj0jQHYFIk4ag");
        assert_ne!(at_hash(token), at_hash("another"));
    }
}
