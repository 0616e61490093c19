//! The pages on which a claim ends or waits, each with its way out.

use crate::domain::claim::ReviewReason;
use crate::domain::eligibility::NoCardReason;
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

/// How the pages speak of a [`NoCardReason`].
trait NoCardWords {
    fn found(self) -> &'static str;
    fn way_out(self) -> &'static str;
}

impl NoCardWords for NoCardReason {
    fn found(self) -> &'static str {
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

    fn way_out(self) -> &'static str {
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

/// How the pages speak of a [`ReviewReason`].
trait ReviewWords {
    fn text(self) -> &'static str;
}

impl ReviewWords for ReviewReason {
    fn text(self) -> &'static str {
        match self {
            Self::PrivateUseName => "review-reason-rare-name",
            Self::BoundElsewhere => "review-reason-binding",
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
    /// How long a review may stay undecided (days).
    pub within_days: u64,
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
    /// How long a claim may take (min).
    pub claim_min: u64,
    /// How long a confirmed name may be resumed (h).
    pub resume_h: u64,
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
    /// The counter can still take over: links to it.
    pub counter_open: bool,
    /// The reference number (业务流水号).
    pub reference: String,
}
