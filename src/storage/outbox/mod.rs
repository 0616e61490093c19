//! Messages to send: written in the transaction that decides on them, sent after it, retried.
//!
//! A row is leased before it is sent. When the sender dies, the lease runs out and another takes
//! the row over: the gateway may see one message twice, always under the same id, which is its
//! idempotency key. Recipient and text are sealed, and erased as soon as they are not needed.

mod delivery;

pub use delivery::{dead, expire, purge, retry_later, sent};

use super::rekey::{SealedColumn, sealed_column};
use super::vault::{Place, Vault, VaultError};
use super::{DbError, Tx, run};
use crate::domain::ids::MessageId;
use crate::domain::mobile_number::MobileNumber;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use std::time::Duration;

/// How long a sender has before another may take the row over; longer than a gateway's timeout.
pub const LEASE: Duration = Duration::from_secs(60);

const QUEUE: &str = "INSERT INTO outbox (id, purpose, recipient, body, state, attempts, next_at, \
     lease_until, expires_at, created_at) VALUES ($1, $2, $3, $4, 'queued', 0, $5, 0, $6, $5)";

/// Free rows: due, or leased by a sender that did not come back. Stands twice in a statement:
/// the outer one is the guard, tried again on a row that another sender has just taken.
macro_rules! lease {
    ($which:literal) => {
        concat!(
            "UPDATE outbox SET state = 'sending', lease_until = $2, attempts = attempts + 1 WHERE ",
            $which,
            " AND ((state = 'queued' AND next_at <= $1) \
             OR (state = 'sending' AND lease_until <= $1)) \
             AND (expires_at IS NULL OR expires_at > $1) \
             RETURNING id, purpose, recipient, body, attempts, expires_at"
        )
    };
}
const LEASE_DUE: &str = lease!(
    "id IN (SELECT id FROM outbox WHERE ((state = 'queued' AND next_at <= $1) \
     OR (state = 'sending' AND lease_until <= $1)) \
     AND (expires_at IS NULL OR expires_at > $1) ORDER BY next_at LIMIT $3)"
);
const LEASE_ONE: &str = lease!("id = $3");
const WAITING: &str = "SELECT COUNT(*) FROM outbox WHERE state IN ('queued', 'sending')";
const STATE: &str = "SELECT state FROM outbox WHERE id = $1";
const OWN: &[&str] = &[QUEUE, LEASE_DUE, LEASE_ONE, WAITING, STATE];

pub(super) const SEALED: &[SealedColumn] =
    &[sealed_column!("outbox", "id", "recipient"), sealed_column!("outbox", "id", "body")];

pub(super) fn statements() -> Vec<&'static str> {
    [OWN, delivery::STATEMENTS].concat()
}

/// A message to be sent.
#[derive(Clone, Copy, Debug)]
pub struct NewMessage<'a> {
    /// A new identifier.
    pub id: &'a MessageId,
    /// What it is for, such as `activation`: an operator's word, nothing personal.
    pub purpose: &'a str,
    /// The recipient.
    pub to: &'a MobileNumber,
    /// The text.
    pub text: &'a Secret,
    /// From when on it must not be sent any more.
    pub expires_at: Option<Timestamp>,
}

/// A message that this caller, and for the time of [`LEASE`] nobody else, may send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leased {
    /// The row, and the gateway's idempotency key.
    pub id: MessageId,
    /// What it is for.
    pub purpose: String,
    /// The recipient.
    pub to: MobileNumber,
    /// The text.
    pub text: Secret,
    /// Which attempt this is, from 1.
    pub attempt: i64,
    /// From when on it must not be sent any more: look again just before sending.
    pub expires_at: Option<Timestamp>,
}

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Waits for its (next) attempt.
    Queued,
    /// A sender holds it.
    Sending,
    /// The gateway took it.
    Sent,
    /// It will never be sent: refused, tried too often, or expired.
    Dead,
}

fn place<'a>(column: &'a str, id: &'a str) -> Place<'a> {
    Place { table: "outbox", column, row: id }
}

/// Writes a message at the end of this unit of work, to be sent once it is committed. An id that
/// is taken refuses the whole unit with [`DbError::Unique`].
pub fn queue(tx: &mut Tx, vault: &Vault, message: NewMessage<'_>, now: Timestamp) {
    let id = message.id.as_str();
    let to = vault.seal(place("recipient", id), message.to.as_str().as_bytes());
    let text = vault.seal(place("body", id), message.text.expose().as_bytes());
    let expires_at = message.expires_at.map(Timestamp::epoch_seconds);
    let values = vec![
        id.into(),
        message.purpose.into(),
        to.into_string().into(),
        text.into_string().into(),
        now.epoch_seconds().into(),
        expires_at.into(),
    ];
    tx.later(QUEUE, values);
}

type Row = (String, String, String, String, i64, Option<i64>);

fn opened(vault: &Vault, row: Row) -> Result<Leased, VaultError> {
    let (id, purpose, recipient, body, attempt, expires_at) = row;
    let to = vault.unseal_text(place("recipient", &id), &recipient)?;
    let to = MobileNumber::from_stored(to.to_string()).map_err(|_| VaultError::Malformed)?;
    let text = vault.unseal_text(place("body", &id), &body)?;
    let expires_at = expires_at.map(Timestamp::from_epoch_seconds);
    let text = Secret::new(text.as_str());
    Ok(Leased { id: MessageId::from_stored(id), purpose, to, text, attempt, expires_at })
}

/// Opens what was leased; a row that does not open can never be sent and must not hold up others.
async fn open_all(tx: &mut Tx, vault: &Vault, rows: Vec<Row>) -> Result<Vec<Leased>, DbError> {
    let mut leased = Vec::with_capacity(rows.len());
    for row in rows {
        let (id, attempt) = (MessageId::from_stored(row.0.clone()), row.4);
        match opened(vault, row) {
            Ok(message) => leased.push(message),
            Err(reason) => {
                tracing::error!(message = %id, %reason, "a message does not open");
                dead(tx, &id, attempt, "does not open").await?;
            }
        }
    }
    Ok(leased)
}

/// Leases up to `max` messages that are due, the longest waiting first.
///
/// # Errors
/// [`DbError`].
pub async fn lease_due(
    tx: &mut Tx,
    vault: &Vault,
    now: Timestamp,
    max: i64,
) -> Result<Vec<Leased>, DbError> {
    let (at, until) = (now.epoch_seconds(), (now + LEASE).epoch_seconds());
    let rows =
        run!(tx, fetch_all, sqlx::query_as::<_, Row>(LEASE_DUE).bind(at).bind(until).bind(max))?;
    open_all(tx, vault, rows).await
}

/// Leases one message, to be sent at once; `None` when it is not due or somebody else has it.
///
/// # Errors
/// [`DbError`].
pub async fn lease_one(
    tx: &mut Tx,
    vault: &Vault,
    id: &MessageId,
    now: Timestamp,
) -> Result<Option<Leased>, DbError> {
    let (at, until) = (now.epoch_seconds(), (now + LEASE).epoch_seconds());
    let rows = run!(
        tx,
        fetch_all,
        sqlx::query_as::<_, Row>(LEASE_ONE).bind(at).bind(until).bind(id.as_str())
    )?;
    Ok(open_all(tx, vault, rows).await?.pop())
}

/// How many messages are not sent yet.
///
/// # Errors
/// [`DbError`].
pub async fn waiting(tx: &mut Tx) -> Result<i64, DbError> {
    Ok(run!(tx, fetch_one, sqlx::query_as::<_, (i64,)>(WAITING))?.0)
}

/// Where a message stands; `None` when there is no such message.
///
/// # Errors
/// [`DbError`].
pub async fn state_of(tx: &mut Tx, id: &MessageId) -> Result<Option<State>, DbError> {
    let found = run!(tx, fetch_optional, sqlx::query_scalar::<_, String>(STATE).bind(id.as_str()))?;
    found.map(|text| State::read(&text)).transpose()
}

impl State {
    fn read(text: &str) -> Result<Self, DbError> {
        match text {
            "queued" => Ok(Self::Queued),
            "sending" => Ok(Self::Sending),
            "sent" => Ok(Self::Sent),
            "dead" => Ok(Self::Dead),
            _ => Err(DbError::other("an outbox row in no known state")),
        }
    }
}
