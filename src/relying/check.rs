//! A check as a relying service asks for it.

use crate::domain::authorization::{Params, Repeated};
use crate::domain::function::CardFunction;
use crate::domain::online_code::OnlineCode;
use crate::domain::time::Timestamp;
use crate::domain::told_offline::ToldOffline;
use crate::verifier::Reason;
use crate::verifier::offline::OFFLINE_PREFIX;
use std::time::Duration;

/// The oldest check a terminal may hand in.
const OLDEST: Duration = Duration::from_secs(7 * 24 * 3600);
/// How far a terminal's clock may be ahead.
const AHEAD: Duration = Duration::from_secs(90);

/// What was shown.
pub(super) enum Shown {
    /// A card token.
    Token(String),
    /// 24 digits.
    Online(OnlineCode),
    /// A code signed by a phone.
    Offline(String),
    /// Something that is none of these.
    Nothing,
}

/// What the card is to be used for.
#[derive(Clone, Copy)]
pub(super) enum Asked {
    /// Nothing in particular.
    Nothing,
    /// One of the card's functions.
    For(CardFunction),
    /// Something no card of ours is for: refused like a function the card does not have.
    Unknown,
}

/// A check.
pub(super) struct Check {
    /// What was shown.
    pub shown: Shown,
    /// What for.
    pub asked: Asked,
    /// By what it was made before; none: it is made now.
    pub made: Option<Made>,
}

/// A check that a terminal made without the network.
pub(super) struct Made {
    /// The terminal's own name for it.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// What the terminal answered then.
    pub told: Option<ToldOffline>,
}

/// A check that cannot be read: what is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unreadable(pub &'static str);

impl From<Repeated> for Unreadable {
    fn from(_: Repeated) -> Self {
        Self("a parameter was sent twice")
    }
}

impl Check {
    /// The check of a form.
    pub(super) fn of_form(form: &Params) -> Result<Self, Unreadable> {
        Self::new(form.one("token")?, form.one("qr")?, form.one("function")?)
    }

    /// The check of exactly one of a token and a code.
    pub(super) fn new(
        token: Option<&str>,
        qr: Option<&str>,
        function: Option<&str>,
    ) -> Result<Self, Unreadable> {
        let shown = match (token, qr) {
            (Some(token), None) => Shown::Token(token.to_owned()),
            (None, Some(code)) => Shown::of_code(code),
            _ => return Err(Unreadable("exactly one of token and qr")),
        };
        Ok(Self { shown, asked: Asked::of(function), made: None })
    }

    /// The same check, made by a terminal at another time.
    pub(super) fn made_at(self, made: Made, now: Timestamp) -> Result<Self, Unreadable> {
        let at = made.at;
        if at > now + AHEAD {
            return Err(Unreadable("checked_at lies in the future"));
        }
        if at < now - OLDEST {
            return Err(Unreadable("checked_at is more than 7 days ago"));
        }
        if matches!(self.shown, Shown::Online(_)) {
            return Err(Unreadable("an online code cannot be checked offline"));
        }
        Ok(Self { made: Some(made), ..self })
    }

    /// The moment it is judged at.
    pub(super) fn moment(&self, now: Timestamp) -> Timestamp {
        self.made.as_ref().map_or(now, |made| made.at)
    }
}

impl Shown {
    fn of_code(text: &str) -> Self {
        match OnlineCode::parse(text) {
            Some(code) => Self::Online(code),
            None if text.starts_with(OFFLINE_PREFIX) => Self::Offline(text.to_owned()),
            None => Self::Nothing,
        }
    }
}

impl Asked {
    fn of(name: Option<&str>) -> Self {
        match name.map(str::parse) {
            None => Self::Nothing,
            Some(Ok(function)) => Self::For(function),
            Some(Err(_)) => Self::Unknown,
        }
    }

    /// Why a card that may be used for `functions` is refused.
    pub(super) fn refused(self, functions: &[CardFunction]) -> Option<Reason> {
        match self {
            Self::Nothing => None,
            Self::For(function) if functions.contains(&function) => None,
            Self::For(_) | Self::Unknown => Some(Reason::FunctionRefused),
        }
    }

    /// The function, for the record.
    pub(super) fn function(self) -> Option<CardFunction> {
        match self {
            Self::For(function) => Some(function),
            Self::Nothing | Self::Unknown => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_epoch_seconds(1_795_399_200);
    const DIGITS: &str = "123456789012345678901234";

    #[test]
    fn exactly_one_thing_is_shown() {
        assert!(Check::new(Some("t"), None, None).is_ok());
        assert!(Check::new(None, Some(DIGITS), None).is_ok());
        assert!(Check::new(None, None, None).is_err());
        assert!(Check::new(Some("t"), Some(DIGITS), None).is_err());
        let empty = Check::new(Some("t"), None, Some("")).unwrap().asked;
        assert_eq!(empty.refused(&CardFunction::ALL), Some(Reason::FunctionRefused));
    }

    #[test]
    fn a_code_is_24_digits_or_begins_as_an_offline_code() {
        assert!(matches!(Shown::of_code(DIGITS), Shown::Online(_)));
        assert!(matches!(Shown::of_code("EC1:AB"), Shown::Offline(_)));
        for other in ["", "1", "ec1:AB", "https://evil.example", " EC1:"] {
            assert!(matches!(Shown::of_code(other), Shown::Nothing), "{other}");
        }
    }

    #[test]
    fn a_terminal_hands_in_what_is_a_week_old_at_most() {
        let made = |qr: &str, at| {
            let made = Made { id: "1".to_owned(), at, told: None };
            Check::new(None, Some(qr), None).unwrap().made_at(made, NOW)
        };
        assert!(made("EC1:A", NOW - OLDEST).is_ok());
        assert!(made("EC1:A", NOW - OLDEST - Duration::from_secs(1)).is_err());
        assert!(made("EC1:A", NOW + AHEAD).is_ok());
        assert!(made("EC1:A", NOW + AHEAD + Duration::from_secs(1)).is_err());
        assert!(made(DIGITS, NOW).is_err(), "only this service can tell what digits are worth");
    }
}
