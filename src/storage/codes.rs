//! One-time codes. A try is counted before the code is looked at, in the statement that reads it,
//! so that no wrong guess is free and none is forgotten.

use super::{DbError, Tx, execute, run};
use crate::domain::time::Timestamp;

const SUPERSEDE: &str = "UPDATE codes SET state = 'superseded'
    WHERE subject = $1 AND purpose = $2 AND state = 'issued'";
const INSERT: &str = "INSERT INTO codes
        (id, purpose, subject, digest, state, tries, created_at, expires_at)
    VALUES ($1, $2, $3, $4, 'issued', 0, $5, $6)";
const RESERVE_TRY: &str = "UPDATE codes SET tries = tries + 1
    WHERE id = $1 AND state = 'issued' AND expires_at > $2 AND tries < $3
    RETURNING digest, tries";
const USE: &str = "UPDATE codes SET state = 'used'
    WHERE id = $1 AND state = 'issued' AND digest = $2";
const LOCK: &str = "UPDATE codes SET state = 'locked'
    WHERE id = $1 AND state = 'issued' AND tries >= $2";
const TRIES: &str = "SELECT tries FROM codes WHERE id = $1";
const SWEEP: &str = "DELETE FROM codes WHERE expires_at < $1";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[SUPERSEDE, INSERT, RESERVE_TRY, USE, LOCK, TRIES, SWEEP];

/// A new code.
#[derive(Clone, Debug)]
pub struct NewCode {
    /// The row's identifier.
    pub id: String,
    /// What it proves, such as `activation`.
    pub purpose: &'static str,
    /// What it is bound to: a claim, a browser session.
    pub subject: String,
    /// Keyed hash over purpose, subject, phone and code.
    pub digest: String,
    /// When it is void.
    pub expires_at: Timestamp,
}

/// What a try came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// The right code.
    Right,
    /// A wrong code; so many tries are left.
    Wrong {
        /// Tries left.
        left: i64,
    },
    /// Used, superseded, expired, or out of tries: only a new code helps.
    Void,
}

/// Stores a code; an earlier one for the same subject and purpose is superseded.
///
/// # Errors
/// [`DbError`].
pub async fn insert(tx: &mut Tx, code: &NewCode, now: Timestamp) -> Result<(), DbError> {
    execute!(tx, sqlx::query(SUPERSEDE).bind(code.subject.as_str()).bind(code.purpose))?;
    execute!(
        tx,
        sqlx::query(INSERT)
            .bind(code.id.as_str())
            .bind(code.purpose)
            .bind(code.subject.as_str())
            .bind(code.digest.as_str())
            .bind(now.epoch_seconds())
            .bind(code.expires_at.epoch_seconds())
    )?;
    Ok(())
}

/// Spends one try on a code and leaves a right one to be used up, by [`use_up`], in the
/// transaction of what it opens.
///
/// # Errors
/// [`DbError`].
pub async fn try_out(
    tx: &mut Tx,
    id: &str,
    digest: &str,
    max_tries: i64,
    now: Timestamp,
) -> Result<Tried, DbError> {
    let Some((stored, tries)) = run!(
        tx,
        fetch_optional,
        sqlx::query_as::<_, (String, i64)>(RESERVE_TRY)
            .bind(id)
            .bind(now.epoch_seconds())
            .bind(max_tries)
    )?
    else {
        return Ok(Tried::Void);
    };
    if stored == digest {
        return Ok(Tried::Right);
    }
    execute!(tx, sqlx::query(LOCK).bind(id).bind(max_tries))?;
    Ok(Tried::Wrong { left: max_tries.saturating_sub(tries) })
}

/// Uses a code up; `false` when it was used or superseded meanwhile.
///
/// # Errors
/// [`DbError`].
pub async fn use_up(tx: &mut Tx, id: &str, digest: &str) -> Result<bool, DbError> {
    Ok(execute!(tx, sqlx::query(USE).bind(id).bind(digest))? == 1)
}

/// How many tries a code has taken; none for one that is gone.
///
/// # Errors
/// [`DbError`].
pub async fn tries(tx: &mut Tx, id: &str) -> Result<i64, DbError> {
    Ok(run!(tx, fetch_optional, sqlx::query_as::<_, (i64,)>(TRIES).bind(id))?
        .map_or(0, |(tries,)| tries))
}

/// Removes codes that expired before `before`.
///
/// # Errors
/// [`DbError`].
pub async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64, DbError> {
    execute!(tx, sqlx::query(SWEEP).bind(before.epoch_seconds()))
}
