//! The status list token (`statuslist+jwt`, draft-ietf-oauth-status-list-20, section 5.1).

use super::card_token::check_times;
use super::keys::TrustedKeys;
use super::list_codec::{MAX_TEXT_BYTES, decode_list};
use super::reason::{ListProblem, Reason};
use super::{MAX_TOKEN_BYTES, jws};
use crate::domain::status_bits::{EntryBits, PackedStatuses};
use crate::domain::time::Timestamp;
use serde::Deserialize;
use std::time::Duration;

/// A third more for base64url around the list's own text.
pub(super) const MAX_LIST_TOKEN_BYTES: usize = MAX_TEXT_BYTES / 3 * 4 + MAX_TOKEN_BYTES;

/// Which list is meant.
#[derive(Clone, Copy, Debug)]
pub struct ListExpectation<'a> {
    /// The issuer of the token whose status is asked for.
    pub issuer: &'a str,
    /// The address the token names.
    pub uri: &'a str,
    /// The newest list known of this address, if any: an older one is refused.
    pub known: Option<&'a StatusList>,
}

/// A list that was checked.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct StatusList {
    /// Its own address.
    pub uri: String,
    /// When it was made.
    pub issued_at: Timestamp,
    /// After this it proves nothing.
    pub expires_at: Timestamp,
    /// After this long a newer one should be asked for.
    pub time_to_live: Option<Duration>,
    confirmed_at: Timestamp,
    entries: PackedStatuses,
}

impl StatusList {
    /// How old the knowledge is: since the list was made, or since the issuer last said that it
    /// still stands.
    pub fn age(&self, now: Timestamp) -> Duration {
        Duration::from_secs(now.seconds_since(self.confirmed_at))
    }

    /// The same list, of which the issuer said at `at` that it still stands. A list that was
    /// handed on by anybody else is as old as its own `iat` says.
    pub(super) fn confirmed(&self, at: Timestamp) -> Self {
        Self { confirmed_at: self.confirmed_at.max(at), ..self.clone() }
    }

    /// How much memory its entries take.
    pub(super) fn bytes(&self) -> usize {
        self.entries.as_bytes().len()
    }

    /// The value at an index; `None` beyond the end.
    pub fn value(&self, index: u32) -> Option<u8> {
        self.entries.get(index)
    }
}

#[derive(Deserialize)]
struct Claims {
    iss: Option<String>,
    sub: Option<String>,
    iat: Timestamp,
    nbf: Option<Timestamp>,
    exp: Option<Timestamp>,
    ttl: Option<u64>,
    status_list: Bits,
}

#[derive(Deserialize)]
struct Bits {
    bits: EntryBits,
    lst: String,
}

/// Checks a status list: signature, kind, that it is the list asked for, its times, that it is not
/// older than the one known, and that its bits can be read.
///
/// # Errors
/// [`ListProblem`]. The status is unknown then, not good.
pub fn verify_status_list(
    token: &str,
    keys: &TrustedKeys,
    expect: &ListExpectation<'_>,
    now: Timestamp,
) -> Result<StatusList, ListProblem> {
    let claims: Claims = jws::open(token, "statuslist+jwt", MAX_LIST_TOKEN_BYTES, keys)?;
    if claims.iss.is_some_and(|iss| iss != expect.issuer) {
        return Err(Reason::Issuer.into());
    }
    let uri = claims.sub.filter(|sub| sub == expect.uri).ok_or(ListProblem::Subject)?;
    let expires_at = check_times(claims.iat, claims.nbf, claims.exp, now)?;
    if expect.known.is_some_and(|known| known.uri == uri && claims.iat < known.issued_at) {
        return Err(ListProblem::Older);
    }
    Ok(StatusList {
        uri,
        issued_at: claims.iat,
        expires_at,
        confirmed_at: claims.iat,
        time_to_live: claims.ttl.map(Duration::from_secs),
        entries: decode_list(claims.status_list.bits, &claims.status_list.lst)?,
    })
}
