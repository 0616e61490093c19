//! What may be presented once, by its keyed digest: each on one instance, by one check.

use super::{DbError, Tx, execute, run};
use crate::domain::time::Timestamp;

const CONSUME: &str = "INSERT INTO shown_codes (digest, shown_to, expires_at) VALUES ($1, $2, $3)
    ON CONFLICT (digest) DO NOTHING";
const FIND: &str = "SELECT shown_to FROM shown_codes WHERE digest = $1";
const SWEEP: &str = "DELETE FROM shown_codes WHERE expires_at < $1";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[CONSUME, FIND, SWEEP];

/// What became of a presentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presented {
    /// It is the first.
    First,
    /// It is the first, told once more by the same check.
    Again,
    /// It was presented to another check before.
    Before,
}

/// Uses a presentation up, for one check.
///
/// # Errors
/// [`DbError`].
pub async fn consume(
    tx: &mut Tx,
    digest: &str,
    by: &str,
    until: Timestamp,
) -> Result<Presented, DbError> {
    let inserted =
        execute!(tx, sqlx::query(CONSUME).bind(digest).bind(by).bind(until.epoch_seconds()))?;
    if inserted == 1 {
        return Ok(Presented::First);
    }
    let found = run!(tx, fetch_optional, sqlx::query_as::<_, (String,)>(FIND).bind(digest))?;
    let same = found.is_some_and(|(shown_to,)| shown_to == by);
    Ok(if same { Presented::Again } else { Presented::Before })
}

/// Forgets what nobody can present any more.
///
/// # Errors
/// [`DbError`].
pub async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64, DbError> {
    execute!(tx, sqlx::query(SWEEP).bind(before.epoch_seconds()))
}
