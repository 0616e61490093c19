//! The pages around an authorization: when it is lost, wrong, stopped or posted on.

use crate::web::cx::Cx;
use askama::Template;

/// Why an authorization cannot go on in this browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LostReason {
    /// Its time ran out.
    Expired,
    /// Nothing of that name is known: swept away long ago, or never there.
    Unknown,
    /// It was begun in another browser, or the cookie is gone.
    OtherBrowser,
    /// It was answered already.
    Done,
}

impl LostReason {
    fn is_done(self) -> bool {
        self == Self::Done
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Expired => "lost-expired-title",
            Self::Unknown => "lost-unknown-title",
            Self::OtherBrowser => "lost-browser-title",
            Self::Done => "lost-done-title",
        }
    }

    const fn why(self) -> &'static str {
        match self {
            Self::Expired => "lost-expired-why",
            Self::Unknown => "lost-unknown-why",
            Self::OtherBrowser => "lost-browser-why",
            Self::Done => "lost-done-why",
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::Expired => "AUTHORIZATION_EXPIRED",
            Self::Unknown => "AUTHORIZATION_UNKNOWN",
            Self::OtherBrowser => "AUTHORIZATION_ELSEWHERE",
            Self::Done => "AUTHORIZATION_DONE",
        }
    }
}

/// An authorization that is gone: what happened, and how to start again.
#[derive(Clone, Template)]
#[template(path = "oauth/lost.html")]
pub struct LostAuthorizationPage {
    /// The page context.
    pub cx: Cx,
    /// What happened.
    pub reason: LostReason,
    /// The partner's name in the page's language; none when it is not known any more.
    pub partner: Option<String>,
    /// Where the partner lets people start again.
    pub start_href: Option<String>,
    /// Where the partner is told that nothing came of it.
    pub back_href: Option<String>,
    /// The reference number (业务流水号).
    pub reference: String,
}

/// A request that must not be answered by redirect: unknown client, unregistered redirect URI.
#[derive(Clone, Template)]
#[template(path = "oauth/problem.html")]
pub struct AuthorizeProblemPage {
    /// The page context.
    pub cx: Cx,
    /// The registered error code, such as `invalid_request`.
    pub code: &'static str,
    /// What is wrong, for the partner's engineers; English, as in protocol answers.
    pub description: String,
    /// The partner's name in the page's language, when it is known.
    pub partner: Option<String>,
    /// The reference number (业务流水号).
    pub reference: String,
}

/// The answer as a form that the browser posts to the partner (OAuth 2.0 Form Post Response Mode).
#[derive(Clone, Template)]
#[template(path = "oauth/form_post.html")]
pub struct FormPostPage {
    /// The page context.
    pub cx: Cx,
    /// The partner's name in the page's language.
    pub partner: String,
    /// The redirect URI.
    pub action: String,
    /// Names and values of the answer's parameters.
    pub parameters: Vec<(String, String)>,
}

/// Stop here and go back to the partner with a refusal?
#[derive(Clone, Template)]
#[template(path = "oauth/leave.html")]
pub struct LeavePartnerPage {
    /// The page context.
    pub cx: Cx,
    /// The partner's name in the page's language.
    pub partner: String,
    /// Where to go on instead.
    pub resume_href: String,
}
