//! There and back: `/start` and `/callback`.

use super::Shared;
use super::visit::{Visit, set_session};
use crate::partner::flow::{Answer, MORE, SCOPES};
use crate::partner::trouble::Trouble;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

/// What a link to `/start` may say.
#[derive(Deserialize)]
pub(super) struct Wish {
    /// `identity`: the full name and number too.
    ask: Option<String>,
    /// Who sent the citizen here (OpenID Connect Core §4).
    iss: Option<String>,
}

/// `/start`: makes state, nonce and PKCE, hands the request in, and sends the browser on. The
/// issuer may send citizens here who are to begin again.
pub(super) async fn start(
    State(partner): Shared,
    Query(wish): Query<Wish>,
    visit: Visit,
) -> Response {
    if wish.iss.as_ref().is_some_and(|iss| !partner.settings.is_issuer(iss)) {
        return visit.trouble(Trouble::Untrusted("begun by another issuer".to_owned()));
    }
    let scopes = if wish.ask.as_deref() == Some("identity") { MORE } else { SCOPES };
    let (pending, url) = match partner.begin(scopes, visit.cx.lang().tag()).await {
        Ok(begun) => begun,
        Err(trouble) => return visit.trouble(trouble),
    };
    let id = visit.id.unwrap_or_else(|| partner.sessions.open());
    partner.sessions.with(&id, |session| session.begin(pending));
    let mut answer = Redirect::to(url.as_str()).into_response();
    set_session(answer.headers_mut(), &id);
    answer
}

/// `/callback`: the answer must belong to a sign-in of this browser, and it is used once.
pub(super) async fn callback(
    State(partner): Shared,
    Query(answer): Query<Answer>,
    visit: Visit,
) -> Response {
    let state = answer.state.as_deref().unwrap_or_default();
    let Some(id) = &visit.id else { return visit.trouble(Trouble::UnknownState) };
    let pending = partner.sessions.with(id, |session| session.take(state)).flatten();
    let Some(pending) = pending else {
        // Back and reload show the answer again that has signed in already.
        let done = visit.session.signed_in.as_ref().is_some_and(|who| who.state == state);
        return match done {
            true => Redirect::to("/card").into_response(),
            false => visit.trouble(Trouble::UnknownState),
        };
    };
    let signed_in = match partner.finish(pending, &answer).await {
        Ok(signed_in) => signed_in,
        Err(trouble) => return visit.trouble(trouble),
    };
    let Some(renewed) = partner.sessions.renew(id) else {
        return visit.trouble(Trouble::UnknownState);
    };
    partner.sessions.with(&renewed, |session| {
        session.signed_in = Some(Box::new(signed_in));
        session.farewell = None;
    });
    let mut answer = Redirect::to("/card").into_response();
    set_session(answer.headers_mut(), &renewed);
    answer
}
