//! `POST /oauth/device_authorization` (RFC 8628 §3.1, §3.2).

use crate::app::{App, internal};
use crate::auth::device::{
    DEVICE_CODE_LIFETIME, DeviceBody, POLL_INTERVAL_S, UserCode, device_digest, fresh_device_code,
};
use crate::domain::authorization::Params;
use crate::domain::client::{Client, GrantType};
use crate::domain::scope::{Scope, ScopeSet};
use crate::oauth::caller::{self, Caller, Replay};
use crate::oauth::clients::are_resources;
use crate::oauth::error::OAuthError;
use crate::oauth::pace::pace;
use crate::storage::device_codes::{self, DeviceRow, DeviceState};
use crate::web::paths;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::sync::Arc;

/// How often two fresh codes may meet codes that are taken: once is one chance in a billion.
const MOST_DRAWS: usize = 3;

/// Hands out the two codes.
pub(super) async fn issue(
    State(app): State<App>,
    request: Request,
) -> Result<Response, OAuthError> {
    let now = app.clock.now();
    let (caller, params) =
        caller::identify(&app, request, paths::DEVICE_AUTHORIZATION, now).await?;
    pace(&app, &caller.client().client_id, now)?;
    let body = read(&app, caller.client(), &params).await?;
    let body = serde_json::to_string(&body).map_err(internal)?;
    let caller = Arc::new(caller);
    for _ in 0..MOST_DRAWS {
        let (device_code, user_code) = (fresh_device_code(&app), UserCode::fresh(&app));
        let row = DeviceRow {
            digest: device_digest(&app, &device_code),
            user_digest: user_code.digest(&app),
            client: caller.client().client_id.clone(),
            state: DeviceState::Pending,
            body: body.clone(),
            interval_s: POLL_INTERVAL_S,
            created_at: now,
            expires_at: now + DEVICE_CODE_LIFETIME,
        };
        if keep(&app, &caller, row).await? {
            return Ok(caller.with_nonce(answer(&app, &device_code, &user_code)));
        }
    }
    Err(internal("no free device code").into())
}

/// What the device asks for, as far as its client may.
async fn read(app: &App, client: &Client, params: &Params) -> Result<DeviceBody, OAuthError> {
    if !client.may_use(GrantType::DeviceCode) {
        let what = "the client is not registered for the device grant";
        return Err(OAuthError::new("unauthorized_client", what));
    }
    let twice = |_| OAuthError::new("invalid_request", "scope was sent twice");
    let of_citizens: ScopeSet = Scope::OF_CITIZENS.into_iter().collect();
    let named = params.one("scope").map_err(twice)?.unwrap_or_default();
    let scope = ScopeSet::parse(named).and(&of_citizens);
    if scope.is_empty() || !scope.is_within(&client.scope) {
        let what = "no scope, or one that the client is not registered for";
        return Err(OAuthError::new("invalid_scope", what));
    }
    let resources: Vec<String> = params.all("resource").map(str::to_owned).collect();
    if !are_resources(app, &resources).await? {
        return Err(OAuthError::new("invalid_target", "a resource nobody here runs"));
    }
    Ok(DeviceBody { scope, resources, allowed: None })
}

async fn keep(app: &App, caller: &Arc<Caller>, row: DeviceRow) -> Result<bool, OAuthError> {
    let caller = Arc::clone(caller);
    let kept = app
        .db
        .write::<_, Refused, _>(move |tx| {
            Box::pin(async move {
                caller.spend(tx).await?;
                if device_codes::insert(tx, &row).await? { Ok(()) } else { Err(Refused::Taken) }
            })
        })
        .await;
    match kept {
        Ok(()) => Ok(true),
        Err(Refused::Taken) => Ok(false),
        Err(Refused::Replay(replay)) => Err(replay.into()),
    }
}

/// Why codes were not kept: then nothing of the request was, its proof can be used again.
enum Refused {
    Taken,
    Replay(Replay),
}

impl From<Replay> for Refused {
    fn from(replay: Replay) -> Self {
        Self::Replay(replay)
    }
}

impl From<crate::storage::DbError> for Refused {
    fn from(error: crate::storage::DbError) -> Self {
        Self::Replay(error.into())
    }
}

fn answer(app: &App, device_code: &str, user_code: &UserCode) -> Response {
    let page = format!("{}{}", app.issuer, paths::DEVICE);
    let shown = user_code.shown();
    let body = json!({
        "device_code": device_code,
        "user_code": shown,
        "verification_uri": page,
        "verification_uri_complete": format!("{page}?user_code={shown}"),
        "expires_in": DEVICE_CODE_LIFETIME.as_secs(),
        "interval": POLL_INTERVAL_S,
    });
    ([(CACHE_CONTROL, "no-store")], Json(body)).into_response()
}
