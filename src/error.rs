//! What went wrong, without HTML: a stable code, a status, and what the person can do.
//!
//! The human router turns it into a page in the person's language, the API router into JSON.

use crate::domain::eligibility::NoCardReason;
use crate::domain::time::Timestamp;
use std::time::Duration;

/// Whatever ends a request early.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppError {
    /// The form carries no proof that our own page sent it.
    #[error("the form was not sent from this service's own page")]
    Csrf,
    /// It belongs to somebody else, or nobody is logged in.
    #[error("not yours")]
    NotYours,
    /// Nothing is there.
    #[error("not found")]
    NotFound,
    /// The wrong method.
    #[error("method not allowed")]
    MethodNotAllowed,
    /// The time ran out.
    #[error("expired")]
    Expired,
    /// A limit was reached.
    #[error("limit reached: {what}")]
    Limited {
        /// Which limit, as in the configuration.
        what: &'static str,
        /// When it is over.
        until: Timestamp,
        /// The same as a delay.
        retry_after: Duration,
    },
    /// A provider does not answer. Nothing was lost and no attempt spent.
    #[error("{provider} is unavailable")]
    ProviderDown {
        /// `registry`, `face`, `sms` or `database`.
        provider: &'static str,
        /// When asking again makes sense.
        retry_after: Duration,
    },
    /// No physical card that an e-card could stand on.
    #[error("no usable physical card: {0:?}")]
    NoUsableCard(NoCardReason),
    /// The registry holds no mobile number that a code could go to.
    #[error("no registered mobile number")]
    NoRegisteredMobile,
    /// More was sent than is taken.
    #[error("request too large")]
    TooLarge,
    /// The request cannot be read.
    #[error("bad request: {0}")]
    BadRequest(&'static str),
    /// The request took too long.
    #[error("timed out")]
    TimedOut,
    /// Another request changed the same thing first; nothing of this one was kept.
    #[error("overtaken by another request")]
    Overtaken,
    /// A fault of ours; the cause is in the log under the reference number.
    #[error("internal error")]
    Internal,
}

impl AppError {
    /// The stable code, shown to people and machines.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Csrf => "FORM_NOT_OURS",
            Self::NotYours => "NOT_YOURS",
            Self::NotFound => "NOT_FOUND",
            Self::MethodNotAllowed => "METHOD_NOT_ALLOWED",
            Self::Expired => "CLAIM_EXPIRED",
            Self::Limited { .. } => "LIMIT_REACHED",
            Self::ProviderDown { provider: "registry", .. } => "REGISTRY_UNAVAILABLE",
            Self::ProviderDown { provider: "face", .. } => "FACE_UNAVAILABLE",
            Self::ProviderDown { provider: "sms", .. } => "SMS_UNAVAILABLE",
            Self::ProviderDown { .. } => "TEMPORARILY_UNAVAILABLE",
            Self::NoUsableCard(_) => "NO_USABLE_CARD",
            Self::NoRegisteredMobile => "NO_REGISTERED_MOBILE",
            Self::TooLarge => "REQUEST_TOO_LARGE",
            Self::BadRequest(_) => "BAD_REQUEST",
            Self::TimedOut => "TIMED_OUT",
            Self::Overtaken => "OVERTAKEN",
            Self::Internal => "INTERNAL_ERROR",
        }
    }

    /// The HTTP status (RFC 9110).
    pub fn status(&self) -> u16 {
        match self {
            Self::Csrf | Self::NotYours => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::Overtaken => 409,
            Self::Expired => 410,
            Self::Limited { .. } => 429,
            Self::ProviderDown { .. } => 503,
            Self::NoUsableCard(_) | Self::NoRegisteredMobile => 200,
            Self::TooLarge => 413,
            Self::BadRequest(_) => 400,
            Self::TimedOut => 503,
            Self::Internal => 500,
        }
    }

    /// Seconds for `Retry-After`, where asking again makes sense.
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Limited { retry_after, .. } | Self::ProviderDown { retry_after, .. } => {
                Some(retry_after.as_secs().max(1))
            }
            Self::TimedOut => Some(5),
            _ => None,
        }
    }
}
