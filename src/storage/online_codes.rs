//! Codes of 24 digits that holders show, by their keyed digest.

use super::status::StatusPlace;
use super::{DbError, Tx, execute, run};
use crate::domain::time::Timestamp;

const REPLACE: &str = "UPDATE online_codes SET state = 'replaced'
    WHERE session = $1 AND state = 'live'";
const INSERT: &str = "INSERT INTO online_codes (digest, session, list, idx, state, expires_at)
    VALUES ($1, $2, $3, $4, 'live', $5) ON CONFLICT DO NOTHING";
const FIND: &str = "SELECT list, idx, state, expires_at FROM online_codes WHERE digest = $1";
const NEWEST: &str = "SELECT state FROM online_codes
    WHERE session = $1 AND state IN ('live', 'used') AND expires_at > $2
    ORDER BY expires_at DESC LIMIT 1";
const CONSUME: &str = "UPDATE online_codes SET state = 'used'
    WHERE digest = $1 AND state = 'live' AND expires_at > $2";
const SWEEP: &str = "DELETE FROM online_codes WHERE expires_at < $1";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[REPLACE, INSERT, FIND, NEWEST, CONSUME, SWEEP];

/// How often a code is drawn again when another tab of the session was quicker.
const TRIES: u8 = 5;

/// A code to be shown.
#[derive(Clone, Debug)]
pub struct NewCode {
    /// Keyed digest of the digits.
    pub digest: String,
    /// The browser session it is shown by.
    pub session: String,
    /// The status entry of the holder's own access to the card.
    pub place: StatusPlace,
    /// From when on nobody accepts it.
    pub expires_at: Timestamp,
}

/// A code that was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShownCode {
    /// The status entry of the holder's own access to the card.
    pub place: StatusPlace,
    /// Whether it was presented before.
    pub is_used: bool,
    /// Whether it may still be presented.
    pub is_live: bool,
}

/// Stores a code in the place of the session's last one; `false` when other tabs of the session
/// were quicker each time.
///
/// # Errors
/// [`DbError`].
pub async fn issue(tx: &mut Tx, code: &NewCode) -> Result<bool, DbError> {
    for _ in 0..TRIES {
        execute!(tx, sqlx::query(REPLACE).bind(code.session.as_str()))?;
        let inserted = execute!(
            tx,
            sqlx::query(INSERT)
                .bind(code.digest.as_str())
                .bind(code.session.as_str())
                .bind(code.place.list)
                .bind(code.place.index)
                .bind(code.expires_at.epoch_seconds())
        )?;
        if inserted == 1 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What is known of a code.
///
/// # Errors
/// [`DbError`].
pub async fn find(tx: &mut Tx, digest: &str, now: Timestamp) -> Result<Option<ShownCode>, DbError> {
    type Row = (i64, i64, String, i64);
    let found = run!(tx, fetch_optional, sqlx::query_as::<_, Row>(FIND).bind(digest))?;
    Ok(found.map(|(list, index, state, expires_at)| ShownCode {
        place: StatusPlace { list, index },
        is_used: state == "used",
        is_live: state == "live" && expires_at > now.epoch_seconds(),
    }))
}

/// Whether the code that a session shows was used; `false` also when it shows none.
///
/// # Errors
/// [`DbError`].
pub async fn is_newest_used(tx: &mut Tx, session: &str, now: Timestamp) -> Result<bool, DbError> {
    let found = run!(
        tx,
        fetch_optional,
        sqlx::query_as::<_, (String,)>(NEWEST).bind(session).bind(now.epoch_seconds())
    )?;
    Ok(found.is_some_and(|(state,)| state == "used"))
}

/// Uses a code up; `false` when another was quicker, or its time ran out.
///
/// # Errors
/// [`DbError`].
pub async fn consume(tx: &mut Tx, digest: &str, now: Timestamp) -> Result<bool, DbError> {
    Ok(execute!(tx, sqlx::query(CONSUME).bind(digest).bind(now.epoch_seconds()))? == 1)
}

/// Removes codes whose time ran out before `before`.
///
/// # Errors
/// [`DbError`].
pub async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64, DbError> {
    execute!(tx, sqlx::query(SWEEP).bind(before.epoch_seconds()))
}
