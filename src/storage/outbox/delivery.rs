//! How a leased message ends: sent, tried again later, or dead. All but the second erase it.

use crate::domain::ids::MessageId;
use crate::domain::time::Timestamp;
use crate::storage::{DbError, Tx, execute};
use std::time::Duration;

/// Whoever says a message was sent is right, even when the lease had run out meanwhile.
const SENT: &str = "UPDATE outbox SET state = 'sent', recipient = '', body = '', last_error = NULL \
     WHERE id = $1 AND state IN ('queued', 'sending')";
/// Only the holder of the latest lease puts a message back or gives it up.
const RETRY: &str = "UPDATE outbox SET state = 'queued', next_at = $3, last_error = $4 \
     WHERE id = $1 AND state = 'sending' AND attempts = $2";
const DEAD: &str = "UPDATE outbox SET state = 'dead', recipient = '', body = '', last_error = $3 \
     WHERE id = $1 AND state = 'sending' AND attempts = $2";
/// A message in a sender's hands is left to the sender until the lease ends.
const EXPIRE: &str = "UPDATE outbox SET state = 'dead', recipient = '', body = '', \
     last_error = 'expired' WHERE expires_at <= $1 \
     AND (state = 'queued' OR (state = 'sending' AND lease_until <= $1))";
const PURGE: &str = "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox \
     WHERE state IN ('sent', 'dead') AND created_at < $1 LIMIT $2) AND state IN ('sent', 'dead')";
pub(super) const STATEMENTS: &[&str] = &[SENT, RETRY, DEAD, EXPIRE, PURGE];

/// The first pause; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
/// The longest pause is the first one doubled this many times: 5 s · 2⁷ = 640 s.
const DOUBLINGS: u32 = 7;

/// The gateway took the message: recipient and text are erased. `false` when it was sent or dead
/// already.
///
/// # Errors
/// [`DbError`].
pub async fn sent(tx: &mut Tx, id: &MessageId) -> Result<bool, DbError> {
    execute!(tx, sqlx::query(SENT).bind(id.as_str())).map(|touched| touched == 1)
}

/// The attempt failed for now: the message waits, longer after every attempt, and the answer is
/// when it is due again. `None` when somebody else has taken it over meanwhile.
///
/// # Errors
/// [`DbError`].
pub async fn retry_later(
    tx: &mut Tx,
    id: &MessageId,
    attempt: i64,
    now: Timestamp,
    reason: &str,
) -> Result<Option<Timestamp>, DbError> {
    let doublings = u32::try_from(attempt.saturating_sub(1)).unwrap_or(0).min(DOUBLINGS);
    let next_at = now + FIRST_PAUSE * 2_u32.pow(doublings);
    let touched = execute!(
        tx,
        sqlx::query(RETRY)
            .bind(id.as_str())
            .bind(attempt)
            .bind(next_at.epoch_seconds())
            .bind(reason)
    )?;
    Ok((touched == 1).then_some(next_at))
}

/// The message will never be sent: recipient and text are erased, the row stays as the dead
/// letter. `reason` is for operators and holds nothing personal. `false` when somebody else has
/// taken it over meanwhile.
///
/// # Errors
/// [`DbError`].
pub async fn dead(
    tx: &mut Tx,
    id: &MessageId,
    attempt: i64,
    reason: &str,
) -> Result<bool, DbError> {
    let touched = execute!(tx, sqlx::query(DEAD).bind(id.as_str()).bind(attempt).bind(reason))?;
    Ok(touched == 1)
}

/// Erases the messages whose time has passed and answers how many there were.
///
/// # Errors
/// [`DbError`].
pub async fn expire(tx: &mut Tx, now: Timestamp) -> Result<u64, DbError> {
    execute!(tx, sqlx::query(EXPIRE).bind(now.epoch_seconds()))
}

/// Deletes up to `max` finished messages written before `before`, and answers how many.
///
/// # Errors
/// [`DbError`].
pub async fn purge(tx: &mut Tx, before: Timestamp, max: i64) -> Result<u64, DbError> {
    execute!(tx, sqlx::query(PURGE).bind(before.epoch_seconds()).bind(max))
}
