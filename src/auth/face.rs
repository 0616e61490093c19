//! Opens what is printed on a card.

use crate::app::{App, Fault, internal};
use crate::domain::ecard::CardFace;
use crate::storage::cards::CardRow;
use crate::storage::vault::Place;

/// The face of a card.
///
/// # Errors
/// [`Fault`] when it cannot be opened.
pub fn face(app: &App, card: &CardRow) -> Result<CardFace, Fault> {
    let place = Place { table: "cards", column: "body", row: card.id.as_str() };
    let opened = app.vault.unseal(place, &card.body)?;
    serde_json::from_slice(&opened).map_err(internal)
}
