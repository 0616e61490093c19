//! One list as it is handed out: signed, and packed once for everybody who asks.

use super::codec::{Effort, encode};
use crate::crypto::sha256;
use crate::domain::status_bits::{EntryBits, PackedStatuses};
use crate::domain::time::Timestamp;
use crate::storage::status_publications::{Head, Publication};
use crate::token::keyring::KeyRing;
use crate::token::status_list::{STATUS_LIST_LIFETIME, STATUS_LIST_TYPE, StatusListClaims};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::io::Write as _;
use std::sync::Arc;

/// The list could not be written or signed.
#[derive(Debug, thiserror::Error)]
#[error("status list not written: {0}")]
pub struct NotWritten(String);

/// A published list.
#[derive(Clone, Debug)]
pub struct Published {
    /// The signed `statuslist+jwt`.
    pub token: Arc<str>,
    /// The same in gzip.
    pub gzip: Arc<[u8]>,
    /// The strong entity tag of the token, with its quotes.
    pub etag: String,
    /// That of the gzip: another representation, so another tag (RFC 9110, section 8.8.3.3).
    pub gzip_etag: String,
    /// Which list, and as of when.
    pub head: Head,
    /// The key that signed it.
    pub(super) kid: String,
    /// The address it was signed for.
    pub(super) uri: String,
}

#[derive(Deserialize)]
struct Header {
    kid: String,
}

#[derive(Deserialize)]
struct Subject {
    sub: String,
}

/// One part of a token; none when it cannot be read.
fn part<T: DeserializeOwned>(token: &str, n: usize) -> Option<T> {
    let bytes = URL_SAFE_NO_PAD.decode(token.split('.').nth(n)?).ok()?;
    serde_json::from_slice(&bytes).ok()
}

impl Published {
    /// What the database holds, made ready to be handed out. A token that cannot be read belongs to
    /// no key and no address, and so is not handed out. Takes a millisecond: not for the threads
    /// that serve requests.
    pub(super) fn of(publication: Publication) -> Result<Self, NotWritten> {
        let token: Arc<str> = publication.token.into();
        let mut packer = GzEncoder::new(Vec::new(), Compression::new(6));
        let packed = packer.write_all(token.as_bytes()).and_then(|()| packer.finish());
        let gzip = packed.map_err(|e| NotWritten(e.to_string()))?;
        let digest = URL_SAFE_NO_PAD.encode(sha256(token.as_bytes()));
        Ok(Self {
            gzip: gzip.into(),
            etag: format!("\"{digest}\""),
            gzip_etag: format!("\"{digest}-gz\""),
            head: publication.head,
            kid: part(&token, 0).map(|header: Header| header.kid).unwrap_or_default(),
            uri: part(&token, 1).map(|claims: Subject| claims.sub).unwrap_or_default(),
            token,
        })
    }

    /// A list nobody signed.
    #[cfg(test)]
    pub(crate) fn for_test(token: String, head: Head) -> Self {
        let gzip = Arc::from(*b"gz");
        let [etag, gzip_etag, kid, uri] = Default::default();
        Self { token: token.into(), gzip, etag, gzip_etag, head, kid, uri }
    }

    /// After this a copy proves nothing any more.
    pub(super) fn expires_at(&self) -> Timestamp {
        self.head.issued_at + STATUS_LIST_LIFETIME
    }
}

/// What a list is signed as.
pub(super) struct Addresses {
    /// Its own address: also its `sub`.
    pub(super) uri: String,
    /// The address of the list of lists.
    pub(super) all: String,
}

/// Writes and signs a list: milliseconds of work.
pub(super) fn signed(
    keys: &KeyRing,
    bits: &PackedStatuses,
    effort: Effort,
    addresses: &Addresses,
    at: Timestamp,
    now: Timestamp,
) -> Result<String, NotWritten> {
    let lst = encode(bits, effort).map_err(|e| NotWritten(e.to_string()))?;
    let claims = StatusListClaims::new(&addresses.uri, EntryBits::Two, lst, &addresses.all, at);
    keys.sign(STATUS_LIST_TYPE, &claims, now).map_err(|e| NotWritten(e.to_string()))
}
