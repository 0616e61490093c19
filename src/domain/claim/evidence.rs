//! What a claim has gathered so far, carried from stage to stage.

use crate::domain::id_number::IdNumber;
use crate::domain::person_name::PersonName;
use crate::domain::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A consent as it was given: to which text, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentGiven {
    /// Version of the text that was shown.
    pub text_version: String,
    /// When the button was pressed.
    pub at: Timestamp,
}

/// Name and number that the registry confirmed to belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The identity number.
    pub id_number: IdNumber,
    /// The name as typed.
    pub name: PersonName,
    /// When the registry, or a clerk, confirmed it.
    pub confirmed_at: Timestamp,
}

/// How it was shown that the person is the one named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum Proof {
    /// A face match.
    Face {
        /// The score, 0–100.
        score: u8,
        /// When.
        at: Timestamp,
    },
    /// A one-time code handed over at a counter, where a clerk looked at person and document.
    Counter {
        /// When the code was entered.
        at: Timestamp,
    },
}

/// Why a claim is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LockCause {
    /// Too many names and numbers that did not match.
    RealName,
    /// Too many failed face matches.
    Face,
}

/// Why a person has to look at a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewReason {
    /// The name holds a character outside Unicode's assigned ones (private use).
    PrivateUseName,
    /// The number is bound to another account.
    BoundElsewhere,
}

impl ReviewReason {
    /// The stable name, in tables and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PrivateUseName => "private_use_name",
            Self::BoundElsewhere => "bound_elsewhere",
        }
    }
}
