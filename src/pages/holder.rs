//! What the holder sees once the card is issued.

use crate::domain::citizen::CardType;
use crate::domain::ecard::ECardState;
use crate::domain::function::CardFunction;
use crate::web::cx::Cx;
use askama::Template;

/// How the pages speak of a [`CardType`].
trait KindWords {
    fn label(self) -> &'static str;
}

impl KindWords for CardType {
    fn label(self) -> &'static str {
        match self {
            Self::Adult => "card-kind-adult",
            Self::Minor => "card-kind-minor",
        }
    }
}

/// How the pages speak of a [`ECardState`].
pub(super) trait StateWords {
    /// Its name.
    fn label(self) -> &'static str;
    /// What the holder can do.
    fn advice(self) -> &'static str;
    /// Colour and sign.
    fn tone(self) -> &'static str;
    /// Whether a claim leads out of it.
    fn may_claim_again(self) -> bool;
}

impl StateWords for ECardState {
    fn label(self) -> &'static str {
        match self {
            Self::Active => "card-state-active",
            Self::Suspended => "card-state-suspended",
            Self::Lost => "card-state-lost",
            Self::MinorDeactivated => "card-state-minor-deactivated",
            Self::CancelledByHolder => "card-state-cancelled",
            Self::Ended => "card-state-ended",
        }
    }

    fn advice(self) -> &'static str {
        match self {
            Self::Active => "card-advice-active",
            Self::Suspended => "card-advice-suspended",
            Self::Lost => "card-advice-lost",
            Self::MinorDeactivated => "card-advice-minor-deactivated",
            Self::CancelledByHolder => "card-advice-cancelled",
            Self::Ended => "card-advice-ended",
        }
    }

    fn tone(self) -> &'static str {
        match self {
            Self::Active => "good",
            Self::Suspended | Self::MinorDeactivated => "wait",
            Self::Lost | Self::CancelledByHolder | Self::Ended => "stop",
        }
    }

    fn may_claim_again(self) -> bool {
        matches!(self, Self::CancelledByHolder | Self::MinorDeactivated)
    }
}

/// How the pages speak of a [`CardFunction`].
pub(super) trait FunctionWords {
    /// What the card is used for.
    fn label(self) -> &'static str;
}

impl FunctionWords for CardFunction {
    fn label(self) -> &'static str {
        match self {
            Self::MedicalSettle => "function-medical-settle",
            Self::PharmacyPay => "function-pharmacy-pay",
            Self::BenefitReceive => "function-benefit-receive",
            Self::EmploymentService => "function-employment-service",
            Self::TransitRide => "function-transit-ride",
            Self::UtilityPay => "function-utility-pay",
            Self::AccountBank => "function-account-bank",
        }
    }
}

/// What is printed on the card and listed below it: masked already.
#[derive(Clone)]
pub struct CardData {
    /// `张*`
    pub name: String,
    /// `110***********002X`
    pub id_number: String,
    /// `138****1234`
    pub mobile: String,
    /// The card's number, masked.
    pub card_number: String,
    /// The issuing region's name in the page's language, or its code.
    pub region: String,
    /// Adult or minor card.
    pub kind: CardType,
    /// The day of issue, by `Lang::day`.
    pub issued_on: String,
    /// The issuing bank's code or name, when the card has a bank account.
    pub bank: Option<String>,
}

impl CardData {
    /// The bank's name, by its usual code; a bank not listed shows as it is stored.
    fn bank_name(&self, cx: &Cx) -> Option<String> {
        let bank = self.bank.as_deref()?;
        let id = match bank {
            "ABC" => "bank-abc",
            "BCM" => "bank-bcm",
            "BOC" => "bank-boc",
            "CCB" => "bank-ccb",
            "ICBC" => "bank-icbc",
            "PSBC" => "bank-psbc",
            _ => return Some(bank.to_owned()),
        };
        Some(cx.t.get(id))
    }
}

/// `/card` while the card is in use.
#[derive(Clone, Template)]
#[template(path = "holder/card.html")]
pub struct CardPage {
    /// The page context.
    pub cx: Cx,
    /// What the card says.
    pub card: CardData,
    /// What it can be used for now.
    pub functions: Vec<CardFunction>,
    /// The day a minor card stops, by `Lang::day`, once the reminder is due.
    pub stops_on: Option<String>,
    /// The claim has just ended: says so.
    pub just_issued: bool,
}

impl CardPage {
    const fn state(&self) -> ECardState {
        ECardState::Active
    }
}

/// `/card` while the card is not in use.
#[derive(Clone, Template)]
#[template(path = "holder/ended.html")]
pub struct CardEndedPage {
    /// The page context.
    pub cx: Cx,
    /// What the card says.
    pub card: CardData,
    /// Where it stands; not [`ECardState::Active`].
    pub state: ECardState,
    /// When it came to stand there, by `Lang::minute`.
    pub since: String,
}
