//! The electronic card's own life.

use super::citizen::CardType;
use super::function::CardFunction;
use super::id_number::IdNumber;
use super::mobile_number::MobileNumber;
use super::person_name::PersonName;
use super::status::StatusValue;
use serde::{Deserialize, Serialize};

/// Where an electronic card stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ECardState {
    /// In use.
    Active,
    /// Reported lost for the time being; only a written un-loss restores it.
    Suspended,
    /// Reported lost in writing.
    Lost,
    /// A minor card past its last usable day.
    MinorDeactivated,
    /// Ended by its holder, who may claim again.
    CancelledByHolder,
    /// Ended for good: death or emigration.
    Ended,
}

impl ECardState {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Active,
        Self::Suspended,
        Self::Lost,
        Self::MinorDeactivated,
        Self::CancelledByHolder,
        Self::Ended,
    ];

    /// The state as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Lost => "lost",
            Self::MinorDeactivated => "minor_deactivated",
            Self::CancelledByHolder => "cancelled_by_holder",
            Self::Ended => "ended",
        }
    }

    /// The state a stored text stands for.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// What verifiers are told (Token Status List): the reason never appears.
    pub fn status(self) -> StatusValue {
        match self {
            Self::Active => StatusValue::Valid,
            Self::Suspended | Self::Lost | Self::MinorDeactivated => StatusValue::Suspended,
            Self::CancelledByHolder | Self::Ended => StatusValue::Invalid,
        }
    }

    /// Whether the card still stands in the way of another one.
    pub fn is_live(self) -> bool {
        !matches!(self, Self::CancelledByHolder | Self::Ended)
    }
}

/// What is printed on a card. Personal: sealed wherever it rests.
#[derive(Clone, Serialize, Deserialize)]
pub struct CardFace {
    /// The holder's name.
    pub name: PersonName,
    /// The holder's identity number.
    pub id_number: IdNumber,
    /// The mobile number the activation code went to.
    pub mobile: MobileNumber,
    /// The physical card's number, which the electronic card shares.
    pub card_number: String,
    /// Six-digit code of the issuing region.
    pub region: String,
    /// The bank whose financial function the physical card carries.
    pub bank: String,
    /// Adult or minor card.
    pub card_type: CardType,
    /// How the holder was proved when the card was issued.
    pub proof: super::claim::Proof,
}

impl CardFace {
    /// What the card may be used for in a state: out of use nothing, and the bank account only
    /// where the physical card has one. (While a card is suspended the account follows the bank's
    /// own rules, which no answer of this service can tell.)
    pub fn functions(&self, state: ECardState) -> Vec<CardFunction> {
        let carries = |function: &CardFunction| {
            *function != CardFunction::AccountBank || !self.bank.is_empty()
        };
        match state {
            ECardState::Active => CardFunction::ALL.into_iter().filter(carries).collect(),
            _ => Vec::new(),
        }
    }
}
