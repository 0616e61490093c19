//! `POST /oauth/introspect`: what a token is worth now (RFC 7662), told to who got it and to who
//! runs the resource it is for. Access tokens are judged in memory alone.

use super::caller::{self, Caller};
use super::error::OAuthError;
use super::issue::token_type;
use super::refresh as refresh_tokens;
use crate::app::{App, Fault, internal};
use crate::auth::access::live;
use crate::auth::subject::subject;
use crate::domain::assurance::{Acr, Amr};
use crate::domain::scope::ScopeSet;
use crate::domain::time::Timestamp;
use crate::oauth::issue::LineBody;
use crate::storage::{grants, refresh};
use crate::token::access::{AccessClaims, Audience, Confirmation};
use crate::web::paths;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::sync::Arc;

/// What is told of a token (RFC 7662 §2.2). Of one that is not good, or not the asker's business,
/// nothing but that.
#[derive(Debug, Default, Serialize)]
struct Told {
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<Audience>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<ScopeSet>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<Acr>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    amr: Vec<Amr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<Confirmation>,
}

/// Answers the question. Only clients that prove themselves may ask: others would learn by it
/// which tokens are good.
pub(super) async fn introspect(
    State(app): State<App>,
    request: Request,
) -> Result<Response, OAuthError> {
    let now = app.clock.now();
    let (caller, params) = caller::identify(&app, request, paths::INTROSPECT, now).await?;
    if caller.client().is_public() {
        let why = "a client without authentication may not ask";
        return Err(OAuthError::new("invalid_client", why).status(401));
    }
    let token = caller::required(&params, "token")?;
    let caller = Arc::new(caller);
    caller.spend_alone(&app).await?;
    let told = match live(&app, token, now) {
        Some(claims) => access(&app, &caller, &claims).await?,
        None => refresh_token(&app, &caller, token, now).await?,
    };
    let answer = Json(told.unwrap_or_default());
    Ok(([(CACHE_CONTROL, "no-store")], answer).into_response())
}

/// An access token, to its client or to who runs one of its resources.
async fn access(app: &App, caller: &Caller, claims: &AccessClaims) -> Result<Option<Told>, Fault> {
    let client = caller.client();
    let mine = claims.client_id == client.client_id;
    if !mine && !claims.aud.iter().any(|aud| client.resources.iter().any(|own| own == aud)) {
        return Ok(None);
    }
    // Who was disabled has no tokens any more.
    if app.directory.client(app, &claims.client_id).await?.is_none() {
        return Ok(None);
    }
    Ok(Some(Told {
        active: true,
        iss: Some(claims.iss.clone()),
        sub: Some(claims.sub.clone()),
        aud: Some(claims.aud.clone()),
        client_id: Some(claims.client_id.clone()),
        token_type: Some(token_type(claims.cnf.as_ref())),
        scope: Some(claims.scope.clone()).filter(|scope| !scope.is_empty()),
        iat: Some(claims.iat),
        exp: Some(claims.exp),
        jti: Some(claims.jti.clone()),
        auth_time: claims.auth_time,
        acr: claims.acr,
        amr: claims.amr.clone(),
        cnf: claims.cnf.clone(),
    }))
}

/// A refresh token, to its client alone. One whose successor was presented is good no more.
async fn refresh_token(
    app: &App,
    caller: &Caller,
    text: &str,
    now: Timestamp,
) -> Result<Option<Told>, Fault> {
    let Some(token) = refresh_tokens::read(app, text) else { return Ok(None) };
    let id = token.line.clone();
    let found = app
        .db
        .read::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                let Some(line) = refresh::find(tx, &id).await? else { return Ok(None) };
                let grant = grants::find(tx, &line.grant).await?;
                Ok(grant.map(|grant| (line, grant)))
            })
        })
        .await?;
    let Some((line, grant)) = found else { return Ok(None) };
    let client = caller.client();
    let good = line.is_live
        && line.client == client.client_id
        && now < line.expires_at
        && token.generation >= line.used
        && grant.is_live;
    if !good {
        return Ok(None);
    }
    let body: LineBody = serde_json::from_str(&line.body).map_err(internal)?;
    Ok(Some(Told {
        active: true,
        iss: Some(app.issuer.clone()),
        sub: Some(subject(app, client, &grant.citizen)),
        client_id: Some(line.client),
        scope: Some(body.scope),
        iat: Some(line.created_at),
        exp: Some(line.expires_at),
        cnf: body.cnf,
        ..Told::default()
    }))
}
