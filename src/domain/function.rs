//! What a card may be used for: the functions a relying service asks about.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// One use of the card. Each is permitted or refused by the card's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CardFunction {
    /// Real-time settlement of medical fees.
    #[serde(rename = "medical.settle")]
    MedicalSettle,
    /// Paying in a pharmacy from the personal account.
    #[serde(rename = "pharmacy.pay")]
    PharmacyPay,
    /// Receiving benefits.
    #[serde(rename = "benefit.receive")]
    BenefitReceive,
    /// Job seeking, unemployment and training services.
    #[serde(rename = "employment.service")]
    EmploymentService,
    /// Riding buses and underground trains.
    #[serde(rename = "transit.ride")]
    TransitRide,
    /// Paying public utilities.
    #[serde(rename = "utility.pay")]
    UtilityPay,
    /// The bank account on the physical card.
    #[serde(rename = "account.bank")]
    AccountBank,
}

/// The text names no function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such function of a card")]
pub struct UnknownFunction;

impl CardFunction {
    /// Every function, in the order they are shown.
    pub const ALL: [Self; 7] = [
        Self::MedicalSettle,
        Self::PharmacyPay,
        Self::BenefitReceive,
        Self::EmploymentService,
        Self::TransitRide,
        Self::UtilityPay,
        Self::AccountBank,
    ];

    /// The name in tokens and requests.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MedicalSettle => "medical.settle",
            Self::PharmacyPay => "pharmacy.pay",
            Self::BenefitReceive => "benefit.receive",
            Self::EmploymentService => "employment.service",
            Self::TransitRide => "transit.ride",
            Self::UtilityPay => "utility.pay",
            Self::AccountBank => "account.bank",
        }
    }
}

impl FromStr for CardFunction {
    type Err = UnknownFunction;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|f| f.as_str() == text).ok_or(UnknownFunction)
    }
}

impl fmt::Display for CardFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_has_one_name_everywhere() {
        for function in CardFunction::ALL {
            assert_eq!(function.as_str().parse(), Ok(function));
            assert_eq!(serde_json::to_value(function).unwrap(), function.as_str());
        }
    }

    #[test]
    fn an_unknown_function_is_refused() {
        assert_eq!("medical".parse::<CardFunction>(), Err(UnknownFunction));
        assert_eq!("MEDICAL.SETTLE".parse::<CardFunction>(), Err(UnknownFunction));
    }
}
