//! What a verifier asks of the program around it, and what it is handed.

use std::time::Duration;

/// Something to be fetched by GET, over TLS and without following redirects. The address is never
/// one that a token chose: it is the configured one of the keys, or under the configured prefix of
/// status lists.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Wanted {
    /// The address.
    pub uri: String,
    /// To be sent as `If-None-Match`.
    pub etag: Option<String>,
    /// What is behind it.
    pub kind: WantedKind,
}

/// What is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WantedKind {
    /// The issuer's key set.
    Keys,
    /// A status list.
    List,
}

impl Wanted {
    /// What was fetched at another time, to be handed in again, as from a disk.
    pub fn of(uri: &str, kind: WantedKind) -> Self {
        Self { uri: uri.to_owned(), etag: None, kind }
    }

    pub(super) fn keys(uri: String, etag: Option<String>) -> Self {
        Self { uri, etag, kind: WantedKind::Keys }
    }

    pub(super) fn list(uri: String, etag: Option<String>) -> Self {
        Self { uri, etag, kind: WantedKind::List }
    }

    /// More bytes than a good answer has: what is longer need not be read to its end.
    pub fn most_bytes(&self) -> usize {
        match self.kind {
            WantedKind::Keys => super::keys::MAX_KEY_SET_BYTES,
            WantedKind::List => super::status_list::MAX_LIST_TOKEN_BYTES,
        }
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// Status 304: what is known still stands.
    NotModified {
        /// `max-age` of `Cache-Control`.
        max_age: Option<Duration>,
    },
    /// Status 200.
    Body {
        /// The body.
        bytes: Vec<u8>,
        /// The header `ETag`.
        etag: Option<String>,
        /// `max-age` of `Cache-Control`.
        max_age: Option<Duration>,
        /// The header `Age`: how long a cache on the way has held it. Zero without one.
        age: Duration,
    },
}

impl Fetched {
    /// A status list that somebody else kept, at a time nobody vouches for: as old as its own `iat`
    /// says.
    pub fn kept(bytes: impl Into<Vec<u8>>) -> Self {
        Self::Body { bytes: bytes.into(), etag: None, max_age: None, age: Duration::MAX }
    }

    /// A body without anything said of caching.
    pub fn body(bytes: impl Into<Vec<u8>>) -> Self {
        Self::Body { bytes: bytes.into(), etag: None, max_age: None, age: Duration::ZERO }
    }
}

/// Why an answer was not taken over. What was known before stands.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// Not the issuer's keys.
    #[error(transparent)]
    Keys(#[from] super::KeySetError),
    /// Not the status list.
    #[error(transparent)]
    List(#[from] super::ListProblem),
    /// Not asked for by this verifier, or no keys to check it with.
    #[error("not asked for")]
    Unasked,
}
