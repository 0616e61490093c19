//! The landing page, and the page shown when a request cannot be answered.

use crate::web::cx::Cx;
use askama::Template;

/// `/`: what this is, and the card to press.
#[derive(Clone, Template)]
#[template(path = "landing.html")]
pub struct LandingPage {
    /// The page context.
    pub cx: Cx,
    /// How long a confirmed name may be resumed (h).
    pub resume_h: u64,
    /// The demo's partner app, where it runs.
    pub partner: Option<String>,
}

/// What the error page says and advises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// 404.
    NotFound,
    /// 405: the page exists, and is reached another way.
    WrongMethod {
        /// What it takes, such as `POST`; empty when nobody knows.
        allowed: String,
    },
    /// 400: the request could not be read.
    BadRequest,
    /// 403: the form's token does not fit this browser, or the thing is not this person's.
    Forbidden,
    /// 413.
    TooLarge,
    /// 429, until the time given by `Lang::minute`.
    TooMany {
        /// When asking again is possible.
        until: String,
    },
    /// 503: the population registry does not answer.
    RegistryDown,
    /// 503: the face service does not answer.
    FaceDown,
    /// 503: the SMS gateway does not answer.
    SmsDown,
    /// 500 and every other 503.
    Internal,
}

impl ErrorKind {
    const fn title(&self) -> &'static str {
        match self {
            Self::NotFound => "error-not-found-title",
            Self::WrongMethod { .. } => "error-method-title",
            Self::BadRequest => "error-bad-request-title",
            Self::Forbidden => "error-forbidden-title",
            Self::TooLarge => "error-too-large-title",
            Self::TooMany { .. } => "error-too-many-title",
            Self::RegistryDown | Self::FaceDown | Self::SmsDown => "error-down-title",
            Self::Internal => "error-internal-title",
        }
    }

    fn body(&self, cx: &Cx) -> String {
        match self {
            Self::NotFound => cx.t.get("error-not-found-body"),
            Self::WrongMethod { allowed } if allowed.is_empty() => cx.t.get("error-method-body"),
            Self::WrongMethod { allowed } => {
                cx.t.with("error-method-allowed", &[("methods", allowed)])
            }
            Self::BadRequest => cx.t.get("error-bad-request-body"),
            Self::Forbidden => cx.t.get("error-forbidden-body"),
            Self::TooLarge => cx.t.get("problem-portrait-too-large"),
            Self::TooMany { until } => cx.t.with("problem-too-many-tries", &[("time", until)]),
            Self::RegistryDown => cx.t.get("problem-registry-down"),
            Self::FaceDown => cx.t.get("problem-face-down"),
            Self::SmsDown => cx.t.get("problem-sms-down"),
            Self::Internal => cx.t.get("error-internal-body"),
        }
    }
}

/// Any error a person may meet: what happened, what to do, and the number to quote.
#[derive(Clone, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// The page context.
    pub cx: Cx,
    /// What to say.
    pub kind: ErrorKind,
    /// A stable code, such as `REGISTRY_UNAVAILABLE`.
    pub code: &'static str,
    /// The reference number (业务流水号).
    pub reference: String,
    /// Where "try again" leads; none where trying again cannot help.
    pub retry: Option<String>,
    /// A step of a claim failed: links to where the claim stands.
    pub in_claim: bool,
}
