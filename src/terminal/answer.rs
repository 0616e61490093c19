//! What a cashier is told.

use crate::domain::time::Timestamp;
use crate::domain::told_offline::ToldOffline;
use crate::ports::http::relying::Verified;
use crate::verifier::{Outcome, Reason, Shown, UnknownReason};
use std::time::Duration;

/// Go, ask, stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Light {
    /// The card is good.
    Green,
    /// Nobody could tell.
    Amber,
    /// The card is not good.
    Red,
}

impl Light {
    /// What is handed in of it: the holder reads what the desk was told.
    pub(super) const fn told(self) -> ToldOffline {
        match self {
            Self::Green => ToldOffline::Valid,
            Self::Amber => ToldOffline::Unknown,
            Self::Red => ToldOffline::Invalid,
        }
    }
}

/// One answer.
#[derive(Clone)]
pub(super) struct Answer {
    pub(super) light: Light,
    /// The word for machines: why.
    pub(super) reason: &'static str,
    /// The masked name, to be compared with a document.
    pub(super) name: Option<String>,
    /// How old the knowledge of the status is; none when the issuer itself just said so.
    pub(super) status_age: Option<Duration>,
    /// Whether the issuer answered.
    pub(super) online: bool,
    /// Whether it could be written down for handing in later, where that is to be.
    pub(super) recorded: bool,
    pub(super) at: Timestamp,
}

impl Answer {
    /// What the terminal found by itself.
    pub(super) fn own(outcome: &Outcome, at: Timestamp) -> Self {
        let (light, reason, shown, status_age) = match outcome {
            Outcome::Valid { shown, status_age } => {
                (Light::Green, "valid", Some(shown), Some(*status_age))
            }
            Outcome::Invalid(reason) => (Light::Red, refused(*reason), None, None),
            Outcome::Unknown { reason, shown } => {
                (Light::Amber, unknown(*reason), shown.as_ref(), None)
            }
        };
        let name = shown.and_then(Shown::name_masked).map(str::to_owned);
        Self { light, reason, name, status_age, online: false, recorded: true, at }
    }

    /// What the issuer says, with the name the terminal read.
    pub(super) fn of_issuer(said: &Verified, outcome: &Outcome, at: Timestamp) -> Self {
        let own = Self::own(outcome, at);
        let (light, reason) = match (said.active, said.status.as_str(), said.reason.as_deref()) {
            (true, "valid", _) => (Light::Green, "valid"),
            (_, "suspended", _) => (Light::Red, "suspended"),
            (_, "ended", _) | (_, _, Some("revoked")) => (Light::Red, "ended"),
            (_, _, Some("expired")) => (Light::Red, "expired"),
            (_, _, Some("audience")) => (Light::Red, "audience"),
            (_, _, Some("function_refused")) => (Light::Red, "function"),
            (_, _, Some("replayed")) => (Light::Red, "replayed"),
            // Digits that nobody was shown: mistyped, or forgotten long ago.
            (_, _, Some("signature")) if own.reason == "network" => (Light::Red, "no-such-code"),
            (_, _, Some(_)) => (Light::Red, "forged"),
            (_, _, None) => (Light::Amber, "unclear"),
        };
        Self { light, reason, status_age: None, online: true, ..own }
    }

    /// The message of the headline.
    pub(super) fn title(&self) -> &'static str {
        match self.light {
            Light::Green => "terminal-green",
            Light::Amber => "terminal-amber",
            Light::Red => "terminal-red",
        }
    }

    /// The message that says why.
    pub(super) fn why(&self) -> &'static str {
        match self.reason {
            "valid" => "terminal-why-valid",
            "ended" => "terminal-why-ended",
            "suspended" => "terminal-why-suspended",
            "expired" => "terminal-why-expired",
            "clock" => "terminal-why-clock",
            "audience" => "terminal-why-audience",
            "function" => "terminal-why-function",
            "replayed" => "terminal-why-replayed",
            "no-code" => "terminal-why-no-code",
            "old" => "terminal-why-old",
            "no-such-code" => "terminal-why-no-such-code",
            "network" => "terminal-why-network",
            "alone" => "terminal-why-alone",
            "refused" => "terminal-why-refused",
            "list" => "terminal-why-list",
            "keys" => "terminal-why-keys",
            "busy" => "terminal-why-busy",
            "unclear" => "terminal-why-unclear",
            _ => "terminal-why-forged",
        }
    }

    /// The message that says what to do now.
    pub(super) fn next(&self) -> &'static str {
        match (self.light, self.reason) {
            (Light::Green, _) => "terminal-next-green",
            (Light::Amber, "network") => "terminal-next-network",
            (Light::Amber, "alone" | "refused") => "terminal-next-offline",
            (Light::Amber, _) => "terminal-next-amber",
            (Light::Red, "no-such-code") => "terminal-next-retype",
            (Light::Red, "expired" | "replayed" | "no-code") => "terminal-next-again",
            (Light::Red, _) => "terminal-next-red",
        }
    }
}

fn refused(reason: Reason) -> &'static str {
    match reason {
        Reason::Malformed => "no-code",
        Reason::Expired => "expired",
        Reason::NotYetValid => "clock",
        Reason::Audience => "audience",
        Reason::Ended => "ended",
        Reason::Suspended => "suspended",
        Reason::FunctionRefused => "function",
        Reason::Replayed => "replayed",
        Reason::Algorithm
        | Reason::ForbiddenHeader
        | Reason::UnknownKey
        | Reason::Signature
        | Reason::Type
        | Reason::Issuer => "forged",
    }
}

fn unknown(reason: UnknownReason) -> &'static str {
    match reason {
        UnknownReason::NeedsIssuer => "network",
        UnknownReason::StatusTooOld => "old",
        UnknownReason::KeysUnavailable => "keys",
        UnknownReason::TooManyCodes => "busy",
        UnknownReason::ListUnavailable
        | UnknownReason::ListRefused(_)
        | UnknownReason::ListElsewhere
        | UnknownReason::IndexOutOfRange
        | UnknownReason::StatusValue(_) => "list",
    }
}
