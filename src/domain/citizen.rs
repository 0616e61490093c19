//! What the population registry says of a person.

use super::mobile_number::MobileNumber;
use super::person_name::PersonName;
use serde::{Deserialize, Serialize};

/// Whether the person is alive and resident, as registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VitalState {
    /// Alive, registered.
    Alive,
    /// Registered as deceased: no card is issued, an issued one ends for good.
    Deceased,
    /// Registered as emigrated: no card is issued, an issued one ends for good.
    Emigrated,
}

/// Adult or minor, by date of birth at the time of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardType {
    /// Holder is 16 or older and holds an adult card.
    Adult,
    /// Card made for a minor; stops three years after the sixteenth birthday.
    Minor,
}

/// Where a physical card stands (the social-security function; the bank's own is the bank's).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhysicalCardState {
    /// Asked for, not made yet.
    Applied,
    /// Made and sealed (封存), not activated yet.
    Sealed,
    /// In use.
    Normal,
    /// Reported lost by phone; only a written un-loss restores it.
    TemporarilyLost,
    /// Reported lost in writing.
    Lost,
    /// A minor card past its last usable day.
    MinorExpired,
    /// Ended.
    Cancelled,
}

/// The physical card on file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhysicalCard {
    /// The card's printed number.
    pub number: String,
    /// Six-digit code of the issuing region.
    pub region: String,
    /// The issuing bank's short name, such as `ICBC`.
    pub bank: String,
    /// Adult or minor card.
    #[serde(rename = "type")]
    pub card_type: CardType,
    /// Where the card stands.
    pub state: PhysicalCardState,
}

/// One person's facts, as the registry answers them. Personal: never logged.
#[derive(Clone, PartialEq, Eq)]
pub struct CitizenFacts {
    /// The registered name.
    pub name: PersonName,
    /// Six-digit code of the household registration, none for permits of foreigners.
    pub hukou: Option<String>,
    /// Ethnicity code (GB 3304), two digits.
    pub ethnicity: Option<String>,
    /// The mobile number the registry holds: the only one an activation code goes to.
    pub mobile: Option<MobileNumber>,
    /// Alive, deceased, emigrated.
    pub vital: VitalState,
    /// The physical social-security card, if any.
    pub physical_card: Option<PhysicalCard>,
    /// Whether any social insurance is on record.
    pub insured: bool,
}
