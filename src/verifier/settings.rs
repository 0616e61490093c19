//! What a verifier is told once.

use std::time::Duration;

/// Whom to believe, what to answer to, and how much to remember.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The exact `iss`.
    pub issuer: String,
    /// The names this verifier answers to: by default `<issuer>/verify`; add your `client_id` for
    /// tokens you take as a partner.
    pub audiences: Vec<String>,
    /// Where the keys are: `<issuer>/oauth/jwks`, or the `jwks_uri` of the issuer's metadata.
    pub jwks_uri: String,
    /// What every status list's address begins with, digits following: `<issuer>/status/`. A token
    /// that names another address is not good, and the address is never asked.
    pub status_prefix: String,
    /// The oldest knowledge of a status that still counts. Older makes the answer unknown.
    pub max_status_age: Duration,
    /// Whether a card token, too, is good once only. Codes always are.
    pub tokens_once: bool,
    /// How many status lists are held.
    pub most_lists: usize,
    /// How many bytes of them.
    pub most_list_bytes: usize,
    /// How many codes shown are remembered; when there is no room the next ones are refused.
    pub most_seen: usize,
}

impl Settings {
    /// The defaults for an issuer: five minutes of status age, 64 lists in 32 MiB, 100 000 codes.
    pub fn new(issuer: &str) -> Self {
        let issuer = issuer.trim_end_matches('/').to_owned();
        Self {
            audiences: vec![format!("{issuer}/verify")],
            jwks_uri: format!("{issuer}/oauth/jwks"),
            status_prefix: format!("{issuer}/status/"),
            max_status_age: Duration::from_secs(300),
            tokens_once: false,
            most_lists: 64,
            most_list_bytes: 32 * 1024 * 1024,
            most_seen: 100_000,
            issuer,
        }
    }

    /// Whether a status list's address is one of the issuer's.
    pub(super) fn covers(&self, uri: &str) -> bool {
        let number = uri.strip_prefix(self.status_prefix.as_str()).unwrap_or_default();
        (1..=10).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit())
    }
}
