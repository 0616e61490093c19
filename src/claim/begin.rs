//! `GET /claim`: begins a claim, or finds the one under way.

use super::{record, route};
use crate::app::{App, Fault};
use crate::auth::browser::{self, Session};
use crate::auth::visitor::Visitor;
use crate::config::minutes;
use crate::domain::claim::{Claim, ReturnTo, Stage};
use crate::domain::ids::{ClaimId, Reference};
use crate::domain::time::Timestamp;
use crate::error::AppError;
use crate::storage::{cards, claims, sessions};
use crate::web::paths;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

/// The query of `GET /claim`.
#[derive(Deserialize)]
pub(super) struct Wish {
    /// What waits for the claim and goes on at its end.
    return_to: Option<String>,
}

/// Resumes where the browser stopped; begins anew where there is nothing to resume. An open claim
/// is adopted by what waits, not doubled.
pub(super) async fn begin(
    State(app): State<App>,
    Query(wish): Query<Wish>,
    visitor: Visitor,
) -> Result<Response, AppError> {
    let now = visitor.now;
    let browser = visitor.browser;
    let return_to = wish.return_to.as_deref().and_then(ReturnTo::parse);
    if let (Some(session), Some(row)) = (&browser.session, &browser.claim) {
        let mut claim = record::open(&app.vault, row, now)?;
        let same_person = claim.account.is_none() || claim.account == session.account;
        if same_person && is_resumable(&claim, now) {
            if return_to.is_some() && return_to != claim.return_to {
                adopt(&app, &claim, return_to.clone()).await?;
                claim.return_to = return_to;
            }
            return Ok(Redirect::to(&route::of(&claim)).into_response());
        }
    }
    if has_card(&app, browser.session.as_ref()).await? {
        let next = return_to.as_ref().map_or(paths::CARD.into(), route::back);
        return Ok(Redirect::to(&next).into_response());
    }
    start(&app, browser.session, return_to, now).await
}

/// Has an open claim go back to something else than it began for.
async fn adopt(app: &App, claim: &Claim, return_to: Option<ReturnTo>) -> Result<(), Fault> {
    let Some(to) = return_to else { return Ok(()) };
    let id = claim.id.clone();
    app.db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move { Ok(claims::set_return(tx, &id, &to).await?) })
        })
        .await
}

/// Whether going on makes sense: an open claim, one that waits for staff, or a lock that still
/// holds. A lock may hold longer than the claim: then a new one leads to the counter.
fn is_resumable(claim: &Claim, now: Timestamp) -> bool {
    match &claim.stage {
        // Staff's refusal is told before a new claim begins; the citizen's own needs no telling.
        Stage::Refused => claim.account.is_some(),
        Stage::Expired | Stage::Issued(_) => false,
        Stage::Locked(locked) => now < locked.until.min(claim.expires_at),
        _ => true,
    }
}

/// Whether the person who is logged in holds a live card: then there is nothing to claim.
async fn has_card(app: &App, session: Option<&Session>) -> Result<bool, Fault> {
    let Some(account) = session.and_then(|s| s.account.clone()) else { return Ok(false) };
    app.db
        .look::<_, Fault, _>(move |tx| {
            Box::pin(async move { Ok(cards::of_account(tx, &account).await?.is_some()) })
        })
        .await
}

async fn start(
    app: &App,
    session: Option<Session>,
    return_to: Option<ReturnTo>,
    now: Timestamp,
) -> Result<Response, Fault> {
    let id = ClaimId::from_random(app.random());
    let reference = Reference::from_random(app.random());
    let begun = Claim::begin(id.clone(), reference, now, minutes(app.config.limits.claim_min));
    let claim = Claim { return_to, ..begun };
    let row = record::close(&app.vault, &claim)?;
    let is_new = session.is_none();
    let session = session.unwrap_or_else(|| browser::fresh(app, None, None, now));
    let cookie = if is_new { browser::set_cookie(app, &session) } else { None };
    app.db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                claims::insert(tx, &row).await?;
                if is_new {
                    browser::store(tx, &session, Some(id)).await?;
                } else {
                    sessions::set_claim(tx, &session.id, Some(&id)).await?;
                }
                Ok(())
            })
        })
        .await?;
    let mut answer = Redirect::to(paths::CLAIM_CONSENT).into_response();
    if let Some(cookie) = cookie {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(answer)
}
