//! The one place where a card that was issued changes its state: the card, its status entries and
//! those of everything that stands on it change in one unit of work.

use super::Fault;
use crate::domain::card_change::CardChange;
use crate::domain::time::Timestamp;
use crate::storage::{Tx, cards, status};

/// Makes a change; `false` when the card stands elsewhere by now, and then nothing is changed.
/// Grants stay: what a citizen allowed comes back with the card, and until then their status
/// entries say what the card's own says.
///
/// # Errors
/// [`Fault`].
pub async fn apply(tx: &mut Tx, change: &CardChange, now: Timestamp) -> Result<bool, Fault> {
    if !cards::change(tx, change, now).await? {
        return Ok(false);
    }
    status::log_card(tx, change.card(), change.to().status(), now).await?;
    Ok(true)
}
