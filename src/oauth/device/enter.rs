//! `/device`: the citizen types the code, logs in if need be, and decides.

use super::decide::{self, Person};
use super::lookup;
use crate::app::{App, Fault, html};
use crate::auth::browser::{self, csrf_token};
use crate::auth::device::UserCode;
use crate::auth::posted::Posted;
use crate::auth::visitor::Visitor;
use crate::error::AppError;
use crate::pages::device::DeviceCodePage;
use crate::pages::messages;
use crate::pages::problem::Problem;
use crate::web::paths;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

/// What the address may bring: `verification_uri_complete` carries the code.
#[derive(Deserialize)]
pub(super) struct Brought {
    user_code: Option<String>,
}

/// The field, or what the device of the code asks for.
pub(super) async fn show(
    State(app): State<App>,
    Query(brought): Query<Brought>,
    visitor: Visitor,
) -> Result<Response, AppError> {
    let code = brought.user_code.as_deref().and_then(UserCode::parse);
    let person = Person::of(&visitor);
    match (code, person) {
        (Some(code), Some(person)) => ask(&app, visitor, person, &code).await,
        (code, _) => field(&app, visitor, code).await,
    }
}

/// The code, or the decision on the page that followed it.
pub(super) async fn submit(
    State(app): State<App>,
    Query(brought): Query<Brought>,
    Posted { form, visitor }: Posted,
) -> Result<Response, AppError> {
    let typed = if form.has("user_code") {
        form.text("user_code").to_owned()
    } else {
        brought.user_code.unwrap_or_default()
    };
    let Some(code) = UserCode::parse(&typed) else {
        return wrong(visitor, typed.chars().take(40).collect());
    };
    let here = format!("{}?user_code={}", paths::DEVICE, code.shown());
    let Some(person) = Person::of(&visitor) else {
        return Ok(Redirect::to(&format!("{}?next={here}", paths::LOGIN)).into_response());
    };
    if !form.has("chosen") && !form.has("decision") {
        return Ok(Redirect::to(&here).into_response());
    }
    match lookup::find(&app, &person.account, &code, visitor.now).await? {
        Some(device) => decide::submit(&app, visitor, person, device, &code, &form).await,
        None => wrong(visitor, code.shown()),
    }
}

async fn ask(
    app: &App,
    visitor: Visitor,
    person: Person,
    code: &UserCode,
) -> Result<Response, AppError> {
    match lookup::find(app, &person.account, code, visitor.now).await? {
        Some(device) => decide::page(app, visitor, person, device, code).await,
        None => wrong(visitor, code.shown()),
    }
}

/// The empty field, or one with the code of the address. A browser without a session is given
/// one, for the form's token.
async fn field(app: &App, visitor: Visitor, code: Option<UserCode>) -> Result<Response, AppError> {
    let user_code = code.map(|code| code.shown()).unwrap_or_default();
    let Visitor { browser, mut cx, now, .. } = visitor;
    if browser.session.is_some() {
        return html(200, &DeviceCodePage { cx, problem: None, user_code });
    }
    let session = browser::fresh(app, None, None, now);
    cx.csrf = csrf_token(app, &session.value);
    let cookie = browser::set_cookie(app, &session);
    app.db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move { Ok(browser::store(tx, &session, None).await?) })
        })
        .await?;
    let mut answer = html(200, &DeviceCodePage { cx, problem: None, user_code })?;
    if let Some(cookie) = cookie {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(answer)
}

fn wrong(visitor: Visitor, user_code: String) -> Result<Response, AppError> {
    let problem = Problem::of_fields("USER_CODE_WRONG", visitor.reference.as_str())
        .on("user_code", messages::user_code_wrong());
    html(422, &DeviceCodePage { cx: visitor.cx, problem: Some(problem), user_code })
}
