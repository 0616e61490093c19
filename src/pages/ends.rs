//! The pages on which a claim ends or waits, each with its way out.

use crate::web::cx::Cx;
use askama::Template;

/// No mobile on file, or the person no longer uses the one on file.
#[derive(Clone, Template)]
#[template(path = "claim/changed_number.html")]
pub struct ChangedNumberPage {
    /// The page context.
    pub cx: Cx,
    /// The number on file, masked; none when there is none.
    pub mobile: Option<String>,
    /// The reference number (业务流水号).
    pub reference: String,
}

/// Why no physical card can carry the electronic one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoCardReason {
    /// No physical card on file.
    None,
    /// Applied for, being made.
    Applied,
    /// Made, not activated.
    Sealed,
    /// Reported lost by phone.
    TemporarilyLost,
    /// Reported lost in writing.
    Lost,
    /// A minor card past its last usable day.
    MinorExpired,
    /// Ended.
    Cancelled,
    /// Issued by a region this service does not serve.
    OtherRegion,
    /// Neither local household registration nor local insurance.
    NotEligible,
}

impl NoCardReason {
    /// Every reason.
    pub const ALL: [Self; 9] = [
        Self::None,
        Self::Applied,
        Self::Sealed,
        Self::TemporarilyLost,
        Self::Lost,
        Self::MinorExpired,
        Self::Cancelled,
        Self::OtherRegion,
        Self::NotEligible,
    ];

    const fn found(self) -> &'static str {
        match self {
            Self::None => "no-card-none-found",
            Self::Applied => "no-card-applied-found",
            Self::Sealed => "no-card-sealed-found",
            Self::TemporarilyLost => "no-card-temporarily-lost-found",
            Self::Lost => "no-card-lost-found",
            Self::MinorExpired => "no-card-minor-expired-found",
            Self::Cancelled => "no-card-cancelled-found",
            Self::OtherRegion => "no-card-other-region-found",
            Self::NotEligible => "no-card-not-eligible-found",
        }
    }

    const fn way_out(self) -> &'static str {
        match self {
            Self::None => "no-card-none-way",
            Self::Applied => "no-card-applied-way",
            Self::Sealed => "no-card-sealed-way",
            Self::TemporarilyLost => "no-card-temporarily-lost-way",
            Self::Lost => "no-card-lost-way",
            Self::MinorExpired => "no-card-minor-expired-way",
            Self::Cancelled => "no-card-cancelled-way",
            Self::OtherRegion => "no-card-other-region-way",
            Self::NotEligible => "no-card-not-eligible-way",
        }
    }
}

/// `NO_USABLE_CARD`: what was found, and what to do.
#[derive(Clone, Template)]
#[template(path = "claim/no_usable_card.html")]
pub struct NoUsableCardPage {
    /// The page context.
    pub cx: Cx,
    /// What was found.
    pub reason: NoCardReason,
    /// A stable code: `NO_USABLE_CARD`, `CHANNEL_NOT_ALLOWED`, `NOT_ELIGIBLE`.
    pub code: &'static str,
    /// The reference number (业务流水号).
    pub reference: String,
}

/// Why a person looks at the claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewReason {
    /// The name holds characters the registry cannot compare.
    RareName,
    /// The face could not be matched by the provider.
    Face,
    /// The account or the ID number is bound to another one.
    Binding,
    /// Anything else.
    Other,
}

impl ReviewReason {
    const fn text(self) -> &'static str {
        match self {
            Self::RareName => "review-reason-rare-name",
            Self::Face => "review-reason-face",
            Self::Binding => "review-reason-binding",
            Self::Other => "review-reason-other",
        }
    }
}

/// The claim waits for a member of staff.
#[derive(Clone, Template)]
#[template(path = "claim/manual_review.html")]
pub struct ManualReviewPage {
    /// The page context.
    pub cx: Cx,
    /// Why.
    pub reason: ReviewReason,
    /// The number of the review, to quote at a counter.
    pub review_number: String,
}

/// The person refused; nothing was processed.
#[derive(Clone, Template)]
#[template(path = "claim/refused.html")]
pub struct RefusedPage {
    /// The page context.
    pub cx: Cx,
    /// A member of staff refused the claim after review.
    pub after_review: bool,
    /// The reference number (业务流水号).
    pub reference: String,
}

/// The claim took too long.
#[derive(Clone, Template)]
#[template(path = "claim/expired.html")]
pub struct ExpiredPage {
    /// The page context.
    pub cx: Cx,
    /// The reference number (业务流水号).
    pub reference: String,
}

/// A limit ended the claim for now.
#[derive(Clone, Template)]
#[template(path = "claim/locked.html")]
pub struct LockedPage {
    /// The page context.
    pub cx: Cx,
    /// When it is possible again, by `Lang::minute`.
    pub until: String,
    /// A stable code, such as `REAL_NAME_LOCKED`.
    pub code: &'static str,
    /// The reference number (业务流水号).
    pub reference: String,
}
