//! Once signed in: the card, new tokens, and the two ways of being logged out.

use super::Shared;
use super::visit::Visit;
use crate::partner::journal::{Kind, Step};
use crate::partner::pages::{CardPage, MissingPage, Notice};
use crate::partner::session::Farewell;
use crate::partner::trouble::Trouble;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Form, Json};
use openidconnect::CsrfToken;
use serde::Deserialize;
use serde_json::json;

/// What the card page is opened with.
#[derive(Deserialize)]
pub(super) struct Opened {
    /// Set after new tokens came.
    refreshed: Option<String>,
}

/// `/card`
pub(super) async fn card(
    State(partner): Shared,
    Query(opened): Query<Opened>,
    visit: Visit,
) -> Response {
    let Some(who) = visit.session.signed_in.clone() else {
        return Redirect::to("/social/online").into_response();
    };
    let page = CardPage {
        cx: visit.cx.clone(),
        notice: opened.refreshed.map(|_| Notice::Refreshed),
        who: *who,
        grants: partner.settings.at_issuer("/grants"),
    };
    visit.page(200, &page)
}

/// A form of this site: whoever sends it has seen the page.
#[derive(Deserialize)]
pub(super) struct Posted {
    #[serde(default)]
    csrf: String,
}

impl Posted {
    fn is_of(&self, visit: &Visit) -> bool {
        !self.csrf.is_empty() && self.csrf == visit.session.csrf
    }
}

fn forbidden(visit: &Visit) -> Response {
    visit.page(403, &MissingPage { cx: visit.cx.clone(), forbidden: true })
}

/// `/refresh`: new tokens. When the issuer gives none, the citizen has withdrawn the permission,
/// and is no longer signed in here.
pub(super) async fn refresh(
    State(partner): Shared,
    visit: Visit,
    Form(posted): Form<Posted>,
) -> Response {
    if !posted.is_of(&visit) {
        return forbidden(&visit);
    }
    let (Some(id), Some(who)) = (&visit.id, visit.session.signed_in.clone()) else {
        return Redirect::to("/social/online").into_response();
    };
    match partner.refresh(*who).await {
        Ok(fresh) => {
            // A logout that came in between stands.
            partner.sessions.with(id, |session| {
                if session.signed_in.is_some() {
                    session.signed_in = Some(Box::new(fresh));
                }
            });
            Redirect::to("/card?refreshed=1").into_response()
        }
        Err(trouble) => {
            let has_ended = matches!(&trouble, Trouble::Answered(code) if code == "invalid_grant");
            if has_ended {
                partner.sessions.with(id, |session| session.signed_in = None);
            }
            visit.trouble(if has_ended { Trouble::Withdrawn } else { trouble })
        }
    }
}

/// `/logout`: ends the session here, then at the issuer.
pub(super) async fn logout(
    State(partner): Shared,
    visit: Visit,
    Form(posted): Form<Posted>,
) -> Response {
    if !posted.is_of(&visit) {
        return forbidden(&visit);
    }
    let state = CsrfToken::new_random().into_secret();
    if let Some(id) = &visit.id {
        partner.sessions.with(id, |session| {
            session.signed_in = None;
            session.farewell = Some(Farewell::Here(state.clone()));
        });
    }
    let Some(who) = &visit.session.signed_in else { return Redirect::to("/").into_response() };
    match partner.farewell(who, &state).await {
        Some(url) => Redirect::to(url.as_str()).into_response(),
        None => Redirect::to("/").into_response(),
    }
}

/// What the issuer posts (OpenID Connect Back-Channel Logout §2.5).
#[derive(Deserialize)]
pub(super) struct Notified {
    #[serde(default)]
    logout_token: String,
}

/// `/backchannel-logout`: the issuer itself says that a citizen's session has ended.
pub(super) async fn backchannel_logout(
    State(partner): Shared,
    Form(notified): Form<Notified>,
) -> Response {
    match partner.ending(&notified.logout_token, partner.now()).await {
        Ok(ending) => {
            let address = partner.settings.own("/backchannel-logout");
            let step = Step::new(Kind::LogoutToken, format!("POST {address}"));
            let ended = partner.sessions.end(&ending, &step.claims(&ending.claims));
            tracing::info!(ended, "partner: logged out by the issuer");
            StatusCode::OK.into_response()
        }
        Err(trouble) => {
            tracing::warn!(why = %trouble, "partner: a logout token was refused");
            // An issuer that cannot be asked for its keys now may try again later.
            let status = match trouble {
                Trouble::Unreachable(_) => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::BAD_REQUEST,
            };
            let told =
                json!({ "error": "invalid_request", "error_description": trouble.to_string() });
            (status, Json(told)).into_response()
        }
    }
}
