//! Log in and out outside a claim.

use crate::app::{App, Fault};
use crate::auth::browser::{self, Browser, Session, csrf_token};
use crate::auth::context::LoginContext;
use crate::auth::credentials::{Credentials, limited, wrong};
use crate::auth::farewell;
use crate::auth::login::{LoginRecord, authenticate, record};
use crate::auth::posted::Posted;
use crate::auth::visitor::Visitor;
use crate::domain::ids::{AccountId, ClaimId, Reference};
use crate::domain::time::Timestamp;
use crate::error::AppError;
use crate::pages::trouble::Trouble;
use crate::web::headers::forgetting;
use crate::web::{next, paths};
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

/// What the address may say.
#[derive(Deserialize)]
pub(super) struct Wish {
    next: Option<String>,
}

/// The form. A browser without a session is given one, for the form's token.
pub(super) async fn show(
    State(app): State<App>,
    Query(query): Query<Wish>,
    visitor: Visitor,
) -> Result<Response, AppError> {
    let Visitor { browser, mut cx, now, .. } = visitor;
    let next = next::safe(query.next.as_deref().unwrap_or_default()).map(str::to_owned);
    if browser.session.as_ref().is_some_and(|s| s.account.is_some()) {
        return Ok(Redirect::to(next.as_deref().unwrap_or(paths::CARD)).into_response());
    }
    if browser.session.is_some() {
        return Credentials::render(cx, None, 200, next, false);
    }
    let session = browser::fresh(&app, None, None, now);
    cx.csrf = csrf_token(&app, &session.value);
    let cookie = browser::set_cookie(&app, &session);
    app.db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move { Ok(browser::store(tx, &session, None).await?) })
        })
        .await?;
    let mut answer = Credentials::render(cx, None, 200, next, false)?;
    if let Some(cookie) = cookie {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(answer)
}

/// Logs in, under a new session; an open claim of another account ends unseen.
pub(super) async fn submit(
    State(app): State<App>,
    Posted { form, visitor }: Posted,
) -> Result<Response, AppError> {
    let Visitor { browser, cx, now, reference: named } = visitor;
    let old = browser.require()?.clone();
    let reference = named.as_str();
    let next = next::safe(form.text("next")).map(str::to_owned);
    let refuse = |trouble: Trouble| {
        let after = trouble.retry_after;
        let mut answer =
            Credentials::render(cx.clone(), Some(&trouble), trouble.status, next.clone(), false)?;
        if let Some(after) = after {
            answer.headers_mut().insert(header::RETRY_AFTER, after.as_secs().max(1).into());
        }
        Ok(answer)
    };
    let Credentials { account: number, password } = match Credentials::from_form(&form, reference) {
        Ok(read) => read,
        Err(trouble) => return refuse(trouble),
    };
    match authenticate(&app, &number, password, now).await {
        Err(error) => refuse(limited(error, &cx, reference)?.keeping("account", number.as_str())),
        Ok(Err(failed)) => refuse(wrong(failed, &cx, reference, &number)),
        Ok(Ok(account)) => {
            let claim = kept_claim(&browser, &account);
            let to = next.as_deref().unwrap_or(paths::CARD);
            log_in(&app, &old, LogIn { account, claim, reference: named.clone(), now }, to).await
        }
    }
}

/// The browser's open claim, unless it is another account's.
fn kept_claim(browser: &Browser, account: &AccountId) -> Option<ClaimId> {
    let claim = browser.claim.as_ref()?;
    (claim.account.as_ref() == Some(account)).then(|| claim.id.clone())
}

/// A login that succeeded.
struct LogIn {
    account: AccountId,
    /// The claim that goes along.
    claim: Option<ClaimId>,
    reference: Reference,
    now: Timestamp,
}

async fn log_in(app: &App, old: &Session, login: LogIn, to: &str) -> Result<Response, AppError> {
    let LogIn { account, claim, reference, now } = login;
    let fresh = browser::renewed(app, old, account.clone(), LoginContext::password(now), now);
    let cookie = browser::set_cookie(app, &fresh);
    let (parts, old) = (app.clone(), old.clone());
    app.db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                browser::succeed(tx, &parts, &old, &fresh, claim).await?;
                let login = LoginRecord { account: &account, client: None, reference: &reference };
                Ok(record(tx, &parts.vault, &login, now).await?)
            })
        })
        .await?;
    let mut answer = Redirect::to(to).into_response();
    if let Some(cookie) = cookie {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(answer)
}

/// Ends the session, here and in the browser.
pub(super) async fn leave(
    State(app): State<App>,
    Posted { visitor, .. }: Posted,
) -> Result<Response, AppError> {
    if let Some(session) = visitor.browser.session {
        let (parts, now) = (app.clone(), visitor.now);
        app.db
            .write::<_, Fault, _>(move |tx| {
                Box::pin(async move { farewell::log_out(tx, &parts, &session, now).await })
            })
            .await?;
    }
    let mut answer = forgetting(Redirect::to(paths::HOME).into_response());
    if let Some(cookie) = browser::rules(&app).clear_session() {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(answer)
}
