//! What happened to a citizen's card and data, in plain words.

use super::holder::FunctionWords as _;
use crate::domain::function::CardFunction;
use crate::domain::told_offline::ToldOffline;
use crate::web::cx::Cx;
use askama::Template;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// A relying service checked the card.
    Verified,
    /// The holder reported it lost.
    ReportedLost,
    /// It was issued.
    Issued,
    /// A partner was allowed something.
    Allowed,
    /// That was taken back.
    Withdrawn,
    /// It ended by itself.
    GrantEnded,
    /// The citizen signed in at a partner.
    Answered,
    /// Another device was allowed.
    DeviceAllowed,
    /// Another device was refused.
    DeviceRefused,
    /// A partner got what was allowed.
    Fetched,
    /// A partner's access goes on.
    Renewed,
    /// A partner's access ended.
    TokenEnded,
    /// A credential was used twice.
    Misuse,
    /// Tickets for offline codes were given to a phone.
    Tickets,
    /// The face match passed.
    FaceMatched,
    /// The counter vouched.
    CounterProved,
    /// An activation code was sent.
    CodeSent,
    /// A wrong one was entered.
    CodeWrong,
    /// The right one was.
    Activated,
    /// Another account tried to claim the card.
    BoundElsewhere,
    /// Somebody logged in.
    LoggedIn,
    /// A face match was agreed to.
    FaceAllowed,
    /// It failed, or could not be made.
    FaceFailed,
    /// It was declined.
    FaceDeclined,
    /// An operator ended a partner's grant or tokens.
    Revoked,
    /// Something this page has no words for yet.
    Other,
}

impl Deed {
    fn label(self) -> &'static str {
        match self {
            Self::Verified => "record-verified",
            Self::ReportedLost => "record-reported-lost",
            Self::Issued => "record-issued",
            Self::Allowed => "record-allowed",
            Self::Withdrawn => "record-withdrawn",
            Self::GrantEnded => "record-grant-ended",
            Self::Answered => "record-answered",
            Self::DeviceAllowed => "record-device-allowed",
            Self::DeviceRefused => "record-device-refused",
            Self::Fetched => "record-fetched",
            Self::Renewed => "record-renewed",
            Self::TokenEnded => "record-token-ended",
            Self::Misuse => "record-misuse",
            Self::Tickets => "record-tickets",
            Self::FaceMatched => "record-face-matched",
            Self::CounterProved => "record-counter-proved",
            Self::CodeSent => "record-code-sent",
            Self::CodeWrong => "record-code-wrong",
            Self::Activated => "record-activated",
            Self::BoundElsewhere => "record-bound-elsewhere",
            Self::LoggedIn => "record-logged-in",
            Self::FaceAllowed => "record-face-allowed",
            Self::FaceFailed => "record-face-failed",
            Self::FaceDeclined => "record-face-declined",
            Self::Revoked => "record-revoked",
            Self::Other => "record-other",
        }
    }
}

/// How the card was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// As a token.
    Token,
    /// As a code of this service.
    Online,
    /// As a code of the phone.
    Offline,
}

impl Way {
    fn label(self) -> &'static str {
        match self {
            Self::Token => "way-token",
            Self::Online => "way-online",
            Self::Offline => "way-offline",
        }
    }
}

/// What the relying service was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Good.
    Good,
    /// The card is out of use.
    Revoked,
    /// Not for this.
    Function,
    /// Shown before.
    Replayed,
    /// Refused for another reason.
    Refused,
}

impl Outcome {
    fn label(self) -> &'static str {
        match self {
            Self::Good => "outcome-good",
            Self::Revoked => "outcome-revoked",
            Self::Function => "outcome-function",
            Self::Replayed => "outcome-replayed",
            Self::Refused => "outcome-refused",
        }
    }
}

/// The particulars of a check.
#[derive(Clone, Debug)]
pub struct Look {
    /// What for, if that was asked.
    pub function: Option<CardFunction>,
    /// How.
    pub way: Way,
    /// With what answer.
    pub outcome: Outcome,
    /// When a terminal made it without network, by `Lang::minute`.
    pub offline_at: Option<String>,
    /// What the terminal answered then, where it says so.
    pub told_offline: Option<ToldOffline>,
}

/// How the page speaks of what a terminal answered.
trait ToldWords {
    fn label(self) -> &'static str;
}

impl ToldWords for ToldOffline {
    fn label(self) -> &'static str {
        match self {
            Self::Valid => "outcome-good",
            Self::Invalid => "outcome-refused",
            Self::Unknown => "outcome-unknown",
        }
    }
}

/// One line.
#[derive(Clone)]
pub struct RecordLine {
    /// What.
    pub deed: Deed,
    /// When, by `Lang::minute`.
    pub when: String,
    /// Who, if it was not the citizen.
    pub who: Option<String>,
    /// The particulars of a check.
    pub look: Option<Look>,
    /// The number a help desk finds it by.
    pub number: String,
}

/// `/card/records`
#[derive(Clone, Template)]
#[template(path = "holder/records.html")]
pub struct RecordsPage {
    /// The page context.
    pub cx: Cx,
    /// The lines, the newest first.
    pub lines: Vec<RecordLine>,
    /// Where earlier ones are.
    pub older: Option<String>,
    /// Whether later ones are on the page before.
    pub later: bool,
}
