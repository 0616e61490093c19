//! What the holder sees once the card is issued.

use crate::web::cx::Cx;
use askama::Template;

/// Adult or minor card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardKind {
    /// For a holder of 16 or older.
    Adult,
    /// For a minor.
    Minor,
}

impl CardKind {
    const fn label(self) -> &'static str {
        match self {
            Self::Adult => "card-kind-adult",
            Self::Minor => "card-kind-minor",
        }
    }
}

/// Where the electronic card stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardState {
    /// In use.
    Active,
    /// Reported lost by phone or page.
    Suspended,
    /// Reported lost in writing.
    Lost,
    /// A minor card past its last usable day.
    MinorDeactivated,
    /// Cancelled by the holder.
    CancelledByHolder,
    /// Ended for good.
    Ended,
}

impl CardState {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Active,
        Self::Suspended,
        Self::Lost,
        Self::MinorDeactivated,
        Self::CancelledByHolder,
        Self::Ended,
    ];

    const fn label(self) -> &'static str {
        match self {
            Self::Active => "card-state-active",
            Self::Suspended => "card-state-suspended",
            Self::Lost => "card-state-lost",
            Self::MinorDeactivated => "card-state-minor-deactivated",
            Self::CancelledByHolder => "card-state-cancelled",
            Self::Ended => "card-state-ended",
        }
    }

    const fn advice(self) -> &'static str {
        match self {
            Self::Active => "card-advice-active",
            Self::Suspended => "card-advice-suspended",
            Self::Lost => "card-advice-lost",
            Self::MinorDeactivated => "card-advice-minor-deactivated",
            Self::CancelledByHolder => "card-advice-cancelled",
            Self::Ended => "card-advice-ended",
        }
    }

    /// The class of colour and icon: `good`, `wait`, `stop`.
    const fn tone(self) -> &'static str {
        match self {
            Self::Active => "good",
            Self::Suspended | Self::MinorDeactivated => "wait",
            Self::Lost | Self::CancelledByHolder | Self::Ended => "stop",
        }
    }

    const fn may_claim_again(self) -> bool {
        matches!(self, Self::CancelledByHolder | Self::MinorDeactivated)
    }
}

/// A function the card may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usable {
    /// `medical.settle`
    MedicalSettle,
    /// `pharmacy.pay`
    PharmacyPay,
    /// `benefit.receive`
    BenefitReceive,
    /// `employment.service`
    EmploymentService,
    /// `transit.ride`
    TransitRide,
    /// `utility.pay`
    UtilityPay,
    /// `account.bank`
    AccountBank,
}

impl Usable {
    /// Every function, in the order shown.
    pub const ALL: [Self; 7] = [
        Self::MedicalSettle,
        Self::PharmacyPay,
        Self::BenefitReceive,
        Self::EmploymentService,
        Self::TransitRide,
        Self::UtilityPay,
        Self::AccountBank,
    ];

    const fn label(self) -> &'static str {
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
    pub kind: CardKind,
    /// The day of issue, by `Lang::day`.
    pub issued_on: String,
    /// The issuing bank, when the card has a bank account.
    pub bank: Option<String>,
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
    pub functions: Vec<Usable>,
    /// The day a minor card stops, by `Lang::day`, once the reminder is due.
    pub stops_on: Option<String>,
    /// The claim has just ended: says so.
    pub just_issued: bool,
}

impl CardPage {
    const fn state(&self) -> CardState {
        CardState::Active
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
    /// Where it stands; not [`CardState::Active`].
    pub state: CardState,
    /// When it came to stand there, by `Lang::minute`.
    pub since: String,
}
