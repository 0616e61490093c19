//! `/oauth/authorize`: takes a request in. What can be answered at once is; everything else waits
//! for the citizen under an address of its own.

use super::answer::Answer;
use super::check::{Checked, check};
use super::complete::{Completion, Kept, complete};
use super::decide::Next;
use super::error::AuthorizeError;
use super::facts::{Facts, Here, facts};
use super::person::ByAPerson;
use super::waiting::Waiting;
use crate::app::{App, Fault};
use crate::auth::visitor::Visitor;
use crate::domain::authorization::Params;
use crate::domain::ids::AuthorizationId;
use crate::error::AppError;
use crate::oauth::pace::pace;
use crate::oauth::params;
use crate::storage::authorizations;
use crate::web::lang::Lang;
use crate::web::paths;
use axum::extract::{RawQuery, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use std::sync::Arc;

/// `GET`: with a session at hand the answer may be ready.
pub(super) async fn by_get(
    _: ByAPerson,
    State(app): State<App>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, AppError> {
    let params = params::query(query.as_deref().unwrap_or_default());
    let params = params.ok_or(AppError::BadRequest("too many parameters"))?;
    match begin(&app, &params, &visitor, true).await {
        Ok(answer) => Ok(answer),
        Err(error) => error.respond(visitor),
    }
}

/// `POST`: a form on another site carries no cookie of ours, so the session shows only at the
/// address this leads to.
pub(super) async fn by_post(
    State(app): State<App>,
    visitor: Visitor,
    request: Request,
) -> Result<Response, AppError> {
    let Ok(params) = params::form(request).await else {
        return Err(AppError::BadRequest("form"));
    };
    match begin(&app, &params, &visitor, false).await {
        Ok(answer) => Ok(answer),
        Err(error) => error.respond(visitor),
    }
}

async fn begin(
    app: &App,
    params: &Params,
    visitor: &Visitor,
    sees_session: bool,
) -> Result<Response, AuthorizeError> {
    let checked = check(app, params).await?;
    let session = visitor.browser.session.as_ref();
    if let (Some(row), Some(session)) = (&checked.pushed, session)
        && let Some(id) = under_way(app, row.digest.clone(), session.id.clone(), visitor).await?
    {
        return Ok(onward(&id, &checked));
    }
    if checked.is_answered() {
        return Err(AuthorizeError::Answered(checked.client));
    }
    if checked.is_late(visitor.now) {
        return Err(AuthorizeError::Gone(checked.client));
    }
    if sees_session {
        let facts = facts(app, &checked.client, session, visitor.now).await?;
        let next = facts.next(app, &checked.client, &checked.request, Here::default(), visitor.now);
        if matches!(next, Next::Answer | Next::Refuse(_)) {
            return at_once(app, &checked, facts, next, visitor).await;
        }
    }
    pace(app, &checked.client.client_id, visitor.now)?;
    let session = session.map(|session| session.id.clone());
    let waiting = Waiting::new(app, &checked, session, visitor.now)?;
    let (id, row) = (waiting.row.id.clone(), waiting.row);
    app.db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move { Ok(authorizations::insert(tx, &row).await?) })
        })
        .await?;
    Ok(onward(&id, &checked))
}

/// The authorization this browser began of the same pushed request.
async fn under_way(
    app: &App,
    pushed: String,
    session: String,
    visitor: &Visitor,
) -> Result<Option<AuthorizationId>, Fault> {
    let now = visitor.now;
    app.db
        .look::<_, Fault, _>(move |tx| {
            Box::pin(
                async move { Ok(authorizations::of_pushed(tx, &pushed, &session, now).await?) },
            )
        })
        .await
}

/// To where the citizen is asked, in the language the partner suggests.
fn onward(id: &AuthorizationId, checked: &Checked) -> Response {
    let mut to = paths::authorization(id.as_str());
    let wished = checked.request.ui_locales.as_deref().unwrap_or_default();
    if let Some(lang) = wished.split(' ').find_map(Lang::from_tag) {
        to.push_str("?lang=");
        to.push_str(lang.tag());
    }
    Redirect::to(&to).into_response()
}

/// Answers without showing anything.
async fn at_once(
    app: &App,
    checked: &Checked,
    facts: Facts,
    next: Next,
    visitor: &Visitor,
) -> Result<Response, AuthorizeError> {
    let english = visitor.cx.lang() == Lang::En;
    let partner = checked.client.name(english).to_owned();
    let answer = match next {
        Next::Refuse(code) => Answer::refusal(app, &checked.request, code),
        _ => {
            let session = visitor.browser.session.as_ref().ok_or(AppError::Internal);
            let session = session.map_err(AuthorizeError::Fault)?;
            let mut completion = Completion::of(checked, facts, session, visitor)
                .ok_or(AuthorizeError::Fault(AppError::Internal))?;
            if checked.pushed.is_some() {
                let id = Some(session.id.clone());
                completion.kept = Kept::New(Waiting::new(app, checked, id, visitor.now)?);
            }
            match complete(app, completion).await? {
                Some(answer) => answer,
                None => return faster(app, checked, &session.id, visitor).await,
            }
        }
    };
    Ok(answer.send(visitor.cx.clone(), partner)?)
}

/// Another load of the same page was faster: what it was told is told again.
async fn faster(
    app: &App,
    checked: &Checked,
    session: &str,
    visitor: &Visitor,
) -> Result<Response, AuthorizeError> {
    let gone = || AuthorizeError::Answered(Arc::clone(&checked.client));
    let row = checked.pushed.as_ref().ok_or_else(gone)?;
    let id = under_way(app, row.digest.clone(), session.to_owned(), visitor).await?;
    id.map(|id| onward(&id, checked)).ok_or_else(gone)
}
