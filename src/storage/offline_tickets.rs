//! Tickets handed to phones for showing offline, by the name of each.

use super::status::{self, StatusPlace};
use super::{DbError, Tx, execute};
use crate::domain::ids::CardId;
use crate::domain::time::Timestamp;

const INSERT: &str = "INSERT INTO offline_tickets (ref, list, idx, expires_at)
    VALUES ($1, $2, $3, $4)";
const SWEEP_ENTRIES: &str = "DELETE FROM status_entries WHERE (list, idx) IN
    (SELECT list, idx FROM offline_tickets WHERE expires_at < $1)";
const SWEEP: &str = "DELETE FROM offline_tickets WHERE expires_at < $1";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[INSERT, SWEEP_ENTRIES, SWEEP];

/// A ticket to be handed out.
#[derive(Clone, Debug)]
pub struct NewTicket {
    /// Its own name.
    pub name: String,
    /// Its own status entry.
    pub place: StatusPlace,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Stores a ticket of a card and gives it its status entry, at the end of this unit of work. Whoever
/// does so holds the card ([`super::cards::hold_active`]).
pub fn insert(tx: &mut Tx, ticket: &NewTicket, card: &CardId) {
    status::assign(tx, ticket.place, card, &ticket.name);
    let values = vec![
        ticket.name.as_str().into(),
        ticket.place.list.into(),
        ticket.place.index.into(),
        ticket.expires_at.epoch_seconds().into(),
    ];
    tx.later(INSERT, values);
}

/// Forgets tickets that ended before `before`, and that their entries were a card's. The entries
/// themselves are never given out again.
///
/// # Errors
/// [`DbError`].
pub async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64, DbError> {
    execute!(tx, sqlx::query(SWEEP_ENTRIES).bind(before.epoch_seconds()))?;
    execute!(tx, sqlx::query(SWEEP).bind(before.epoch_seconds()))
}
