//! Issued cards. A unique index allows one live card a citizen, whatever runs at the same time.

use super::rekey::{SealedColumn, sealed_column};
use super::{DbError, Tx, execute, run};
use crate::domain::card_change::CardChange;
use crate::domain::ecard::ECardState;
use crate::domain::ids::{AccountId, CardId, CitizenId};
use crate::domain::time::Timestamp;

const INSERT: &str =
    "INSERT INTO cards (id, citizen, state, body, pin_hash, pin_failures, issued_at)
    VALUES ($1, $2, 'active', $3, $4, 0, $5)
    ON CONFLICT (citizen) WHERE state IN ('active', 'suspended', 'lost', 'minor_deactivated')
    DO NOTHING";
const LIVE: &str = "SELECT id, citizen, state, body, issued_at FROM cards
    WHERE citizen = $1 AND state IN ('active', 'suspended', 'lost', 'minor_deactivated')";
const OF_ACCOUNT: &str = "SELECT k.id, k.citizen, k.state, k.body, k.issued_at
    FROM cards k JOIN accounts a ON a.citizen = k.citizen WHERE a.id = $1
    AND k.state IN ('active', 'suspended', 'lost', 'minor_deactivated')";
const CHANGE: &str = "UPDATE cards SET state = $3, changed_at = $4 WHERE id = $1 AND state = $2";
const HOLD_ACTIVE: &str = "UPDATE cards SET state = state WHERE id = $1 AND state = 'active'";
const SINCE: &str = "SELECT COALESCE(changed_at, issued_at) FROM cards WHERE id = $1";
const FIND: &str = "SELECT id, citizen, state, body, issued_at FROM cards WHERE id = $1";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[INSERT, LIVE, OF_ACCOUNT, CHANGE, HOLD_ACTIVE, SINCE, FIND];
pub(super) const SEALED: &[SealedColumn] = &[sealed_column!("cards", "id", "body")];

/// A card as stored: `body` is sealed.
#[derive(Clone)]
pub struct CardRow {
    /// Its identifier.
    pub id: CardId,
    /// Whose it is.
    pub citizen: CitizenId,
    /// Where it stands.
    pub state: ECardState,
    /// What is printed on it, sealed.
    pub body: String,
    /// When it was issued.
    pub issued_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Found(String, String, String, String, i64);

impl TryFrom<Found> for CardRow {
    type Error = DbError;
    fn try_from(f: Found) -> Result<Self, DbError> {
        Ok(Self {
            id: CardId::from_stored(f.0),
            citizen: CitizenId::from_stored(f.1),
            state: ECardState::parse(&f.2)
                .ok_or_else(|| DbError::other("cards.state holds no known state"))?,
            body: f.3,
            issued_at: Timestamp::from_epoch_seconds(f.4),
        })
    }
}

/// Issues a card; `false` when the citizen holds a live one already, and then nothing is changed.
///
/// # Errors
/// [`DbError`].
pub async fn insert(tx: &mut Tx, card: &CardRow, pin_hash: &str) -> Result<bool, DbError> {
    let inserted = execute!(
        tx,
        sqlx::query(INSERT)
            .bind(card.id.as_str())
            .bind(card.citizen.as_str())
            .bind(card.body.as_str())
            .bind(pin_hash)
            .bind(card.issued_at.epoch_seconds())
    )?;
    Ok(inserted == 1)
}

/// The citizen's live card, if there is one.
///
/// # Errors
/// [`DbError`].
pub async fn live(tx: &mut Tx, citizen: &CitizenId) -> Result<Option<CardRow>, DbError> {
    run!(tx, fetch_optional, sqlx::query_as::<_, Found>(LIVE).bind(citizen.as_str()))?
        .map(CardRow::try_from)
        .transpose()
}

/// The live card of the citizen an account is bound to, if there is one.
///
/// # Errors
/// [`DbError`].
pub async fn of_account(tx: &mut Tx, account: &AccountId) -> Result<Option<CardRow>, DbError> {
    run!(tx, fetch_optional, sqlx::query_as::<_, Found>(OF_ACCOUNT).bind(account.as_str()))?
        .map(CardRow::try_from)
        .transpose()
}

/// One card.
///
/// # Errors
/// [`DbError`].
pub async fn find(tx: &mut Tx, id: &CardId) -> Result<Option<CardRow>, DbError> {
    run!(tx, fetch_optional, sqlx::query_as::<_, Found>(FIND).bind(id.as_str()))?
        .map(CardRow::try_from)
        .transpose()
}

/// Changes a card's state; `false` when it does not stand where the change begins, and then
/// nothing is changed.
///
/// # Errors
/// [`DbError`].
pub async fn change(tx: &mut Tx, change: &CardChange, now: Timestamp) -> Result<bool, DbError> {
    Ok(execute!(
        tx,
        sqlx::query(CHANGE)
            .bind(change.card().as_str())
            .bind(change.from().as_str())
            .bind(change.to().as_str())
            .bind(now.epoch_seconds())
    )? == 1)
}

/// When a card came to stand where it stands; none when there is no such card.
///
/// # Errors
/// [`DbError`].
pub async fn since(tx: &mut Tx, id: &CardId) -> Result<Option<Timestamp>, DbError> {
    let found = run!(tx, fetch_optional, sqlx::query_as::<_, (i64,)>(SINCE).bind(id.as_str()))?;
    Ok(found.map(|(at,)| Timestamp::from_epoch_seconds(at)))
}

/// Holds a card as it stands until the unit of work ends: a change of it comes before, and is seen
/// here, or after, and finds what was written. `false` when the card is not in use.
///
/// # Errors
/// [`DbError`].
pub async fn hold_active(tx: &mut Tx, id: &CardId) -> Result<bool, DbError> {
    Ok(execute!(tx, sqlx::query(HOLD_ACTIVE).bind(id.as_str()))? == 1)
}
