//! `POST /oauth/par`: takes a request ahead of the browser, from the client itself (RFC 9126).

use super::authorize::check::{PUSHED, ReadError, read_for};
use super::caller::{self, Caller, Replay};
use super::error::OAuthError;
use super::pace::pace;
use crate::app::App;
use crate::auth::code;
use crate::auth::pending::seal_pushed;
use crate::domain::authorization::{AuthorizationRequest, Params, read_redirect};
use crate::storage::pushed::{self, PushedRow};
use crate::web::paths;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// How long an authorization may begin from a pushed request (5 to 599 s under FAPI 2.0 §5.3.2.2).
pub(super) const LIFETIME: Duration = Duration::from_secs(90);

/// Takes a request and names it.
pub(super) async fn push(State(app): State<App>, request: Request) -> Result<Response, OAuthError> {
    let now = app.clock.now();
    let (caller, params) = caller::identify(&app, request, paths::PAR, now).await?;
    let caller = Arc::new(caller);
    pace(&app, &caller.client().client_id, now)?;
    let asked = read(&app, &caller, &params).await?;
    let uri = format!("{PUSHED}{}", code::fresh(&app));
    let digest = code::digest(&app, &uri);
    let row = PushedRow {
        body: seal_pushed(&app, &digest, &asked)?,
        digest,
        client: asked.client_id.clone(),
        is_open: true,
        expires_at: now + LIFETIME,
    };
    let spender = Arc::clone(&caller);
    app.db
        .write::<_, Replay, _>(move |tx| {
            Box::pin(async move {
                spender.spend(tx).await?;
                pushed::insert(tx, &row);
                Ok(())
            })
        })
        .await?;
    let body = Json(json!({ "request_uri": uri, "expires_in": LIFETIME.as_secs() }));
    let answer = (StatusCode::CREATED, [(CACHE_CONTROL, "no-store")], body).into_response();
    Ok(caller.with_nonce(answer))
}

/// The request, checked as the authorization endpoint would, but answered here.
async fn read(
    app: &App,
    caller: &Caller,
    params: &Params,
) -> Result<AuthorizationRequest, OAuthError> {
    if params.has("request_uri") {
        let hint = "request_uri has no place in a pushed request (RFC 9126 section 2.1)";
        return Err(OAuthError::new("invalid_request", hint));
    }
    let to = read_redirect(caller.client(), params)
        .map_err(|problem| OAuthError::new(problem.code, problem.description))?;
    let mut request = match read_for(app, caller.client(), to, params).await {
        Ok(request) => request,
        Err(ReadError::Problem(wrong)) => {
            return Err(OAuthError::new(wrong.code, wrong.description));
        }
        Err(ReadError::Fault(fault)) => return Err(fault.into()),
    };
    if let Some(jkt) = caller.jkt() {
        if request.dpop_jkt.as_ref().is_some_and(|asked| asked != jkt) {
            return Err(OAuthError::new("invalid_dpop_proof", "dpop_jkt names another key"));
        }
        request.dpop_jkt = Some(jkt.to_owned());
    }
    Ok(request)
}
