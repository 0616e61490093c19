//! Whose status entries were looked up lately. An entry is never given to another, so what is
//! known of one stays true; whether the card is good is asked of the status map each time.

use super::halves::Halves;
use super::{App, Fault, internal};
use crate::domain::ecard::{CardFace, ECardState};
use crate::domain::function::CardFunction;
use crate::domain::ids::{CardId, CitizenId};
use crate::storage::status::StatusPlace;
use crate::storage::vault::Place;
use crate::storage::{cards, status};
use std::sync::{Arc, Mutex, PoisonError};

/// Entries kept of each half: at most twice as many, some 60 MB.
const MOST_KEPT: usize = 100_000;

/// Who holds a status entry.
#[derive(Debug, PartialEq, Eq)]
pub struct Owner {
    /// The card.
    pub card: CardId,
    /// The citizen.
    pub citizen: CitizenId,
    /// What the card may be used for while it is in use.
    pub functions: Vec<CardFunction>,
}

/// The entries, by their place.
#[derive(Debug)]
pub struct Owners(Mutex<Halves<StatusPlace, Arc<Owner>>>);

impl Default for Owners {
    fn default() -> Self {
        Self(Mutex::new(Halves::new(MOST_KEPT)))
    }
}

impl Owners {
    /// Who holds the entry; none when it was never given out, or is forgotten since.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn of(&self, app: &App, place: StatusPlace) -> Result<Option<Arc<Owner>>, Fault> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&place);
        if kept.is_some() {
            return Ok(kept);
        }
        let Some(owner) = load(app, place).await?.map(Arc::new) else { return Ok(None) };
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.keep(place, Arc::clone(&owner));
        Ok(Some(owner))
    }
}

async fn load(app: &App, place: StatusPlace) -> Result<Option<Owner>, Fault> {
    let found = app
        .db
        .read::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                let Some((card, citizen)) = status::owner(tx, place).await? else {
                    return Ok(None);
                };
                Ok(cards::find(tx, &card).await?.map(|row| (row, citizen)))
            })
        })
        .await?;
    let Some((row, citizen)) = found else { return Ok(None) };
    let at = Place { table: "cards", column: "body", row: row.id.as_str() };
    let face: CardFace =
        serde_json::from_slice(&app.vault.unseal(at, &row.body)?).map_err(internal)?;
    let functions = face.functions(ECardState::Active);
    Ok(Some(Owner { card: row.id, citizen, functions }))
}
