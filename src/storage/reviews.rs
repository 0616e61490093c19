//! Manual reviews: claims that wait for a person's decision.

use super::rekey::{SealedColumn, sealed_column};
use super::{DbError, Tx, execute, run};
use crate::domain::ids::{AccountId, ClaimId, ReviewId};
use crate::domain::time::Timestamp;

const INSERT: &str = "INSERT INTO reviews (id, claim, account, reason, state, note, created_at)
    VALUES ($1, $2, $3, $4, 'open', '', $5)
    ON CONFLICT (claim) DO UPDATE SET id = excluded.id, reason = excluded.reason,
        state = 'open', note = '', created_at = excluded.created_at, decided_at = NULL";
const OPEN: &str = "SELECT r.id, r.claim, r.account, r.reason, r.created_at, c.reference
    FROM reviews r JOIN claims c ON c.id = r.claim
    WHERE r.state = 'open' ORDER BY r.created_at, r.id";
const FIND: &str = "SELECT r.id, r.claim, r.account, r.reason, r.created_at, c.reference
    FROM reviews r JOIN claims c ON c.id = r.claim WHERE r.id = $1";
const DECIDE: &str = "UPDATE reviews SET state = $2, note = $3, decided_at = $4
    WHERE id = $1 AND state = 'open'";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[INSERT, OPEN, FIND, DECIDE];

/// What of these rows is sealed.
pub(super) const SEALED: &[SealedColumn] = &[sealed_column!("reviews", "id", "note")];

/// A review as stored.
#[derive(Clone, Debug)]
pub struct ReviewRow {
    /// Its identifier.
    pub id: ReviewId,
    /// The claim that waits.
    pub claim: ClaimId,
    /// Whose claim it is.
    pub account: AccountId,
    /// Why it waits.
    pub reason: String,
    /// Since when.
    pub created_at: Timestamp,
    /// The claim's reference number.
    pub reference: String,
}

#[derive(sqlx::FromRow)]
struct Found(String, String, String, String, i64, String);

impl From<Found> for ReviewRow {
    fn from(f: Found) -> Self {
        Self {
            id: ReviewId::from_stored(f.0),
            claim: ClaimId::from_stored(f.1),
            account: AccountId::from_stored(f.2),
            reason: f.3,
            created_at: Timestamp::from_epoch_seconds(f.4),
            reference: f.5,
        }
    }
}

/// Opens a review.
///
/// # Errors
/// [`DbError`].
pub async fn open(
    tx: &mut Tx,
    id: &ReviewId,
    claim: &ClaimId,
    account: &AccountId,
    reason: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    execute!(
        tx,
        sqlx::query(INSERT)
            .bind(id.as_str())
            .bind(claim.as_str())
            .bind(account.as_str())
            .bind(reason)
            .bind(now.epoch_seconds())
    )?;
    Ok(())
}

/// Every open review, the oldest first.
///
/// # Errors
/// [`DbError`].
pub async fn list_open(tx: &mut Tx) -> Result<Vec<ReviewRow>, DbError> {
    let found = run!(tx, fetch_all, sqlx::query_as::<_, Found>(OPEN))?;
    Ok(found.into_iter().map(ReviewRow::from).collect())
}

/// One review, whatever its state.
///
/// # Errors
/// [`DbError`].
pub async fn find(tx: &mut Tx, id: &ReviewId) -> Result<Option<ReviewRow>, DbError> {
    Ok(run!(tx, fetch_optional, sqlx::query_as::<_, Found>(FIND).bind(id.as_str()))?
        .map(ReviewRow::from))
}

/// Closes an open review with a sealed note; `false` when it was decided already.
///
/// # Errors
/// [`DbError`].
pub async fn decide(
    tx: &mut Tx,
    id: &ReviewId,
    state: &'static str,
    note: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    Ok(execute!(
        tx,
        sqlx::query(DECIDE).bind(id.as_str()).bind(state).bind(note).bind(now.epoch_seconds())
    )? == 1)
}
