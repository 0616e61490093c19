//! The pages a claim ends or waits on, and the answer after a submit that reached one.

use super::route;
use super::step::{self, Visit, elsewhere, retry_later};
use crate::app::{App, Fault, html};
use crate::auth::visitor::Visitor;
use crate::domain::claim::{Claim, LockCause, Locked, ManualReview, Stage};
use crate::error::AppError;
use crate::pages::ends::{
    ChangedNumberPage, ExpiredPage, LockedPage, ManualReviewPage, RefusedPage,
};
use crate::storage::sessions;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

/// `GET` of an end: shows the one the claim has reached, or leads to where it stands.
pub(super) async fn end(State(app): State<App>, visitor: Visitor) -> Result<Response, AppError> {
    let here = visitor.cx.here.clone();
    let Some(visit) = step::visit(app, visitor).await? else {
        return Ok(Redirect::to(route::BEGIN).into_response());
    };
    let at = route::path(&visit.claim.stage);
    if here.split('?').next() != Some(at) {
        return Ok(elsewhere(&visit.claim));
    }
    if visit.claim.stage == Stage::Refused && visit.claim.account.is_some() {
        leave(&visit).await?;
    }
    show(&visit)?.map_or_else(|| Ok(elsewhere(&visit.claim)), Ok)
}

/// A refusal that was shown is done with: the browser may begin anew.
async fn leave(visit: &Visit) -> Result<(), Fault> {
    let session = visit.session.id.clone();
    visit
        .app
        .db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move { Ok(sessions::set_claim(tx, &session, None).await?) })
        })
        .await
}

/// The answer after a submit: a lock is told at once, with its status; everything else by `303`.
pub(super) async fn after(visit: &Visit) -> Result<Response, AppError> {
    match &visit.claim.stage {
        Stage::Locked(_) => show(visit)?.map_or_else(|| Ok(elsewhere(&visit.claim)), Ok),
        _ => Ok(elsewhere(&visit.claim)),
    }
}

fn show(visit: &Visit) -> Result<Option<Response>, Fault> {
    let cx = visit.cx.clone();
    let reference = visit.reference.as_str().to_owned();
    let limits = &visit.app.config.limits;
    Ok(Some(match &visit.claim.stage {
        Stage::Refused => {
            let after_review = visit.claim.account.is_some();
            html(200, &RefusedPage { cx, after_review, reference })?
        }
        Stage::Expired => {
            let (claim_min, resume_h) = (limits.claim_min, limits.real_name_resume_h);
            html(410, &ExpiredPage { cx, reference, claim_min, resume_h })?
        }
        Stage::Locked(locked) => lock(visit, locked)?,
        Stage::ManualReview(review) => waiting(visit, review)?,
        _ => return Ok(None),
    }))
}

/// The page of a lock, with its status.
pub(super) fn lock(visit: &Visit, locked: &Locked) -> Result<Response, Fault> {
    let reference = visit.reference.as_str().to_owned();
    let code = match locked.cause {
        LockCause::RealName => "REAL_NAME_LOCKED",
        LockCause::Face => "FACE_LOCKED",
    };
    let page = LockedPage {
        cx: visit.cx.clone(),
        until: visit.cx.lang().minute(locked.until),
        code,
        counter_open: locked.resume.is_some(),
        reference,
    };
    Ok(retry_later(html(429, &page)?, locked.until.seconds_since(visit.now)))
}

fn waiting(visit: &Visit, review: &ManualReview) -> Result<Response, Fault> {
    let page = ManualReviewPage {
        cx: visit.cx.clone(),
        reason: review.reason,
        review_number: review.review.as_str().to_owned(),
        within_days: visit.app.config.limits.review_days,
    };
    html(200, &page)
}

/// `GET /claim/changed-number`: no code can reach the person.
pub(super) async fn changed_number(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Response, AppError> {
    let Some(visit) = step::visit(app, visitor).await? else {
        return Ok(Redirect::to(route::BEGIN).into_response());
    };
    let page = ChangedNumberPage {
        cx: visit.cx.clone(),
        mobile: registered(&visit.claim),
        reference: visit.reference.as_str().to_owned(),
    };
    html(200, &page)
}

fn registered(claim: &Claim) -> Option<String> {
    match &claim.stage {
        Stage::CodeSent(stage) => Some(stage.sent.mobile.masked()),
        _ => None,
    }
}
