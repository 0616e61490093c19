//! What citizens have allowed clients: one live row for each two.

use super::changes::{self, Change};
use super::{DbError, Tx, execute, refresh, run, status};
use crate::domain::field::FieldSet;
use crate::domain::grant::{Allowed, GrantState};
use crate::domain::ids::{CardId, CitizenId, GrantId};
use crate::domain::scope::ScopeSet;
use crate::domain::status::StatusValue;
use crate::domain::time::Timestamp;
use status::StatusPlace;

const INSERT: &str = "INSERT INTO grants (id, client, citizen, card, scope, fields, text_version,
        state, list, idx, created_at, changed_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 'live', $8, $9, $10, $10, $11)
    ON CONFLICT (client, citizen) WHERE state = 'live' DO NOTHING";
const WIDEN: &str = "UPDATE grants SET scope = $2, fields = $3, text_version = $4, changed_at = $5,
        expires_at = $6 WHERE id = $1 AND state = 'live'";
const LIVE: &str = "SELECT id, client, citizen, card, scope, fields, state, list, idx, created_at,
        expires_at, ended_at, last_used_at
    FROM grants WHERE client = $1 AND citizen = $2 AND state = 'live'";
const FIND: &str = "SELECT id, client, citizen, card, scope, fields, state, list, idx, created_at,
        expires_at, ended_at, last_used_at FROM grants WHERE id = $1";
const OF_CITIZEN: &str = "SELECT id, client, citizen, card, scope, fields, state, list, idx,
        created_at, expires_at, ended_at, last_used_at
    FROM grants WHERE citizen = $1 ORDER BY state, created_at DESC LIMIT 200";
const OF_CARD: &str = "SELECT id FROM grants WHERE card = $1 AND state = 'live'";
const DUE: &str = "SELECT id FROM grants WHERE state = 'live' AND expires_at <= $1 LIMIT 1000";
const END: &str = "UPDATE grants SET state = $2, ended_at = $3 WHERE id = $1 AND state = 'live'
    RETURNING list, idx";
const USED: &str = "UPDATE grants SET last_used_at = $2
    WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $3)";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[INSERT, WIDEN, LIVE, FIND, OF_CITIZEN, OF_CARD, DUE, END, USED];

/// A grant as stored.
#[derive(Clone, Debug)]
pub struct GrantRow {
    /// Its identifier.
    pub id: GrantId,
    /// Whom it allows.
    pub client: String,
    /// Who allows.
    pub citizen: CitizenId,
    /// The card it was given with.
    pub card: CardId,
    /// What is allowed.
    pub allowed: Allowed,
    /// Whether it is in force.
    pub is_live: bool,
    /// Its entry in the status lists.
    pub place: StatusPlace,
    /// When it was first given.
    pub created_at: Timestamp,
    /// When it is asked for again.
    pub expires_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// When the client last got or used something under it; to the minute.
    pub last_used_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Found(
    String,
    String,
    String,
    String,
    String,
    String,
    String,
    i64,
    i64,
    i64,
    i64,
    Option<i64>,
    Option<i64>,
);

impl From<Found> for GrantRow {
    fn from(f: Found) -> Self {
        let at = Timestamp::from_epoch_seconds;
        Self {
            id: GrantId::from_stored(f.0),
            client: f.1,
            citizen: CitizenId::from_stored(f.2),
            card: CardId::from_stored(f.3),
            allowed: Allowed { scope: ScopeSet::from(f.4), fields: FieldSet::from(f.5) },
            is_live: f.6 == GrantState::Live.as_str(),
            place: StatusPlace { list: f.7, index: f.8 },
            created_at: at(f.9),
            expires_at: at(f.10),
            ended_at: f.11.map(at),
            last_used_at: f.12.map(at),
        }
    }
}

/// Stores a grant and gives it its status entry; `false` when the two have a live one already.
///
/// # Errors
/// [`DbError`].
pub async fn insert(tx: &mut Tx, row: &GrantRow, text_version: &str) -> Result<bool, DbError> {
    let inserted = execute!(
        tx,
        sqlx::query(INSERT)
            .bind(row.id.as_str())
            .bind(row.client.as_str())
            .bind(row.citizen.as_str())
            .bind(row.card.as_str())
            .bind(row.allowed.scope.to_string())
            .bind(String::from(row.allowed.fields.clone()))
            .bind(text_version)
            .bind(row.place.list)
            .bind(row.place.index)
            .bind(row.created_at.epoch_seconds())
            .bind(row.expires_at.epoch_seconds())
    )? == 1;
    if inserted {
        status::assign_to_grant(tx, row.place, &row.card, &row.id, row.created_at).await?;
    }
    Ok(inserted)
}

/// Adds to a live grant and renews its time; `false` when it is not live any more.
///
/// # Errors
/// [`DbError`].
pub async fn widen(
    tx: &mut Tx,
    id: &GrantId,
    allowed: &Allowed,
    text_version: &str,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<bool, DbError> {
    Ok(execute!(
        tx,
        sqlx::query(WIDEN)
            .bind(id.as_str())
            .bind(allowed.scope.to_string())
            .bind(String::from(allowed.fields.clone()))
            .bind(text_version)
            .bind(now.epoch_seconds())
            .bind(expires_at.epoch_seconds())
    )? == 1)
}

/// The live grant of a citizen to a client.
///
/// # Errors
/// [`DbError`].
pub async fn live(
    tx: &mut Tx,
    client: &str,
    citizen: &CitizenId,
) -> Result<Option<GrantRow>, DbError> {
    Ok(run!(
        tx,
        fetch_optional,
        sqlx::query_as::<_, Found>(LIVE).bind(client).bind(citizen.as_str())
    )?
    .map(GrantRow::from))
}

/// One grant.
///
/// # Errors
/// [`DbError`].
pub async fn find(tx: &mut Tx, id: &GrantId) -> Result<Option<GrantRow>, DbError> {
    Ok(run!(tx, fetch_optional, sqlx::query_as::<_, Found>(FIND).bind(id.as_str()))?
        .map(GrantRow::from))
}

/// Everything a citizen ever allowed, what is in force first.
///
/// # Errors
/// [`DbError`].
pub async fn of_citizen(tx: &mut Tx, citizen: &CitizenId) -> Result<Vec<GrantRow>, DbError> {
    let found = run!(tx, fetch_all, sqlx::query_as::<_, Found>(OF_CITIZEN).bind(citizen.as_str()))?;
    Ok(found.into_iter().map(GrantRow::from).collect())
}

/// The live grants that stand on a card.
///
/// # Errors
/// [`DbError`].
pub async fn of_card(tx: &mut Tx, card: &CardId) -> Result<Vec<GrantId>, DbError> {
    let found = run!(tx, fetch_all, sqlx::query_as::<_, (String,)>(OF_CARD).bind(card.as_str()))?;
    Ok(found.into_iter().map(|(id,)| GrantId::from_stored(id)).collect())
}

/// Live grants whose time has run out, at most a thousand.
///
/// # Errors
/// [`DbError`].
pub async fn due(tx: &mut Tx, now: Timestamp) -> Result<Vec<GrantId>, DbError> {
    let found = run!(tx, fetch_all, sqlx::query_as::<_, (String,)>(DUE).bind(now.epoch_seconds()))?;
    Ok(found.into_iter().map(|(id,)| GrantId::from_stored(id)).collect())
}

/// Ends a live grant and everything that came of it: status entry, refresh lines, and by the log
/// of changes its access tokens on every instance. `false` when it was not live.
///
/// # Errors
/// [`DbError`].
pub async fn end(
    tx: &mut Tx,
    id: &GrantId,
    state: GrantState,
    now: Timestamp,
) -> Result<bool, DbError> {
    let Some((list, index)) = run!(
        tx,
        fetch_optional,
        sqlx::query_as::<_, (i64, i64)>(END)
            .bind(id.as_str())
            .bind(state.as_str())
            .bind(now.epoch_seconds())
    )?
    else {
        return Ok(false);
    };
    refresh::end_of_grant(tx, id).await?;
    status::log(tx, StatusPlace { list, index }, StatusValue::Invalid, now).await?;
    changes::append(tx, Change::Grant, id.as_str(), now).await?;
    Ok(true)
}

/// Notes that a client used its grant, unless that was noted after `since`.
///
/// # Errors
/// [`DbError`].
pub async fn used(
    tx: &mut Tx,
    id: &GrantId,
    now: Timestamp,
    since: Timestamp,
) -> Result<(), DbError> {
    execute!(
        tx,
        sqlx::query(USED).bind(id.as_str()).bind(now.epoch_seconds()).bind(since.epoch_seconds())
    )?;
    Ok(())
}
