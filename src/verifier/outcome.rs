//! What a verifier answers.

use super::card_token::VerifiedToken;
use super::fetched::Wanted;
use super::offline::OfflineCode;
use super::reason::{Reason, UnknownReason};
use super::verdict::Verdict;
use crate::crypto::sha256;
use crate::domain::function::CardFunction;
use crate::domain::status::StatusReference;
use crate::domain::time::Timestamp;
use std::time::Duration;

/// What was shown, with its signatures and times good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// A card token.
    Token(Box<VerifiedToken>),
    /// An offline code.
    Code(Box<OfflineCode>),
}

impl Shown {
    /// The masked name, if the holder lets it be seen: to be compared with a document.
    pub fn name_masked(&self) -> Option<&str> {
        match self {
            Self::Token(token) => token.name_masked.as_deref(),
            Self::Code(code) => code.name_masked.as_deref(),
        }
    }

    /// Whether the device that showed it proved a key the issuer had bound it to. Even then it is
    /// the device, not the person: compare the photo or ask for the PIN.
    pub fn device_bound(&self) -> bool {
        matches!(self, Self::Code(_))
    }

    /// What the card may be used for.
    pub fn functions(&self) -> &[CardFunction] {
        match self {
            Self::Token(token) => &token.functions,
            Self::Code(code) => &code.functions,
        }
    }

    /// Its name in a memory of what was shown: a code's own, or a token's `jti`, digested.
    pub fn identity(&self) -> [u8; 32] {
        match self {
            Self::Token(token) => sha256(token.token_id.as_bytes()),
            Self::Code(code) => code.identity(),
        }
    }

    pub(super) fn status(&self) -> &StatusReference {
        match self {
            Self::Token(token) => &token.status,
            Self::Code(code) => &code.status,
        }
    }

    pub(super) fn expires_at(&self) -> Timestamp {
        match self {
            Self::Token(token) => token.expires_at,
            Self::Code(code) => code.expires_at,
        }
    }
}

/// The answer to "is this good, for this, now?".
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Outcome {
    /// Good, as of `status_age` ago. It says that the card is good, **not** that the person showing
    /// it is its holder.
    Valid {
        /// What was shown.
        shown: Shown,
        /// How old the knowledge of its status is.
        status_age: Duration,
    },
    /// Not good.
    Invalid(Reason),
    /// Nobody could tell. Never to be taken for valid; your own rules say what to do.
    Unknown {
        /// Why.
        reason: UnknownReason,
        /// What was shown, when its signatures and times are good and its status alone is missing.
        shown: Option<Shown>,
    },
}

impl Outcome {
    /// The same without what was shown.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Valid { status_age, .. } => Verdict::Valid { status_age: *status_age },
            Self::Invalid(reason) => Verdict::Invalid(*reason),
            Self::Unknown { reason, .. } => Verdict::Unknown(*reason),
        }
    }

    pub(super) fn unknown(reason: UnknownReason) -> Self {
        Self::Unknown { reason, shown: None }
    }
}

/// One step towards an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Step {
    /// The answer.
    Done(Outcome),
    /// This first: fetch it, hand it to [`super::Verifier::take`], and ask again.
    Fetch(Wanted),
}
