//! Token and status together.

use super::card_token::VerifiedToken;
use super::reason::{ListProblem, Reason, UnknownReason};
use super::status_list::StatusList;
use crate::domain::status::{StatusReference, StatusValue};
use crate::domain::time::Timestamp;
use std::time::Duration;

/// The answer to "is this good now?".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// Good, as of `status_age` ago. Says nothing of who is showing it.
    Valid {
        /// How old the knowledge is.
        status_age: Duration,
    },
    /// Not good.
    Invalid(Reason),
    /// Nobody could tell. Not good unless your own rules say what to do.
    Unknown(UnknownReason),
}

impl Verdict {
    /// The word of the verification endpoint: `valid`, `suspended`, `ended` or `unknown`. A token
    /// refused before its status was looked at has an unknown one.
    pub const fn status_word(self) -> &'static str {
        match self {
            Self::Valid { .. } => "valid",
            Self::Invalid(Reason::Suspended) => "suspended",
            Self::Invalid(Reason::Ended) => "ended",
            Self::Invalid(_) | Self::Unknown(_) => "unknown",
        }
    }

    /// The verdict of a status value known at first hand `status_age` ago.
    pub const fn of_status(value: StatusValue, status_age: Duration) -> Self {
        match value {
            StatusValue::Valid => Self::Valid { status_age },
            StatusValue::Invalid => Self::Invalid(Reason::Ended),
            StatusValue::Suspended => Self::Invalid(Reason::Suspended),
        }
    }
}

/// Looks a token's status up. Pass the list read by [`super::verify_status_list`], or why there is
/// none: an absent list makes the verdict unknown, and there is no way to leave it out.
///
/// The status is judged as of [`StatusList::age`]; a list kept past its end is refused here too,
/// and so is a token that has ended since it was verified.
pub fn check_status(
    token: &VerifiedToken,
    list: Result<&StatusList, UnknownReason>,
    now: Timestamp,
) -> Verdict {
    if now >= token.expires_at {
        return Verdict::Invalid(Reason::Expired);
    }
    match list.and_then(|list| look_up(&token.status, list, now)) {
        Ok(verdict) => verdict,
        Err(reason) => Verdict::Unknown(reason),
    }
}

/// What a list says of an entry.
pub(super) fn look_up(
    entry: &StatusReference,
    list: &StatusList,
    now: Timestamp,
) -> Result<Verdict, UnknownReason> {
    if list.uri != entry.uri {
        return Err(ListProblem::Subject.into());
    }
    if now >= list.expires_at {
        return Err(ListProblem::Token(Reason::Expired).into());
    }
    let value = list.value(entry.idx).ok_or(UnknownReason::IndexOutOfRange)?;
    let status = StatusValue::from_bits(value).ok_or(UnknownReason::StatusValue(value))?;
    Ok(Verdict::of_status(status, list.age(now)))
}
