//! The pages of the face check at a partner's wish.

use super::super::arrival::Arrival;
use super::tries;
use crate::app::{Fault, html};
use crate::auth::face_match;
use crate::auth::throttle::Reached;
use crate::domain::liveness::LivenessPrompt;
use crate::error::AppError;
use crate::pages::face::{AskedBy, FaceConsentPage, FaceEndPage, FacePage};
use crate::pages::trouble::Trouble;
use crate::web::headers::with_form_action;
use axum::http::header;
use axum::response::Response;

fn asked_by(arrival: &Arrival) -> AskedBy {
    let required = arrival.waiting.request.claims.acr.essential;
    AskedBy { app: arrival.partner(), required }
}

/// The consent.
///
/// # Errors
/// [`AppError`].
pub(super) fn consent_page(
    arrival: &Arrival,
    trouble: Option<&Trouble>,
) -> Result<Response, AppError> {
    let page = FaceConsentPage {
        cx: arrival.visitor.cx.clone(),
        problem: trouble.map(|t| t.problem.clone()),
        guardian_needed: false,
        asked_by: Some(asked_by(arrival)),
    };
    let answer: Result<Response, Fault> = html(trouble.map_or(200, |t| t.status), &page);
    Ok(arrival.with_cookie(ending_there(arrival, answer?)))
}

/// The picture.
///
/// # Errors
/// [`AppError`].
pub(super) async fn picture_page(
    arrival: &Arrival,
    prompt: LivenessPrompt,
    trouble: Option<&Trouble>,
) -> Result<Response, AppError> {
    let page = FacePage {
        cx: arrival.visitor.cx.clone(),
        problem: trouble.map(|t| t.problem.clone()),
        prompt,
        attempts_left: face_match::left(&arrival.app, tries(arrival), arrival.visitor.now).await?,
        in_claim: false,
    };
    let answer: Result<Response, Fault> = html(trouble.map_or(200, |t| t.status), &page);
    let mut answer = arrival.with_cookie(ending_there(arrival, answer?));
    if let Some(after) = trouble.and_then(|t| t.retry_after) {
        answer.headers_mut().insert(header::RETRY_AFTER, after.as_secs().max(1).into());
    }
    Ok(answer)
}

fn ending_there(arrival: &Arrival, answer: Response) -> Response {
    with_form_action(answer, arrival.waiting.request.redirect_uri.as_str())
}

/// No tries are left, in this authorization or for the day: the citizen is told before leaving.
///
/// # Errors
/// [`AppError`].
pub(super) fn end_page(arrival: &Arrival, reached: Reached) -> Result<Response, AppError> {
    let is_today = reached.what == face_match::PER_DAY;
    let cx = arrival.visitor.cx.clone();
    let page = FaceEndPage {
        again_at: is_today.then(|| cx.lang().minute(arrival.visitor.now + reached.locked_for)),
        cx,
        asked_by: asked_by(arrival),
    };
    let answer: Result<Response, Fault> = html(if is_today { 429 } else { 403 }, &page);
    let mut answer = arrival.with_cookie(ending_there(arrival, answer?));
    if is_today {
        answer
            .headers_mut()
            .insert(header::RETRY_AFTER, reached.locked_for.as_secs().max(1).into());
    }
    Ok(answer)
}
