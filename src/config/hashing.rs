//! What a password and a PIN cost to guess.

use serde::Deserialize;

/// Argon2id parameters (RFC 9106). The defaults are OWASP's first choice for a login server.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Hashing {
    /// Memory a hash takes (KiB).
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Hashes computed at the same time; the rest wait. 0: one a core.
    pub at_once: usize,
}

impl Default for Hashing {
    fn default() -> Self {
        Self { memory_kib: 19_456, passes: 2, at_once: 0 }
    }
}
