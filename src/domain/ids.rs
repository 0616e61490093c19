//! Opaque identifiers: 128 random bits each, never derived from a person.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! opaque_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// An identifier from 16 random bytes.
            pub fn from_random(bytes: [u8; 16]) -> Self {
                Self(URL_SAFE_NO_PAD.encode(bytes))
            }

            /// An identifier read back from where it was stored.
            pub fn from_stored(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// An identifier that somebody sent, if it has the form of one.
            pub fn parse(text: &str) -> Option<Self> {
                let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
                (text.len() == 22 && text.bytes().all(plain)).then(|| Self(text.to_owned()))
            }

            /// The identifier as text, safe in a URL.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

opaque_id! {
    /// A person as this service knows them, once a face match has bound them.
    CitizenId,
    /// A login account (one mobile number).
    AccountId,
    /// One walk through the claim.
    ClaimId,
    /// One issued electronic card.
    CardId,
    /// One row of the SMS outbox; the provider's idempotency key.
    MessageId,
    /// One manual review.
    ReviewId,
    /// What one citizen has allowed one client.
    GrantId,
    /// An authorization that waits for a citizen.
    AuthorizationId,
    /// All tokens that came of one authorization code.
    LineId,
}

/// The number a person can read out to a help desk: it names one event in the logs.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reference(String);

/// Crockford's base 32: no I, L, O, U to misread.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl Reference {
    /// A reference of ten letters from random bytes (50 bits).
    pub fn from_random(bytes: [u8; 10]) -> Self {
        let letter = |b: &u8| ALPHABET.get(usize::from(b & 31)).copied().unwrap_or(b'0');
        Self(bytes.iter().map(|b| char::from(letter(b))).collect())
    }

    /// The reference as printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
