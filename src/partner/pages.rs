//! The partner's pages: a struct each, rendered by the template of its name.

use super::card::Card;
use super::journal::{Fact, Step};
use super::session::{Farewell, SignedIn};
use super::trouble::Trouble;
use crate::domain::time::Timestamp;
use crate::web::cx::Cx;
use askama::Template;

/// What is said above a page to somebody who was signed in.
#[derive(Clone)]
pub(super) enum Notice {
    /// Logged out here, and at the issuer.
    LoggedOut,
    /// The issuer said so.
    LoggedOutByIssuer(Step),
    /// New tokens came.
    Refreshed,
}

impl Notice {
    /// What a browser that left is told; having come back from the issuer with the right state is
    /// what tells that it is logged out there too.
    pub(super) fn of(farewell: Option<Farewell>, state: Option<&str>) -> Option<Self> {
        match farewell? {
            Farewell::Here(expected) => {
                (Some(expected.as_str()) == state).then_some(Self::LoggedOut)
            }
            Farewell::ByIssuer(step) => Some(Self::LoggedOutByIssuer(step)),
        }
    }

    fn text(&self) -> &'static str {
        match self {
            Self::LoggedOut => "centre-logged-out",
            Self::LoggedOutByIssuer(_) => "centre-logged-out-by-issuer",
            Self::Refreshed => "centre-refreshed",
        }
    }

    fn step(&self) -> Option<&Step> {
        match self {
            Self::LoggedOutByIssuer(step) => Some(step),
            Self::LoggedOut | Self::Refreshed => None,
        }
    }
}

/// `/`: the citizen centre.
#[derive(Template)]
#[template(path = "partner/home.html")]
pub(super) struct HomePage {
    pub(super) cx: Cx,
    pub(super) notice: Option<Notice>,
}

/// `/social`: social security.
#[derive(Template)]
#[template(path = "partner/social.html")]
pub(super) struct SocialPage {
    pub(super) cx: Cx,
}

/// `/social/online`: where the card is activated.
#[derive(Template)]
#[template(path = "partner/online.html")]
pub(super) struct OnlinePage {
    pub(super) cx: Cx,
    pub(super) notice: Option<Notice>,
    pub(super) signed_in: bool,
    /// The issuer's pages about it.
    pub(super) issuer: String,
}

/// `/card`: the card, and what happened.
#[derive(Template)]
#[template(path = "partner/card.html")]
pub(super) struct CardPage {
    pub(super) cx: Cx,
    pub(super) notice: Option<Notice>,
    pub(super) who: SignedIn,
    /// Where the citizen sees and withdraws what was granted.
    pub(super) grants: String,
}

impl CardPage {
    fn name(&self) -> &str {
        self.who.told("name").or_else(|| self.who.told("name_masked")).unwrap_or_default()
    }

    fn until(&self, card: &Card) -> String {
        self.cx.lang().minute(Timestamp::from_epoch_seconds(card.until))
    }

    fn facts(&self) -> Vec<Fact> {
        self.who.told.iter().filter(|fact| fact.name != "sub").cloned().collect()
    }
}

/// No card: refused, or something went wrong.
#[derive(Template)]
#[template(path = "partner/trouble.html")]
pub(super) struct TroublePage {
    pub(super) cx: Cx,
    pub(super) trouble: Trouble,
}

impl TroublePage {
    fn step(&self) -> &'static str {
        match self.trouble {
            Trouble::Refused | Trouble::Withdrawn => "partner-refused",
            _ => "partner-error",
        }
    }

    fn title(&self) -> &'static str {
        match self.trouble {
            Trouble::Refused => "centre-refused-title",
            Trouble::Withdrawn => "centre-withdrawn-title",
            Trouble::UnknownState => "centre-unknown-state-title",
            Trouble::Unreachable(_) => "centre-unreachable-title",
            Trouble::Answered(_) | Trouble::Untrusted(_) => "centre-failed-title",
        }
    }

    fn body(&self) -> &'static str {
        match self.trouble {
            Trouble::Refused => "centre-refused-body",
            Trouble::Withdrawn => "centre-withdrawn-body",
            Trouble::UnknownState => "centre-unknown-state-body",
            Trouble::Unreachable(_) => "centre-unreachable-body",
            Trouble::Answered(_) | Trouble::Untrusted(_) => "centre-failed-body",
        }
    }
}

/// Anything else that is not there, or not allowed.
#[derive(Template)]
#[template(path = "partner/missing.html")]
pub(super) struct MissingPage {
    pub(super) cx: Cx,
    /// Whether a form came without this browser's token.
    pub(super) forbidden: bool,
}
