//! A browser at an authorization that waits: is it this one's, and is it still open?

use super::error::lost;
use super::waiting::Waiting;
use crate::app::{App, Fault};
use crate::auth::browser::{self, Session, csrf_token};
use crate::auth::visitor::Visitor;
use crate::domain::client::Client;
use crate::domain::ids::AuthorizationId;
use crate::error::AppError;
use crate::oauth::clients;
use crate::pages::authorize::LostReason;
use crate::storage::authorizations::{self, AuthorizationRow};
use crate::web::lang::Lang;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use std::sync::Arc;

/// A browser that may go on with an authorization.
pub(super) struct Arrival {
    /// The service.
    pub app: App,
    /// Who asks.
    pub client: Arc<Client>,
    /// What waits.
    pub waiting: Waiting,
    /// The browser's session.
    pub session: Session,
    /// Page context, moment, reference number, and the browser.
    pub visitor: Visitor,
    /// The header that hands over a session made just now.
    cookie: Option<HeaderValue>,
}

impl Arrival {
    /// The partner's name in the page's language.
    pub(super) fn partner(&self) -> String {
        self.client.name(self.visitor.cx.lang() == Lang::En).to_owned()
    }

    /// The answer, with the cookie of a session made just now.
    pub(super) fn with_cookie(&self, mut answer: Response) -> Response {
        if let Some(cookie) = &self.cookie {
            answer.headers_mut().append(header::SET_COOKIE, cookie.clone());
        }
        answer
    }
}

/// The arrival, or the page that says why there is none.
///
/// # Errors
/// [`AppError`].
pub(super) async fn arrive(
    app: App,
    visitor: Visitor,
    id: &str,
) -> Result<Result<Arrival, Response>, AppError> {
    let Some(row) = find(&app, id).await? else {
        return Ok(Err(lost(visitor, None, LostReason::Unknown)?));
    };
    let Some(client) = clients::known(&app, &row.client).await? else {
        return Ok(Err(lost(visitor, None, LostReason::Expired)?));
    };
    if visitor.now >= row.expires_at {
        return Ok(Err(lost(visitor, Some(&client), LostReason::Expired)?));
    }
    let bound = match (&row.session, &visitor.browser.session) {
        (Some(bound), Some(session)) if *bound == session.id => Some((session.clone(), None)),
        (Some(_), _) => None,
        (None, _) => bind(&app, &visitor, &row).await?,
    };
    let Some((session, cookie)) = bound else {
        return Ok(Err(lost(visitor, Some(&client), LostReason::OtherBrowser)?));
    };
    let mut visitor = visitor;
    visitor.cx.csrf = csrf_token(&app, &session.value);
    let waiting = Waiting::open(&app, row)?;
    Ok(Ok(Arrival { app, client, waiting, session, visitor, cookie }))
}

async fn find(app: &App, id: &str) -> Result<Option<AuthorizationRow>, Fault> {
    let Some(id) = AuthorizationId::parse(id) else { return Ok(None) };
    app.db
        .look::<_, Fault, _>(move |tx| {
            Box::pin(async move { Ok(authorizations::find(tx, &id).await?) })
        })
        .await
}

/// The first browser that arrives keeps the authorization; one without a session is given one.
async fn bind(
    app: &App,
    visitor: &Visitor,
    row: &AuthorizationRow,
) -> Result<Option<(Session, Option<HeaderValue>)>, Fault> {
    let known = visitor.browser.session.clone();
    let is_new = known.is_none();
    let session = known.unwrap_or_else(|| browser::fresh(app, None, None, visitor.now));
    let cookie = if is_new { browser::set_cookie(app, &session) } else { None };
    let (id, stored) = (row.id.clone(), session.clone());
    let bound = app
        .db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                if is_new {
                    browser::store(tx, &stored, None).await?;
                }
                Ok(authorizations::bind(tx, &id, &stored.id).await?)
            })
        })
        .await?;
    Ok(bound.then_some((session, cookie)))
}
