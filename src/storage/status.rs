//! Status entries and the log that every instance follows.

use super::listen::announce;
use super::{DbError, Tx, execute, run};
use crate::domain::ecard::ECardState;
use crate::domain::ids::{CardId, CitizenId, GrantId};
use crate::domain::status::StatusValue;
use crate::domain::time::Timestamp;

const OPEN_LIST: &str = "INSERT INTO status_lists (n, used, opened_seq)
    SELECT CAST($1 AS BIGINT), 0, value FROM sequences WHERE name = 'card_status_log'
    ON CONFLICT (n) DO NOTHING";
const TAKE: &str = "UPDATE status_lists SET used = used + $3 WHERE n = $1 AND used + $3 <= $2
    RETURNING used";
const ENTRY: &str = "INSERT INTO status_entries (list, idx, card, held_by) VALUES ($1, $2, $3, $4)";
const HOLDER_ENTRY: &str = "SELECT list, idx FROM status_entries WHERE card = $1 AND held_by = $2";
const ENTRIES: &str = "SELECT e.list, e.idx FROM status_entries e
    LEFT JOIN grants g ON g.id = e.held_by
    LEFT JOIN offline_tickets t ON t.ref = e.held_by
    WHERE e.card = $1 AND (g.id IS NULL OR g.state = 'live')
        AND (t.ref IS NULL OR t.expires_at > $2)";
const HOLD_CARD: &str = "UPDATE cards SET state = state WHERE id = $1 RETURNING state";
const OWNER: &str = "SELECT e.card, c.citizen FROM status_entries e JOIN cards c ON c.id = e.card
    WHERE e.list = $1 AND e.idx = $2";
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
const LISTS: &str = "SELECT n, opened_seq FROM status_lists ORDER BY n";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[
    OPEN_LIST,
    TAKE,
    ENTRY,
    HOLDER_ENTRY,
    ENTRIES,
    HOLD_CARD,
    OWNER,
    NEXT_SEQ,
    LOG,
    FOLLOW,
    LISTS,
];

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

/// Gives an entry of a card that is active to its holder, at the end of the unit of work.
pub fn assign(tx: &mut Tx, place: StatusPlace, card: &CardId, held_by: &str) {
    let values = vec![place.list.into(), place.index.into(), card.as_str().into(), held_by.into()];
    tx.later(ENTRY, values);
}

/// Gives an entry to a grant: with the card's own status, which a grant may be worse than and
/// never better. The card's row is held until the transaction ends, so that a change of the card
/// comes before, and is seen here, or after, and finds the entry.
///
/// # Errors
/// [`DbError`].
pub async fn assign_to_grant(
    tx: &mut Tx,
    place: StatusPlace,
    card: &CardId,
    grant: &GrantId,
    now: Timestamp,
) -> Result<(), DbError> {
    let (state,) =
        run!(tx, fetch_one, sqlx::query_as::<_, (String,)>(HOLD_CARD).bind(card.as_str()))?;
    assign(tx, place, card, grant.as_str());
    let state = ECardState::parse(&state);
    let value = state.ok_or_else(|| DbError::other("cards.state holds no known state"))?.status();
    if value == StatusValue::Valid {
        return Ok(());
    }
    log(tx, place, value, now).await
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

/// A list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenList {
    /// Its number.
    pub number: i64,
    /// No line of the log up to here is of this list.
    pub opened_seq: i64,
}

/// All lists, in the order of their numbers.
///
/// # Errors
/// [`DbError`].
pub async fn lists(tx: &mut Tx) -> Result<Vec<OpenList>, DbError> {
    let found = run!(tx, fetch_all, sqlx::query_as::<_, (i64, i64)>(LISTS))?;
    Ok(found.into_iter().map(|(number, opened_seq)| OpenList { number, opened_seq }).collect())
}
