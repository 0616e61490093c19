//! `/oauth/logout`: ends the session at a partner's wish (OpenID Connect RP-Initiated Logout 1.0).
//!
//! Only an ID token of ours that names this browser's session ends it unasked and leads back to
//! the partner. Whatever else arrives is put to the citizen, and leads nowhere.

mod hint;
mod kept;
mod wish;

use super::pace::pace;
use super::params;
use crate::app::{App, Fault, html};
use crate::auth::browser::{self, check_csrf};
use crate::auth::farewell;
use crate::auth::visitor::Visitor;
use crate::domain::authorization::Params;
use crate::domain::client::Client;
use crate::error::AppError;
use crate::pages::authorize::AuthorizeProblemPage;
use crate::pages::logout::{LoggedOutPage, LogoutPage};
use crate::web::cx::CSRF_FIELD;
use crate::web::forms::FormData;
use crate::web::headers::forgetting;
use crate::web::lang::Lang;
use crate::web::paths;
use crate::web::urls::with_query;
use axum::Router;
use axum::extract::{RawQuery, Request, State};
use axum::http::StatusCode;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use hint::Belongs;
use wish::Wish;

/// The route.
pub(super) fn routes() -> Router<App> {
    Router::new().route(paths::END_SESSION, get(show).post(submit))
}

/// A partner's wish, brought by the browser.
async fn show(
    State(app): State<App>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, AppError> {
    let params = match params::query(query.as_deref().unwrap_or_default()) {
        Some(params) => match params.first(kept::PARAMETER) {
            Some(name) => kept::find(&app, name, visitor.now).await?,
            None => Some(params),
        },
        None => return refuse(visitor, "the query cannot be read"),
    };
    // A wish that is kept no longer is none: the citizen is asked.
    let read = wish::read(&app, &params.unwrap_or_default()).await?;
    let wish = match read {
        Ok(wish) => wish,
        Err(description) => return refuse(visitor, description),
    };
    let Some(session) = visitor.browser.session.clone().filter(|s| s.account.is_some()) else {
        return leave(&app, visitor, wish);
    };
    let belongs = match &wish.hint {
        Some(hint) => hint::belongs(&app, hint, &wish, &session).await?,
        None => Belongs::Unknown,
    };
    if belongs == Belongs::Here {
        end(&app, &visitor).await?;
        return leave(&app, visitor, wish);
    }
    let vouched = wish.client.as_deref().filter(|_| wish.hint.is_some());
    let partner = vouched.map(|client| named(client, &visitor));
    html(200, &LogoutPage { cx: visitor.cx, partner })
}

/// The answer to our own question; or a partner's wish sent as a form. The browser sends no cookie
/// along with that, so it is asked to come again by itself.
async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    request: Request,
) -> Result<Response, AppError> {
    let form = FormData::read(request).await?;
    if !form.has(CSRF_FIELD) {
        return come_again(&app, visitor, Params::new(form.into_fields())).await;
    }
    check_csrf(&app, &visitor.browser, form.text(CSRF_FIELD))?;
    end(&app, &visitor).await?;
    logged_out(&app, visitor)
}

/// Sends the browser here by itself. What cannot be followed is refused at once, so that only who
/// holds an ID token of ours leaves anything behind.
async fn come_again(app: &App, visitor: Visitor, params: Params) -> Result<Response, AppError> {
    let wish = match wish::read(app, &params).await? {
        Ok(wish) => wish,
        Err(description) => return refuse(visitor, description),
    };
    let known = || wish::KNOWN.iter().flat_map(|name| params.all(name).map(move |v| (*name, v)));
    let again = match wish.client {
        Some(client) if wish.hint.is_some() => {
            pace(app, &client.client_id, visitor.now)?;
            let fields: Vec<_> = known().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
            let name = kept::keep(app, &client.client_id, &fields, visitor.now).await?;
            with_query(paths::END_SESSION, [(kept::PARAMETER, name.as_str())])
        }
        _ => with_query(paths::END_SESSION, known()),
    };
    Ok(Redirect::to(&again).into_response())
}

/// A wish that is never followed: the citizen is told, and stays logged in.
fn refuse(visitor: Visitor, description: &str) -> Result<Response, AppError> {
    let page = AuthorizeProblemPage {
        code: "invalid_request",
        description: description.to_owned(),
        partner: None,
        reference: visitor.reference.as_str().to_owned(),
        cx: visitor.cx,
    };
    html(400, &page)
}

fn named(client: &Client, visitor: &Visitor) -> String {
    client.name(visitor.cx.lang() == Lang::En).to_owned()
}

/// Ends the session, and queues a logout token for every client it signed in to.
async fn end(app: &App, visitor: &Visitor) -> Result<(), Fault> {
    let Some(session) = visitor.browser.session.clone() else { return Ok(()) };
    let (parts, now) = (app.clone(), visitor.now);
    app.db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move { farewell::log_out(tx, &parts, &session, now).await })
        })
        .await
}

/// Back to the partner where an ID token of ours vouches for it; else the page that says so.
fn leave(app: &App, visitor: Visitor, wish: Wish) -> Result<Response, AppError> {
    match wish.back {
        Some(to) if wish.hint.is_some() => {
            Ok(without_cookie(app, (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response()))
        }
        _ => logged_out(app, visitor),
    }
}

fn logged_out(app: &App, visitor: Visitor) -> Result<Response, AppError> {
    let mut cx = visitor.cx;
    (cx.signed_in_as, cx.idle_s) = (None, None);
    Ok(without_cookie(app, html(200, &LoggedOutPage { cx })?))
}

fn without_cookie(app: &App, mut answer: Response) -> Response {
    if let Some(cookie) = browser::rules(app).clear_session() {
        answer.headers_mut().append(SET_COOKIE, cookie);
    }
    forgetting(answer)
}
