//! `/authorize/{id}`: leads the citizen from wherever they stand to the partner's answer. Every
//! arrival reads the facts anew, so reload, second tab, step back and double click all end well.

use super::answer::Answer;
use super::arrival::{Arrival, arrive};
use super::ask;
use super::complete::{Completion, Decided, Kept, complete};
use super::decide::Next;
use super::error::lost;
use super::face;
use super::facts::{Facts, Here, facts};
use super::login;
use super::person::ByAPerson;
use crate::app::{App, Fault};
use crate::auth::posted::Posted;
use crate::auth::visitor::Visitor;
use crate::domain::claim::{ReturnTo, StageName};
use crate::error::AppError;
use crate::oauth::consent;
use crate::pages::authorize::LostReason;
use crate::storage::authorizations;
use crate::web::paths;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use std::sync::Arc;

/// `GET`.
pub(super) async fn show(
    _: ByAPerson,
    State(app): State<App>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, AppError> {
    let arrival = match arrive(app, visitor, &id).await? {
        Ok(arrival) => arrival,
        Err(page) => return Ok(page),
    };
    if !arrival.waiting.row.is_open {
        return again(arrival);
    }
    let (facts, next) = standing(&arrival).await?;
    let answer = match next {
        Next::LogIn => login::page(&arrival, None)?,
        Next::Claim if refused_the_claim(&arrival) => {
            return refuse(arrival, "access_denied").await;
        }
        Next::Claim => {
            let id = arrival.waiting.row.id.as_str();
            Redirect::to(&format!("{}?return_to={id}", paths::CLAIM)).into_response()
        }
        Next::Face => return face::show(arrival, &facts).await,
        Next::Ask(missing) => ask::page(&arrival, &facts, &missing, None).await?,
        Next::Answer => return finish(arrival, facts, None).await,
        Next::Refuse(code) => return refuse(arrival, code).await,
    };
    Ok(arrival.with_cookie(answer))
}

/// `POST`: the form of whichever page this address showed.
pub(super) async fn submit(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { form, visitor }: Posted,
) -> Result<Response, AppError> {
    let arrival = match arrive(app, visitor, &id).await? {
        Ok(arrival) => arrival,
        Err(page) => return Ok(page),
    };
    if !arrival.waiting.row.is_open {
        return again(arrival);
    }
    let (facts, next) = standing(&arrival).await?;
    match next {
        Next::LogIn if form.has("account") => login::submit(arrival, &form).await,
        Next::Face => face::submit(arrival, facts, form).await,
        Next::Ask(missing) if form.has("decision") => match ask::read(&form, &arrival, &missing) {
            Ok(ask::Decision::Allow(allowed)) => {
                let decided = Decided { put: missing, allowed };
                finish(arrival, facts, Some(decided)).await
            }
            Ok(ask::Decision::Refuse) => refuse(arrival, "access_denied").await,
            Err(problem) => ask::page(&arrival, &facts, &missing, Some(problem)).await,
        },
        // The form of another moment: on to what this one needs.
        _ => Ok(here(&arrival)),
    }
}

/// What is known of the person, and what comes next.
pub(super) async fn standing(arrival: &Arrival) -> Result<(Facts, Next), Fault> {
    let (app, now) = (&arrival.app, arrival.visitor.now);
    let facts = facts(app, &arrival.client, Some(&arrival.session), now).await?;
    let here = Here::of(&arrival.waiting);
    let next = facts.next(app, &arrival.client, &arrival.waiting.request, here, now);
    Ok((facts, next))
}

/// Back to this authorization's own address.
pub(super) fn here(arrival: &Arrival) -> Response {
    Redirect::to(&paths::authorization(arrival.waiting.row.id.as_str())).into_response()
}

/// Whether the claim that was to come first was refused by the citizen.
fn refused_the_claim(arrival: &Arrival) -> bool {
    arrival.visitor.browser.claim.as_ref().is_some_and(|claim| {
        claim.return_to.as_ref().and_then(ReturnTo::authorization) == Some(&arrival.waiting.row.id)
            && claim.stage == StageName::Refused.as_str()
            && claim.account.is_none()
    })
}

/// Answers with a code.
async fn finish(
    arrival: Arrival,
    facts: Facts,
    approval: Option<Decided>,
) -> Result<Response, AppError> {
    let partner = arrival.partner();
    let Arrival { app, client, waiting, session, visitor, .. } = arrival;
    let (Some(standing), Some(context)) = (facts.standing, facts.context) else {
        return Err(AppError::Overtaken);
    };
    if approval.is_some() {
        consent::count(&app, &standing.citizen, visitor.now).await?;
    }
    let id = waiting.row.id.clone();
    let completion = Completion {
        request: waiting.request.clone(),
        client: Arc::clone(&client),
        standing,
        context,
        session_root: session.root().to_owned(),
        pushed: waiting.row.pushed.clone(),
        kept: Kept::Waiting(waiting),
        approval,
        reference: visitor.reference.clone(),
        now: visitor.now,
    };
    match complete(&app, completion).await? {
        Some(answer) => answer.send(visitor.cx, partner),
        // Another click was faster: it has the answer.
        None => match arrive(app, visitor, id.as_str()).await? {
            Ok(arrival) => again(arrival),
            Err(page) => Ok(page),
        },
    }
}

/// Answers with an error, which ends the authorization.
pub(super) async fn refuse(arrival: Arrival, code: &str) -> Result<Response, AppError> {
    let partner = arrival.partner();
    let answer = Answer::refusal(&arrival.app, &arrival.waiting.request, code);
    let Arrival { app, waiting, visitor, .. } = arrival;
    let id = waiting.row.id.clone();
    let answered = waiting.answered(&app, &answer, visitor.now)?;
    let saved = app
        .db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                if let Some(digest) = &answered.row.pushed {
                    crate::storage::pushed::consume(tx, digest).await?;
                }
                Ok(authorizations::save(tx, &answered.row).await?)
            })
        })
        .await?;
    if saved {
        return answer.send(visitor.cx, partner);
    }
    match arrive(app, visitor, id.as_str()).await? {
        Ok(arrival) => again(arrival),
        Err(page) => Ok(page),
    }
}

/// The same answer once more, or the page that says it was given.
pub(super) fn again(arrival: Arrival) -> Result<Response, AppError> {
    let partner = arrival.partner();
    match arrival.waiting.answer(arrival.visitor.now) {
        Some(answer) => answer.send(arrival.visitor.cx, partner),
        None => lost(arrival.visitor, Some(&arrival.client), LostReason::Done),
    }
}
