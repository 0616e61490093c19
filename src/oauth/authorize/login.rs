//! Logging in within an authorization.

use super::arrival::Arrival;
use super::page::here;
use crate::app::{Fault, html};
use crate::auth::browser;
use crate::auth::context::LoginContext;
use crate::auth::credentials::{Credentials, limited, wrong};
use crate::auth::login::{LoginRecord, authenticate, record};
use crate::domain::ids::{AccountId, ClaimId};
use crate::domain::mobile_number::MobileNumber;
use crate::error::AppError;
use crate::pages::claim::LoginPage;
use crate::pages::trouble::Trouble;
use crate::storage::authorizations;
use crate::web::forms::FormData;
use crate::web::headers::with_form_action;
use crate::web::paths;
use axum::http::header;
use axum::response::Response;

/// The form: the account is what was typed, or what the partner suggests.
///
/// # Errors
/// [`Fault`] when the template fails.
pub(super) fn page(arrival: &Arrival, trouble: Option<&Trouble>) -> Result<Response, Fault> {
    let request = &arrival.waiting.request;
    let hint = request.login_hint.as_deref().and_then(|hint| MobileNumber::parse(hint).ok());
    let typed = trouble.and_then(|t| t.typed("account"));
    let account = typed.or_else(|| hint.map(|n| n.as_str().to_owned())).unwrap_or_default();
    let id = arrival.waiting.row.id.as_str();
    let page = LoginPage {
        cx: arrival.visitor.cx.clone(),
        problem: trouble.map(|t| t.problem.clone()),
        account,
        next: None,
        in_claim: false,
        claim_href: format!("{}?return_to={id}", paths::CLAIM),
    };
    let answer = html(trouble.map_or(200, |t| t.status), &page)?;
    let mut answer = with_form_action(answer, request.redirect_uri.as_str());
    if let Some(after) = trouble.and_then(|t| t.retry_after) {
        answer.headers_mut().insert(header::RETRY_AFTER, after.as_secs().max(1).into());
    }
    Ok(answer)
}

/// Logs in, under a new session that takes the authorization along.
///
/// # Errors
/// [`AppError`].
pub(super) async fn submit(arrival: Arrival, form: &FormData) -> Result<Response, AppError> {
    let (now, cx) = (arrival.visitor.now, arrival.visitor.cx.clone());
    let reference = arrival.visitor.reference.as_str().to_owned();
    let Credentials { account: number, password } = match Credentials::from_form(form, &reference) {
        Ok(read) => read,
        Err(trouble) => return page(&arrival, Some(&trouble)),
    };
    match authenticate(&arrival.app, &number, password, now).await {
        Err(error) => {
            let trouble = limited(error, &cx, &reference)?.keeping("account", number.as_str());
            page(&arrival, Some(&trouble))
        }
        Ok(Err(failed)) => page(&arrival, Some(&wrong(failed, &cx, &reference, &number))),
        Ok(Ok(account)) => log_in(arrival, account).await,
    }
}

async fn log_in(arrival: Arrival, account: AccountId) -> Result<Response, AppError> {
    let back = here(&arrival);
    let claim = kept_claim(&arrival, &account);
    let Arrival { app, waiting, session: old, visitor, .. } = arrival;
    let context = LoginContext::password(visitor.now);
    let fresh = browser::renewed(&app, &old, account.clone(), context, visitor.now);
    let cookie = browser::set_cookie(&app, &fresh);
    let waiting = waiting.logged_in(&app, visitor.now)?;
    let (parts, reference, now) = (app.clone(), visitor.reference.clone(), visitor.now);
    let saved = app
        .db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                if !authorizations::save(tx, &waiting.row).await? {
                    return Ok(false);
                }
                browser::succeed(tx, &parts, &old, &fresh, claim).await?;
                let client = Some(waiting.row.client.as_str());
                let login = LoginRecord { account: &account, client, reference: &reference };
                record(tx, &parts.vault, &login, now).await?;
                Ok(true)
            })
        })
        .await?;
    let mut answer = back;
    if let (true, Some(cookie)) = (saved, cookie) {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(answer)
}

/// The browser's open claim, unless it is another account's.
fn kept_claim(arrival: &Arrival, account: &AccountId) -> Option<ClaimId> {
    let claim = arrival.visitor.browser.claim.as_ref()?;
    (claim.account.as_ref() == Some(account)).then(|| claim.id.clone())
}
