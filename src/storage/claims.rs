//! Claims: one guarded save serves every transition.

use super::rekey::{SealedColumn, sealed_column};
use super::{DbError, Tx, execute, run};
use crate::domain::claim::ReturnTo;
use crate::domain::ids::{AccountId, ClaimId};
use crate::domain::time::Timestamp;

const INSERT: &str = "INSERT INTO claims
        (id, reference, account, stage, body, version, started_at, expires_at, return_to)
    VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $8)";
const SAVE: &str = "UPDATE claims SET account = $3, stage = $4, body = $5, expires_at = $6,
        version = version + 1 WHERE id = $1 AND version = $2";
const FIND: &str =
    "SELECT id, reference, account, body, version, started_at, expires_at, return_to, stage
    FROM claims WHERE id = $1";
const IN_REVIEW: &str = "SELECT id FROM claims
    WHERE account = $1 AND stage = 'manual_review' AND expires_at > $2
    ORDER BY started_at DESC LIMIT 1";
const SET_RETURN: &str = "UPDATE claims SET return_to = $2 WHERE id = $1";
const RELEASE: &str = "UPDATE sessions SET claim = NULL WHERE claim IN
    (SELECT id FROM claims WHERE expires_at < $1)";
const SWEEP: &str = "DELETE FROM claims WHERE expires_at < $1
    AND NOT EXISTS (SELECT 1 FROM reviews r WHERE r.claim = claims.id)";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[INSERT, SAVE, FIND, IN_REVIEW, SET_RETURN, RELEASE, SWEEP];
pub(super) const SEALED: &[SealedColumn] = &[sealed_column!("claims", "id", "body")];

/// A claim as stored: `body` is sealed.
#[derive(Clone, Debug)]
pub struct ClaimRow {
    /// Its identifier.
    pub id: ClaimId,
    /// What a citizen reads out.
    pub reference: String,
    /// Whose it is.
    pub account: Option<AccountId>,
    /// The name of the stage.
    pub stage: String,
    /// The stage with all it carries, sealed.
    pub body: String,
    /// The version this row was read at.
    pub version: i64,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Where it goes back to at its end.
    pub return_to: Option<ReturnTo>,
}

#[derive(sqlx::FromRow)]
struct Found(String, String, Option<String>, String, i64, i64, i64, Option<String>, String);

impl From<Found> for ClaimRow {
    fn from(f: Found) -> Self {
        Self {
            id: ClaimId::from_stored(f.0),
            reference: f.1,
            account: f.2.map(AccountId::from_stored),
            body: f.3,
            version: f.4,
            started_at: Timestamp::from_epoch_seconds(f.5),
            expires_at: Timestamp::from_epoch_seconds(f.6),
            return_to: f.7.as_deref().and_then(ReturnTo::parse),
            stage: f.8,
        }
    }
}

/// Stores a new claim.
///
/// # Errors
/// [`DbError`].
pub async fn insert(tx: &mut Tx, row: &ClaimRow) -> Result<(), DbError> {
    execute!(
        tx,
        sqlx::query(INSERT)
            .bind(row.id.as_str())
            .bind(row.reference.as_str())
            .bind(row.account.as_ref().map(AccountId::as_str))
            .bind(row.stage.as_str())
            .bind(row.body.as_str())
            .bind(row.started_at.epoch_seconds())
            .bind(row.expires_at.epoch_seconds())
            .bind(row.return_to.as_ref().map(ReturnTo::text))
    )?;
    Ok(())
}

/// Has a claim go back to what waits for it: the latest counts.
///
/// # Errors
/// [`DbError`].
pub async fn set_return(tx: &mut Tx, id: &ClaimId, to: &ReturnTo) -> Result<(), DbError> {
    execute!(tx, sqlx::query(SET_RETURN).bind(id.as_str()).bind(to.text()))?;
    Ok(())
}

/// Saves a claim that was read at `row.version`; `false` when somebody else saved it since, and
/// then nothing is changed.
///
/// # Errors
/// [`DbError`].
pub async fn save(tx: &mut Tx, row: &ClaimRow) -> Result<bool, DbError> {
    let saved = execute!(
        tx,
        sqlx::query(SAVE)
            .bind(row.id.as_str())
            .bind(row.version)
            .bind(row.account.as_ref().map(AccountId::as_str))
            .bind(row.stage.as_str())
            .bind(row.body.as_str())
            .bind(row.expires_at.epoch_seconds())
    )?;
    Ok(saved == 1)
}

/// One claim.
///
/// # Errors
/// [`DbError`].
pub async fn find(tx: &mut Tx, id: &ClaimId) -> Result<Option<ClaimRow>, DbError> {
    Ok(run!(tx, fetch_optional, sqlx::query_as::<_, Found>(FIND).bind(id.as_str()))?
        .map(ClaimRow::from))
}

/// The account's claim that waits for staff, if any.
///
/// # Errors
/// [`DbError`].
pub async fn in_review(
    tx: &mut Tx,
    account: &AccountId,
    now: Timestamp,
) -> Result<Option<ClaimId>, DbError> {
    Ok(run!(
        tx,
        fetch_optional,
        sqlx::query_as::<_, (String,)>(IN_REVIEW).bind(account.as_str()).bind(now.epoch_seconds())
    )?
    .map(|(id,)| ClaimId::from_stored(id)))
}

/// Removes claims that ended before `before` and that no review tells of.
///
/// # Errors
/// [`DbError`].
pub async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64, DbError> {
    execute!(tx, sqlx::query(RELEASE).bind(before.epoch_seconds()))?;
    execute!(tx, sqlx::query(SWEEP).bind(before.epoch_seconds()))
}
