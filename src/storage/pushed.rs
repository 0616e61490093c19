//! Requests that wait for a browser to come: pushed ahead (RFC 9126), each used up by the
//! authorization that completes and not by the page that shows it; and wishes to log out.

use super::rekey::{SealedColumn, sealed_column};
use super::{DbError, Tx, execute, run};
use crate::domain::time::Timestamp;

const INSERT: &str = "INSERT INTO pushed_requests (digest, client, body, state, expires_at)
    VALUES ($1, $2, $3, 'open', $4)";
const FIND: &str = "SELECT client, body, state, expires_at FROM pushed_requests
    WHERE digest = $1";
const CONSUME: &str =
    "UPDATE pushed_requests SET state = 'used' WHERE digest = $1 AND state = 'open'";
const SWEEP: &str = "DELETE FROM pushed_requests WHERE expires_at < $1";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[INSERT, FIND, CONSUME, SWEEP];

pub(super) const SEALED: &[SealedColumn] = &[sealed_column!("pushed_requests", "digest", "body")];

/// A pushed request as stored.
#[derive(Clone)]
pub struct PushedRow {
    /// Keyed digest of its `request_uri`.
    pub digest: String,
    /// Who pushed it.
    pub client: String,
    /// The request, sealed: it may name a person.
    pub body: String,
    /// Whether no authorization has completed of it.
    pub is_open: bool,
    /// Until when an authorization may begin.
    pub expires_at: Timestamp,
}

/// Stores a pushed request, at the end of the unit of work.
pub fn insert(tx: &mut Tx, row: &PushedRow) {
    let values = vec![
        row.digest.as_str().into(),
        row.client.as_str().into(),
        row.body.as_str().into(),
        row.expires_at.epoch_seconds().into(),
    ];
    tx.later(INSERT, values);
}

/// The request of this digest.
///
/// # Errors
/// [`DbError`].
pub async fn find(tx: &mut Tx, digest: &str) -> Result<Option<PushedRow>, DbError> {
    type Row = (String, String, String, i64);
    Ok(run!(tx, fetch_optional, sqlx::query_as::<_, Row>(FIND).bind(digest))?.map(
        |(client, body, state, expires)| PushedRow {
            digest: digest.to_owned(),
            client,
            body,
            is_open: state == "open",
            expires_at: Timestamp::from_epoch_seconds(expires),
        },
    ))
}

/// Uses a request up; `false` when an authorization completed of it before.
///
/// # Errors
/// [`DbError`].
pub async fn consume(tx: &mut Tx, digest: &str) -> Result<bool, DbError> {
    Ok(execute!(tx, sqlx::query(CONSUME).bind(digest))? == 1)
}

/// Removes requests that ended before `before`.
///
/// # Errors
/// [`DbError`].
pub async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64, DbError> {
    execute!(tx, sqlx::query(SWEEP).bind(before.epoch_seconds()))
}
