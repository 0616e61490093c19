//! What happens to a card after it was issued: each event takes the card where it stands and leads
//! to a change, or refuses. Nothing else makes a change.

use super::ecard::ECardState;
use super::ids::CardId;

/// A card where it stands, as read in the unit of work that is to change it.
#[derive(Debug)]
pub struct StandingCard {
    id: CardId,
    state: ECardState,
}

/// A card that the event cannot happen to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the card is not in use")]
pub struct NotInUse;

/// A change that may be made, if the card still stands where it was read.
#[derive(Debug, PartialEq, Eq)]
#[must_use]
pub struct CardChange {
    card: CardId,
    from: ECardState,
    to: ECardState,
}

impl StandingCard {
    /// The card, where it stands.
    pub const fn new(id: CardId, state: ECardState) -> Self {
        Self { id, state }
    }

    /// The holder reports it lost for the time being. Only a written un-loss leads back.
    ///
    /// # Errors
    /// [`NotInUse`]: what is suspended, lost or stopped already needs no such report.
    pub fn report_temporary_loss(self) -> Result<CardChange, NotInUse> {
        match self.state {
            ECardState::Active => {
                Ok(CardChange { card: self.id, from: self.state, to: ECardState::Suspended })
            }
            _ => Err(NotInUse),
        }
    }
}

impl CardChange {
    /// Which card.
    pub const fn card(&self) -> &CardId {
        &self.card
    }

    /// Where it must still stand.
    pub const fn from(&self) -> ECardState {
        self.from
    }

    /// Where it comes to stand.
    pub const fn to(&self) -> ECardState {
        self.to
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_card_in_use_is_reported_lost() {
        for state in ECardState::ALL {
            let card = StandingCard::new(CardId::from_stored("c"), state);
            let change = card.report_temporary_loss();
            assert_eq!(change.is_ok(), state == ECardState::Active, "{state:?}");
            if let Ok(change) = change {
                assert_eq!((change.from(), change.to()), (state, ECardState::Suspended));
            }
        }
    }
}
