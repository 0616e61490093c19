//! One-time codes handed over at a counter instead of a face match.

use super::{DbError, Tx, execute, run};
use crate::domain::time::Timestamp;

const SUPERSEDE: &str = "UPDATE counter_codes SET state = 'superseded'
    WHERE id_index = $1 AND state = 'issued'";
const INSERT: &str = "INSERT INTO counter_codes (id, id_index, digest, state, expires_at)
    VALUES ($1, $2, $3, 'issued', $4)";
const REDEEM: &str = "UPDATE counter_codes SET state = 'used'
    WHERE digest = $1 AND state = 'issued' AND expires_at > $2";
const IS_ISSUED: &str = "SELECT id FROM counter_codes
    WHERE digest = $1 AND state = 'issued' AND expires_at > $2";
const SWEEP: &str = "DELETE FROM counter_codes WHERE expires_at < $1";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[SUPERSEDE, INSERT, REDEEM, IS_ISSUED, SWEEP];

/// Stores a code for a person; the person's earlier one is superseded.
///
/// # Errors
/// [`DbError`].
pub async fn insert(
    tx: &mut Tx,
    id: &str,
    id_index: &str,
    digest: &str,
    expires_at: Timestamp,
) -> Result<(), DbError> {
    execute!(tx, sqlx::query(SUPERSEDE).bind(id_index))?;
    execute!(
        tx,
        sqlx::query(INSERT).bind(id).bind(id_index).bind(digest).bind(expires_at.epoch_seconds())
    )?;
    Ok(())
}

/// Uses a code up; `false` for one that is wrong, used, superseded or expired. The digest is bound
/// to the person, so another person's code does not fit.
///
/// # Errors
/// [`DbError`].
pub async fn redeem(tx: &mut Tx, digest: &str, now: Timestamp) -> Result<bool, DbError> {
    Ok(execute!(tx, sqlx::query(REDEEM).bind(digest).bind(now.epoch_seconds()))? == 1)
}

/// Whether a code could be used now; using it up decides.
///
/// # Errors
/// [`DbError`].
pub async fn is_issued(tx: &mut Tx, digest: &str, now: Timestamp) -> Result<bool, DbError> {
    Ok(run!(
        tx,
        fetch_optional,
        sqlx::query_as::<_, (String,)>(IS_ISSUED).bind(digest).bind(now.epoch_seconds())
    )?
    .is_some())
}

/// Removes codes that expired before `before`.
///
/// # Errors
/// [`DbError`].
pub async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64, DbError> {
    execute!(tx, sqlx::query(SWEEP).bind(before.epoch_seconds()))
}
