//! Names the registry confirmed for an account: they may be resumed for a day.

use super::rekey::{SealedColumn, sealed_column};
use super::{DbError, Tx, execute, run};
use crate::domain::ids::AccountId;
use crate::domain::time::Timestamp;

const UPSERT: &str = "INSERT INTO verified_names (account, body, valid_until)
    VALUES ($1, $2, $3) ON CONFLICT (account) DO UPDATE
    SET body = excluded.body, valid_until = excluded.valid_until";
const FIND: &str = "SELECT body FROM verified_names WHERE account = $1 AND valid_until > $2";
const SWEEP: &str = "DELETE FROM verified_names WHERE valid_until < $1";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[UPSERT, FIND, SWEEP];
pub(super) const SEALED: &[SealedColumn] = &[sealed_column!("verified_names", "account", "body")];

/// Keeps the sealed identity until `valid_until`.
///
/// # Errors
/// [`DbError`].
pub async fn save(
    tx: &mut Tx,
    account: &AccountId,
    body: &str,
    valid_until: Timestamp,
) -> Result<(), DbError> {
    execute!(
        tx,
        sqlx::query(UPSERT).bind(account.as_str()).bind(body).bind(valid_until.epoch_seconds())
    )?;
    Ok(())
}

/// The sealed identity that may still be resumed.
///
/// # Errors
/// [`DbError`].
pub async fn find(
    tx: &mut Tx,
    account: &AccountId,
    now: Timestamp,
) -> Result<Option<String>, DbError> {
    Ok(run!(
        tx,
        fetch_optional,
        sqlx::query_as::<_, (String,)>(FIND).bind(account.as_str()).bind(now.epoch_seconds())
    )?
    .map(|(body,)| body))
}

/// Removes what may no longer be resumed.
///
/// # Errors
/// [`DbError`].
pub async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64, DbError> {
    execute!(tx, sqlx::query(SWEEP).bind(before.epoch_seconds()))
}
