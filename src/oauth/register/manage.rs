//! A client looks after its own registration (RFC 7592), by the token it got with it.

use super::answer::Answer;
use super::error::RegistrationRefused;
use super::request::{self, bearer, members};
use crate::app::App;
use crate::auth::registration::software::{Registered, registered};
use crate::auth::registration::{self, Actor, new_secret, sector};
use crate::domain::client::Keeper;
use crate::domain::client::metadata::Sender;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

/// What only this service sets (RFC 7592 §2.2).
const OURS: [&str; 4] = [
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
];

/// The client and its token. Nobody learns which of the two was wrong.
async fn caller(
    app: &App,
    id: &str,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<(Registered, Secret), RegistrationRefused> {
    let token = Secret::new(bearer(headers).ok_or(RegistrationRefused::NoToken)?);
    let found = registered(app, id, token.expose(), now).await?;
    Ok((found.ok_or(RegistrationRefused::Token)?, token))
}

/// What is registered (RFC 7592 §2.1); the secret is kept nowhere and so not told again.
pub(super) async fn read(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, RegistrationRefused> {
    let (found, own) = caller(&app, &id, &headers, app.clock.now()).await?;
    let Registered { client, created_at, .. } = &found;
    Answer { client, created_at: *created_at, secret: None, own: &own }
        .respond(&app, StatusCode::OK)
}

/// Replaces what is registered, whole (RFC 7592 §2.2): what is left out is as if it had never been
/// sent.
pub(super) async fn replace(
    State(app): State<App>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, RegistrationRefused> {
    let now = app.clock.now();
    let (before, own) = caller(&app, &id, request.headers(), now).await?;
    if before.client.keeper != Keeper::Itself {
        return Err(RegistrationRefused::Kept);
    }
    let mut members = members(request).await?;
    names_itself(&id, &mut members)?;
    let sender = Sender::Software { scope: before.scope };
    let client = registration::accept(&app, &id, &members, &sender)?;
    let client = client.kept_by_itself(&before.client, now);
    let loosened = before.client.loosened_by(&client);
    if !loosened.is_empty() {
        return Err(RegistrationRefused::Findings(loosened));
    }
    sector::check_own(&app, &client, Some(&before.client)).await?;
    if client.sector() != before.client.sector() {
        return Err(RegistrationRefused::Change(
            "redirect_uris, backchannel_logout_uri or grant_types: another sector makes every \
             citizen a stranger; register anew, or ask the operator",
        ));
    }
    let needs = client.token_endpoint_auth_method.has_secret() && !before.has_secret;
    let secret = needs.then(|| new_secret(&app));
    let actor = Actor::Software(before.label);
    registration::change(&app, &client, secret.as_ref(), actor, now).await?;
    request::known_everywhere(&app).await;
    let created_at = before.created_at;
    Answer { client: &client, created_at, secret: secret.as_ref(), own: &own }
        .respond(&app, StatusCode::OK)
}

/// A change names the client it is for, and nothing that only this service sets.
fn names_itself(id: &str, members: &mut Map<String, Value>) -> Result<(), RegistrationRefused> {
    if OURS.iter().any(|name| members.contains_key(*name)) {
        return Err(RegistrationRefused::Change(
            "leave out registration_access_token, registration_client_uri, \
             client_secret_expires_at and client_id_issued_at",
        ));
    }
    if members.remove("client_id") != Some(Value::String(id.to_owned())) {
        return Err(RegistrationRefused::Change("client_id must be the client's own"));
    }
    Ok(())
}

/// Ends the registration (RFC 7592 §2.3): the client is refused from now on.
pub(super) async fn remove(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, RegistrationRefused> {
    let now = app.clock.now();
    let (before, _) = caller(&app, &id, &headers, now).await?;
    registration::disable(&app, &id, Actor::Software(before.label), now).await?;
    request::known_everywhere(&app).await;
    Ok(StatusCode::NO_CONTENT.into_response())
}
