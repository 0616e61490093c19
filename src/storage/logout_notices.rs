//! Logout tokens to deliver (OpenID Connect Back-Channel Logout 1.0), and how it went: written in
//! the transaction that ends something, sent after it, tried again, given up in the end.
//!
//! A row holds no token: a fresh one is signed for every try, because none lives long. It is leased
//! before it is sent; when the sender dies, the lease runs out and another takes the row over.

use super::{DbError, Tx, execute, run};
use crate::domain::time::Timestamp;
use std::time::Duration;

/// How long a sender has before another may take the row over; longer than a delivery may take.
pub const LEASE: Duration = Duration::from_secs(60);

const QUEUE: &str = "INSERT INTO logout_notices
        (id, client, uri, sub, sid, state, attempts, next_at, lease_until, created_at)
    VALUES ($1, $2, $3, $4, $5, 'queued', 0, $6, 0, $6)";
/// The condition stands twice: the outer one is the guard, tried again on a row that another
/// sender has just taken.
const LEASE_DUE: &str = "UPDATE logout_notices
    SET state = 'sending', lease_until = $2, attempts = attempts + 1
    WHERE id IN (SELECT id FROM logout_notices
            WHERE (state = 'queued' AND next_at <= $1) OR (state = 'sending' AND lease_until <= $1)
            ORDER BY next_at LIMIT $3)
        AND ((state = 'queued' AND next_at <= $1) OR (state = 'sending' AND lease_until <= $1))
    RETURNING id, client, uri, sub, sid, attempts, created_at";
const DELIVERED: &str = "UPDATE logout_notices
    SET state = 'delivered', delivered_at = $2, last_error = NULL
    WHERE id = $1 AND state IN ('queued', 'sending')";
const RETRY: &str = "UPDATE logout_notices SET state = 'queued', next_at = $3, last_error = $4
    WHERE id = $1 AND state = 'sending' AND attempts = $2";
const GIVE_UP: &str = "UPDATE logout_notices SET state = 'given_up', last_error = $3
    WHERE id = $1 AND state = 'sending' AND attempts = $2";
const LIST: &str = "SELECT id, client, uri, state, attempts, next_at, created_at, delivered_at,
        last_error
    FROM logout_notices WHERE $1 = '' OR client = $1 ORDER BY created_at DESC, id LIMIT $2";
const SWEEP: &str = "DELETE FROM logout_notices
    WHERE created_at < $1 AND state IN ('delivered', 'given_up')";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[QUEUE, LEASE_DUE, DELIVERED, RETRY, GIVE_UP, LIST, SWEEP];

/// A notice to queue.
#[derive(Clone, Debug)]
pub struct NewNotice {
    /// A new identifier.
    pub id: String,
    /// Whom to tell.
    pub client: String,
    /// Where.
    pub uri: String,
    /// Who logged out, as the client knows them.
    pub sub: String,
    /// Which session ended; none: all of them.
    pub sid: Option<String>,
}

/// A notice that this caller, and for the time of [`LEASE`] nobody else, may send.
#[derive(Clone, Debug)]
pub struct LeasedNotice {
    /// The notice.
    pub notice: NewNotice,
    /// Which attempt this is, from 1.
    pub attempt: i64,
    /// When it was queued.
    pub created_at: Timestamp,
}

/// A line of the delivery log.
#[derive(Clone, Debug)]
pub struct NoticeRow {
    /// Its identifier.
    pub id: String,
    /// Who is told.
    pub client: String,
    /// Where.
    pub uri: String,
    /// `queued`, `sending`, `delivered` or `given_up`.
    pub state: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried again, while it is queued.
    pub next_at: Timestamp,
    /// When it was queued.
    pub created_at: Timestamp,
    /// When the client took it.
    pub delivered_at: Option<Timestamp>,
    /// What the last failed try met.
    pub last_error: Option<String>,
}

/// Writes a notice at the end of this unit of work, to be sent once it is committed.
pub fn queue(tx: &mut Tx, notice: NewNotice, now: Timestamp) {
    let values = vec![
        notice.id.into(),
        notice.client.into(),
        notice.uri.into(),
        notice.sub.into(),
        notice.sid.into(),
        now.epoch_seconds().into(),
    ];
    tx.later(QUEUE, values);
}

/// Leases up to `most` notices that are due, the longest waiting first.
///
/// # Errors
/// [`DbError`].
pub async fn lease_due(
    tx: &mut Tx,
    now: Timestamp,
    most: i64,
) -> Result<Vec<LeasedNotice>, DbError> {
    type Row = (String, String, String, String, Option<String>, i64, i64);
    let (at, until) = (now.epoch_seconds(), (now + LEASE).epoch_seconds());
    let found =
        run!(tx, fetch_all, sqlx::query_as::<_, Row>(LEASE_DUE).bind(at).bind(until).bind(most))?;
    let leased = |(id, client, uri, sub, sid, attempt, created_at): Row| LeasedNotice {
        notice: NewNotice { id, client, uri, sub, sid },
        attempt,
        created_at: Timestamp::from_epoch_seconds(created_at),
    };
    Ok(found.into_iter().map(leased).collect())
}

/// The client took the notice; whoever says so is right, even after the lease ran out.
///
/// # Errors
/// [`DbError`].
pub async fn delivered(tx: &mut Tx, id: &str, now: Timestamp) -> Result<(), DbError> {
    execute!(tx, sqlx::query(DELIVERED).bind(id).bind(now.epoch_seconds()))?;
    Ok(())
}

/// The try failed for now. Only the holder of the latest lease puts a notice back.
///
/// # Errors
/// [`DbError`].
pub async fn retry(
    tx: &mut Tx,
    id: &str,
    attempt: i64,
    next_at: Timestamp,
    reason: &str,
) -> Result<(), DbError> {
    execute!(
        tx,
        sqlx::query(RETRY).bind(id).bind(attempt).bind(next_at.epoch_seconds()).bind(reason)
    )?;
    Ok(())
}

/// The notice will not be sent any more; its row stays for the log.
///
/// # Errors
/// [`DbError`].
pub async fn give_up(tx: &mut Tx, id: &str, attempt: i64, reason: &str) -> Result<(), DbError> {
    execute!(tx, sqlx::query(GIVE_UP).bind(id).bind(attempt).bind(reason))?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Found(String, String, String, String, i64, i64, i64, Option<i64>, Option<String>);

impl From<Found> for NoticeRow {
    fn from(f: Found) -> Self {
        let at = Timestamp::from_epoch_seconds;
        Self {
            id: f.0,
            client: f.1,
            uri: f.2,
            state: f.3,
            attempts: f.4,
            next_at: at(f.5),
            created_at: at(f.6),
            delivered_at: f.7.map(at),
            last_error: f.8,
        }
    }
}

/// The delivery log, newest first; of one client, or (`""`) of all.
///
/// # Errors
/// [`DbError`].
pub async fn list(tx: &mut Tx, client: &str, most: i64) -> Result<Vec<NoticeRow>, DbError> {
    let found = run!(tx, fetch_all, sqlx::query_as::<_, Found>(LIST).bind(client).bind(most))?;
    Ok(found.into_iter().map(NoticeRow::from).collect())
}

/// Removes finished notices that were queued before `before`.
///
/// # Errors
/// [`DbError`].
pub async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64, DbError> {
    execute!(tx, sqlx::query(SWEEP).bind(before.epoch_seconds()))
}
