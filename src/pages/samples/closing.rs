//! The pages on which a claim ends or waits, and the error page.

use super::{AT, REF, Sample, sample};
use crate::domain::claim::ReviewReason;
use crate::domain::eligibility::NoCardReason;
use crate::pages::ends::*;
use crate::pages::landing::{ErrorKind, ErrorPage};
use crate::web::cx::Cx;

pub(super) fn ends(cx: &Cx) -> Vec<Sample> {
    let until = cx.lang().minute(AT);
    let (cx, reference) = (|| cx.clone(), || REF.to_owned());
    let changed = |name, mobile: Option<&str>| {
        let mobile = mobile.map(str::to_owned);
        let page = ChangedNumberPage { cx: cx(), mobile, reference: reference() };
        sample(name, "changed-number", &page)
    };
    let refused = |name, after_review| {
        let page = RefusedPage { cx: cx(), after_review, reference: reference() };
        sample(name, "refused", &page)
    };
    let review = |reason| {
        let page =
            ManualReviewPage { cx: cx(), reason, review_number: "RV-0042".into(), within_days: 7 };
        sample(format!("manual-review-{reason:?}"), "manual-review", &page)
    };
    let (code, number) = ("FACE_LOCKED", reference());
    let expired = ExpiredPage { cx: cx(), reference: reference(), claim_min: 30, resume_h: 24 };
    let locked = LockedPage { cx: cx(), until, code, counter_open: true, reference: number };
    vec![
        changed("changed-number", Some("138****0014")),
        changed("changed-number-none", None),
        refused("refused", false),
        refused("refused-review", true),
        review(ReviewReason::PrivateUseName),
        review(ReviewReason::BoundElsewhere),
        sample("expired", "expired", &expired),
        sample("locked", "locked", &locked),
    ]
}

pub(super) fn no_card(cx: &Cx) -> Vec<Sample> {
    let page = |reason| {
        let (code, reference) = ("NO_USABLE_CARD", REF.to_owned());
        let page = NoUsableCardPage { cx: cx.clone(), reason, code, reference };
        sample(format!("no-usable-card-{reason:?}"), "no-usable-card", &page)
    };
    NoCardReason::ALL.map(page).into()
}

pub(super) fn errors(cx: &Cx) -> Vec<Sample> {
    let page = |name: &str, code, kind, retry: Option<&str>| {
        let (reference, retry) = (REF.to_owned(), retry.map(str::to_owned));
        let in_claim = kind == ErrorKind::TooLarge;
        let page = ErrorPage { cx: cx.clone(), kind, code, reference, retry, in_claim };
        sample(format!("error-{name}"), "error", &page)
    };
    let again = Some("/claim");
    vec![
        page("not-found", "NOT_FOUND", ErrorKind::NotFound, None),
        page(
            "method",
            "METHOD_NOT_ALLOWED",
            ErrorKind::WrongMethod { allowed: "POST".to_owned() },
            None,
        ),
        page("bad-request", "BAD_REQUEST", ErrorKind::BadRequest, again),
        page("forbidden", "CSRF", ErrorKind::Forbidden, again),
        page("too-large", "TOO_LARGE", ErrorKind::TooLarge, again),
        page("too-many", "RATE_LIMITED", ErrorKind::TooMany { until: cx.lang().minute(AT) }, None),
        page("registry", "REGISTRY_UNAVAILABLE", ErrorKind::RegistryDown, again),
        page("face", "FACE_UNAVAILABLE", ErrorKind::FaceDown, again),
        page("sms", "SMS_UNAVAILABLE", ErrorKind::SmsDown, again),
        page("internal", "INTERNAL", ErrorKind::Internal, again),
    ]
}
