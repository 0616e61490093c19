//! The log of status changes, which every instance follows.

use super::StatusPlace;
use crate::domain::ids::CardId;
use crate::domain::status::StatusValue;
use crate::domain::time::Timestamp;
use crate::storage::listen::announce;
use crate::storage::{DbError, Tx, run};

const ENTRIES: &str = "SELECT e.list, e.idx FROM status_entries e
    LEFT JOIN grants g ON g.id = e.held_by
    LEFT JOIN offline_tickets t ON t.ref = e.held_by
    WHERE e.card = $1 AND (g.id IS NULL OR g.state = 'live')
        AND (t.ref IS NULL OR t.expires_at > $2)";
const NEXT_SEQ: &str = "UPDATE sequences SET value = value + $1 WHERE name = 'card_status_log'
    RETURNING value";
const LOG: &str = "INSERT INTO card_status_log (seq, list, idx, value, at)
    VALUES ($1, $2, $3, $4, $5)";
/// The counter and the lines after a number, in one statement and so as of one moment. The counter
/// comes as a line of list -1.
const FOLLOW: &str = "SELECT value, -1, -1, -1 FROM sequences WHERE name = 'card_status_log'
    UNION ALL
    SELECT seq, list, idx, value FROM (SELECT seq, list, idx, value FROM card_status_log
        WHERE seq > $1 ORDER BY seq LIMIT 10000) AS news";

pub(super) const STATEMENTS: &[&str] = &[ENTRIES, NEXT_SEQ, LOG, FOLLOW];

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

/// Writes a card's new status to all of its entries. An entry whose grant has ended stays invalid.
/// The card's own row must have been changed before, in the same transaction: whoever gives an
/// entry out holds it.
///
/// # Errors
/// [`DbError`].
pub async fn log_card(
    tx: &mut Tx,
    card: &CardId,
    value: StatusValue,
    now: Timestamp,
) -> Result<(), DbError> {
    let found = run!(
        tx,
        fetch_all,
        sqlx::query_as::<_, (i64, i64)>(ENTRIES).bind(card.as_str()).bind(now.epoch_seconds())
    )?;
    let places = found.into_iter().map(|(list, index)| StatusPlace { list, index });
    append(tx, places.collect(), value, now).await
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
    append(tx, vec![place], value, now).await
}

/// The counter is held from here until the transaction ends, which makes the order of the numbers
/// that of the commits.
async fn append(
    tx: &mut Tx,
    places: Vec<StatusPlace>,
    value: StatusValue,
    now: Timestamp,
) -> Result<(), DbError> {
    let count = i64::try_from(places.len()).unwrap_or(i64::MAX);
    if count == 0 {
        return Ok(());
    }
    let (last,) = run!(tx, fetch_one, sqlx::query_as::<_, (i64,)>(NEXT_SEQ).bind(count))?;
    for (seq, place) in (last.saturating_sub(count)..last).zip(places) {
        let values = vec![
            seq.saturating_add(1).into(),
            place.list.into(),
            place.index.into(),
            i64::from(value.bits()).into(),
            now.epoch_seconds().into(),
        ];
        tx.later(LOG, values);
    }
    announce(tx);
    Ok(())
}

/// The log after a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// The number of the last line there is.
    pub latest: i64,
    /// The lines, in order: at most 10 000, so that there may be more.
    pub lines: Vec<LogEntry>,
}

/// The log after `seq`.
///
/// # Errors
/// [`DbError`].
pub async fn follow(tx: &mut Tx, seq: i64) -> Result<News, DbError> {
    let found = run!(tx, fetch_all, sqlx::query_as::<_, (i64, i64, i64, i64)>(FOLLOW).bind(seq))?;
    let (counter, mut lines): (Vec<_>, Vec<_>) = found
        .into_iter()
        .map(|(seq, list, index, value)| LogEntry {
            seq,
            place: StatusPlace { list, index },
            value,
        })
        .partition(|line| line.place.list < 0);
    lines.sort_unstable_by_key(|line| line.seq);
    let latest = counter.first().ok_or_else(|| DbError::other("the status log has no counter"))?;
    Ok(News { latest: latest.seq, lines })
}
