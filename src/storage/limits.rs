//! Counters of attempts and sends, kept in the database so that all instances share them.
//!
//! An attempt is reserved by one statement *before* it is made, so that a hundred simultaneous
//! guesses cannot all see the same free place. Whoever is refused changes nothing.

use super::{DbError, Tx, execute, run};
use crate::domain::time::Timestamp;
use std::time::Duration;

/// `$3`: a window that began then or earlier is over. `$5`: 1 when every event starts it anew.
const RESERVE: &str = "INSERT INTO limit_counters (bucket, started_at, used) VALUES ($1, $2, 1) \
     ON CONFLICT (bucket) DO UPDATE SET \
     used = CASE WHEN limit_counters.started_at <= $3 THEN 1 ELSE limit_counters.used + 1 END, \
     started_at = CASE WHEN limit_counters.started_at <= $3 OR $5 = 1 \
         THEN excluded.started_at ELSE limit_counters.started_at END \
     WHERE limit_counters.started_at <= $3 OR limit_counters.used < $4 \
     RETURNING used";
const FIND: &str = "SELECT started_at, used FROM limit_counters WHERE bucket = $1";
const REFUND: &str = "UPDATE limit_counters SET used = used - 1 WHERE bucket = $1 AND used > 0";
const RESET: &str = "DELETE FROM limit_counters WHERE bucket = $1";
const SWEEP: &str = "DELETE FROM limit_counters WHERE started_at <= $1 AND bucket IN \
     (SELECT bucket FROM limit_counters WHERE started_at <= $1 ORDER BY started_at LIMIT $2)";
pub(super) const STATEMENTS: &[&str] = &[RESERVE, FIND, REFUND, RESET, SWEEP];

/// Where a window begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// At the first event: "five an hour".
    FromFirst,
    /// At the latest counted event: "after the fifth failure, 30 minutes".
    FromLast,
}

/// How many events a bucket allows in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The most events in one window; zero allows none.
    pub max: i64,
    /// The window's length, in whole seconds.
    pub window: Duration,
    /// Where the window begins.
    pub mode: Mode,
}

/// A place taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reservation {
    /// How many events the window holds now, this one included.
    pub used: i64,
}

/// No place left. An answer, not a failure of the database: the unit of work may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("limit reached, free again in {} s", retry_after.as_secs())]
pub struct Limited {
    /// When a place is free again.
    pub retry_after: Duration,
}

/// How a bucket stands, without taking a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// How many events the window holds.
    pub used: i64,
    /// How long no further event is allowed; `None` when one is allowed now.
    pub locked_for: Option<Duration>,
}

/// Takes a place in `bucket`, atomically across instances. The bucket's name is the caller's: a
/// word and a vault index, never personal data.
///
/// # Errors
/// Outside, [`DbError`]; inside, [`Limited`]. `reserve(…).await??` takes both.
pub async fn reserve(
    tx: &mut Tx,
    bucket: &str,
    limit: &Limit,
    now: Timestamp,
) -> Result<Result<Reservation, Limited>, DbError> {
    if limit.max <= 0 {
        return Ok(Err(Limited { retry_after: limit.window }));
    }
    let used = run!(
        tx,
        fetch_optional,
        sqlx::query_scalar::<_, i64>(RESERVE)
            .bind(bucket)
            .bind(now.epoch_seconds())
            .bind((now - limit.window).epoch_seconds())
            .bind(limit.max)
            .bind(i64::from(limit.mode == Mode::FromLast))
    )?;
    if let Some(used) = used {
        return Ok(Ok(Reservation { used }));
    }
    let standing = peek(tx, bucket, limit, now).await?;
    // The row may have been reset since; then there is room again.
    Ok(Err(Limited { retry_after: standing.locked_for.unwrap_or_default() }))
}

/// Tells how `bucket` stands and changes nothing.
///
/// # Errors
/// [`DbError`].
pub async fn peek(
    tx: &mut Tx,
    bucket: &str,
    limit: &Limit,
    now: Timestamp,
) -> Result<Standing, DbError> {
    let found = run!(tx, fetch_optional, sqlx::query_as::<_, (i64, i64)>(FIND).bind(bucket))?;
    let standing = found.and_then(|(started_at, used)| {
        let ends = Timestamp::from_epoch_seconds(started_at) + limit.window;
        (now < ends).then(|| Standing {
            used,
            locked_for: (used >= limit.max).then(|| Duration::from_secs(ends.seconds_since(now))),
        })
    });
    Ok(standing.unwrap_or(Standing { used: 0, locked_for: None }))
}

/// Gives a place back: the attempt was not the person's fault (a provider was down).
///
/// # Errors
/// [`DbError`].
pub async fn refund(tx: &mut Tx, bucket: &str) -> Result<(), DbError> {
    execute!(tx, sqlx::query(REFUND).bind(bucket)).map(|_| ())
}

/// Empties a bucket: the attempt succeeded.
///
/// # Errors
/// [`DbError`].
pub async fn reset(tx: &mut Tx, bucket: &str) -> Result<(), DbError> {
    execute!(tx, sqlx::query(RESET).bind(bucket)).map(|_| ())
}

/// Deletes up to `max` counters whose window began before `before`, which is earlier than the
/// longest window; answers how many.
///
/// # Errors
/// [`DbError`].
pub async fn sweep(tx: &mut Tx, before: Timestamp, max: i64) -> Result<u64, DbError> {
    execute!(tx, sqlx::query(SWEEP).bind(before.epoch_seconds()).bind(max))
}
