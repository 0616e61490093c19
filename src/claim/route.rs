//! Where each stage is walked.

use crate::domain::claim::{Claim, ReturnTo, Stage};
use crate::web::paths;
use std::borrow::Cow;

/// Begins a claim or finds the one under way.
pub(super) const BEGIN: &str = paths::CLAIM;

/// The page of a claim: at its end, where a partner waits for it, back there. Staff's refusal is
/// told on its own page first.
pub(super) fn of(claim: &Claim) -> Cow<'static, str> {
    match (&claim.stage, &claim.return_to) {
        (Stage::Issued(_), Some(waiting)) => back(waiting),
        (Stage::Refused, Some(waiting)) if claim.account.is_none() => back(waiting),
        (stage, _) => path(stage).into(),
    }
}

/// Where what waits goes on.
pub(super) fn back(waiting: &ReturnTo) -> Cow<'static, str> {
    match waiting {
        ReturnTo::Authorization(id) => paths::authorization(id.as_str()).into(),
        ReturnTo::Device(code) => format!("{}?user_code={code}", paths::DEVICE).into(),
    }
}

/// The page of a stage.
pub(super) fn path(stage: &Stage) -> &'static str {
    match stage {
        Stage::Started(_) => paths::CLAIM_CONSENT,
        Stage::Consented(_) => paths::CLAIM_LOGIN,
        Stage::LoggedIn(_) => paths::CLAIM_REAL_NAME,
        Stage::Named(_) => paths::CLAIM_FACE_CONSENT,
        Stage::FaceConsented(_) => paths::CLAIM_FACE,
        Stage::Faced(_) | Stage::CounterProved(_) | Stage::CodeSent(_) => paths::CLAIM_ACTIVATION,
        Stage::Activated(_) => paths::CLAIM_PIN,
        Stage::Issued(_) => paths::CARD,
        Stage::ManualReview(_) => paths::CLAIM_REVIEW,
        Stage::Refused => paths::CLAIM_REFUSED,
        Stage::Expired => paths::CLAIM_EXPIRED,
        Stage::Locked(_) => paths::CLAIM_LOCKED,
    }
}
