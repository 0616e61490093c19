//! Whoever comes to a page of the card: logged in, or sent to log in and back.

use crate::auth::browser::Session;
use crate::auth::visitor::Visitor;
use crate::domain::ids::{AccountId, Reference};
use crate::domain::time::Timestamp;
use crate::web::cx::Cx;
use crate::web::paths;
use axum::response::{IntoResponse, Redirect, Response};

/// Somebody who is logged in.
pub(super) struct Arrival {
    /// The account.
    pub account: AccountId,
    /// The session.
    pub session: Session,
    /// The page context.
    pub cx: Cx,
    /// The moment of the request.
    pub now: Timestamp,
    /// The request's reference number.
    pub reference: Reference,
}

/// Who is logged in; the answer is the way to the login, and from there back to `path`.
pub(super) fn logged_in(visitor: Visitor, path: &str) -> Result<Arrival, Box<Response>> {
    let Visitor { browser, cx, now, reference } = visitor;
    let known = browser.session.and_then(|session| {
        let account = session.account.clone()?;
        Some((account, session))
    });
    let Some((account, session)) = known else {
        let login = format!("{}?next={path}", paths::LOGIN);
        return Err(Box::new(Redirect::to(&login).into_response()));
    };
    Ok(Arrival { account, session, cx, now, reference })
}
