//! Status entries and the log that every instance follows.

use super::{DbError, Tx, execute, run};
use crate::domain::ids::{CardId, CitizenId};
use crate::domain::status::StatusValue;
use crate::domain::time::Timestamp;

const OPEN_LIST: &str = "INSERT INTO status_lists (n, used, version) VALUES ($1, 0, 0)
    ON CONFLICT (n) DO NOTHING";
const TAKE: &str = "UPDATE status_lists SET used = used + $3 WHERE n = $1 AND used + $3 <= $2
    RETURNING used";
const ENTRY: &str = "INSERT INTO status_entries (list, idx, card, held_by) VALUES ($1, $2, $3, $4)";
const HOLDER_ENTRY: &str = "SELECT list, idx FROM status_entries WHERE card = $1 AND held_by = $2";
const ENTRIES: &str = "SELECT e.list, e.idx FROM status_entries e
    LEFT JOIN grants g ON g.id = e.held_by
    WHERE e.card = $1 AND (g.id IS NULL OR g.state = 'live')";
const OWNER: &str = "SELECT e.card, c.citizen FROM status_entries e JOIN cards c ON c.id = e.card
    WHERE e.list = $1 AND e.idx = $2";
const NEXT_SEQ: &str = "UPDATE sequences SET value = value + 1 WHERE name = 'card_status_log'
    RETURNING value";
const LOG: &str = "INSERT INTO card_status_log (seq, list, idx, value, at)
    VALUES ($1, $2, $3, $4, $5)";
const FOLLOW: &str = "SELECT seq, list, idx, value FROM card_status_log WHERE seq > $1
    ORDER BY seq LIMIT 10000";
const LISTS: &str = "SELECT n FROM status_lists ORDER BY n";

/// Every statement of this file.
pub const STATEMENTS: &[&str] =
    &[OPEN_LIST, TAKE, ENTRY, HOLDER_ENTRY, ENTRIES, OWNER, NEXT_SEQ, LOG, FOLLOW, LISTS];

/// Who an entry was given to when it is the card holder's own access.
pub const HOLDER: &str = "holder";

/// Where a status is found: list and index in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StatusPlace {
    /// The list's number.
    pub list: i64,
    /// The index, below 2²⁰.
    pub index: i64,
}

/// One line of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// Its number: gapless, in the order of commits.
    pub seq: i64,
    /// Which entry changed.
    pub place: StatusPlace,
    /// To what.
    pub value: i64,
}

/// Takes `count` counters of a list, opening the list when it is new, and answers the first of
/// them; `None` when not so many are left.
///
/// # Errors
/// [`DbError`].
pub async fn take(tx: &mut Tx, list: i64, count: i64, size: i64) -> Result<Option<i64>, DbError> {
    for _ in 0..2 {
        let taken = run!(
            tx,
            fetch_optional,
            sqlx::query_as::<_, (i64,)>(TAKE).bind(list).bind(size).bind(count)
        )?;
        if let Some((used,)) = taken {
            return Ok(Some(used.saturating_sub(count)));
        }
        if execute!(tx, sqlx::query(OPEN_LIST).bind(list))? == 0 {
            return Ok(None);
        }
    }
    Ok(None)
}

/// Gives an entry to a card's holder or to one of its grants, at the end of the unit of work.
pub fn assign(tx: &mut Tx, place: StatusPlace, card: &CardId, held_by: &str) {
    let values = vec![place.list.into(), place.index.into(), card.as_str().into(), held_by.into()];
    tx.later(ENTRY, values);
}

/// The entry of one holder of a card's status.
///
/// # Errors
/// [`DbError`].
pub async fn entry(
    tx: &mut Tx,
    card: &CardId,
    held_by: &str,
) -> Result<Option<StatusPlace>, DbError> {
    let found = run!(
        tx,
        fetch_optional,
        sqlx::query_as::<_, (i64, i64)>(HOLDER_ENTRY).bind(card.as_str()).bind(held_by)
    )?;
    Ok(found.map(|(list, index)| StatusPlace { list, index }))
}

/// Whose entry it is.
///
/// # Errors
/// [`DbError`].
pub async fn owner(
    tx: &mut Tx,
    place: StatusPlace,
) -> Result<Option<(CardId, CitizenId)>, DbError> {
    let found = run!(
        tx,
        fetch_optional,
        sqlx::query_as::<_, (String, String)>(OWNER).bind(place.list).bind(place.index)
    )?;
    Ok(found.map(|(card, citizen)| (CardId::from_stored(card), CitizenId::from_stored(citizen))))
}

/// Writes a card's new status to all of its entries. An entry whose grant has ended stays invalid.
///
/// # Errors
/// [`DbError`].
pub async fn log_card(
    tx: &mut Tx,
    card: &CardId,
    value: StatusValue,
    now: Timestamp,
) -> Result<(), DbError> {
    for (list, index) in
        run!(tx, fetch_all, sqlx::query_as::<_, (i64, i64)>(ENTRIES).bind(card.as_str()))?
    {
        log(tx, StatusPlace { list, index }, value, now).await?;
    }
    Ok(())
}

/// Writes the new status of one entry.
///
/// # Errors
/// [`DbError`].
pub async fn log(
    tx: &mut Tx,
    place: StatusPlace,
    value: StatusValue,
    now: Timestamp,
) -> Result<(), DbError> {
    let (seq,) = run!(tx, fetch_one, sqlx::query_as::<_, (i64,)>(NEXT_SEQ))?;
    execute!(
        tx,
        sqlx::query(LOG)
            .bind(seq)
            .bind(place.list)
            .bind(place.index)
            .bind(i64::from(value as u8))
            .bind(now.epoch_seconds())
    )?;
    Ok(())
}

/// The log after `seq`, at most 10 000 lines of it.
///
/// # Errors
/// [`DbError`].
pub async fn follow(tx: &mut Tx, seq: i64) -> Result<Vec<LogEntry>, DbError> {
    let found = run!(tx, fetch_all, sqlx::query_as::<_, (i64, i64, i64, i64)>(FOLLOW).bind(seq))?;
    Ok(found
        .into_iter()
        .map(|(seq, list, index, value)| LogEntry {
            seq,
            place: StatusPlace { list, index },
            value,
        })
        .collect())
}

/// The numbers of all lists.
///
/// # Errors
/// [`DbError`].
pub async fn lists(tx: &mut Tx) -> Result<Vec<i64>, DbError> {
    let found = run!(tx, fetch_all, sqlx::query_as::<_, (i64,)>(LISTS))?;
    Ok(found.into_iter().map(|(n,)| n).collect())
}
