//! Status entries: who holds which place, and the lists they are in.

mod log;

pub use log::{LogEntry, News, follow, log, log_card};

use crate::domain::ecard::ECardState;
use crate::domain::ids::{CardId, CitizenId, GrantId};
use crate::domain::status::StatusValue;
use crate::domain::time::Timestamp;
use crate::storage::{DbError, Tx, execute, run};

const OPEN_LIST: &str = "INSERT INTO status_lists (n, used, opened_seq)
    SELECT CAST($1 AS BIGINT), 0, value FROM sequences WHERE name = 'card_status_log'
    ON CONFLICT (n) DO NOTHING";
const TAKE: &str = "UPDATE status_lists SET used = used + $3 WHERE n = $1 AND used + $3 <= $2
    RETURNING used";
const ENTRY: &str = "INSERT INTO status_entries (list, idx, card, held_by) VALUES ($1, $2, $3, $4)";
const HOLDER_ENTRY: &str = "SELECT list, idx FROM status_entries WHERE card = $1 AND held_by = $2";
const HOLD_CARD: &str = "UPDATE cards SET state = state WHERE id = $1 RETURNING state";
const OWNER: &str = "SELECT e.card, c.citizen FROM status_entries e JOIN cards c ON c.id = e.card
    WHERE e.list = $1 AND e.idx = $2";
const LISTS: &str = "SELECT n, opened_seq FROM status_lists ORDER BY n";

/// Every statement of this file.
pub(super) fn statements() -> Vec<&'static str> {
    [&[OPEN_LIST, TAKE, ENTRY, HOLDER_ENTRY, HOLD_CARD, OWNER, LISTS], log::STATEMENTS].concat()
}

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
