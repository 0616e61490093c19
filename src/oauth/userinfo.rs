//! `/oauth/userinfo`: what a partner may know of the citizen (OpenID Connect Core §5.3), by the
//! scope of its token and what was allowed claim by claim.

use super::grants::NOTE_USE_EVERY;
use super::issue::{algorithm, person};
use super::params;
use crate::app::{App, Fault, internal};
use crate::auth::bearer::{AccessToken, BearerError, bearer};
use crate::auth::dpop::{self, DPOP_NONCE};
use crate::auth::face::face;
use crate::domain::client::Client;
use crate::domain::field::FieldSet;
use crate::domain::ids::GrantId;
use crate::domain::scope::Scope;
use crate::domain::time::Timestamp;
use crate::storage::cards::{self, CardRow};
use crate::storage::grants::{self, GrantRow};
use crate::storage::used_jtis;
use crate::token::access::TokenName;
use crate::web::paths;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::Method;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

/// Answers by GET and by POST.
pub(super) async fn userinfo(State(app): State<App>, request: Request) -> Response {
    let now = app.clock.now();
    match tell(&app, request, now).await {
        Ok(answer) => answer,
        Err(error) => error.answer(&app, now),
    }
}

async fn tell(app: &App, request: Request, now: Timestamp) -> Result<Response, BearerError> {
    let (parts, form) = read(request).await?;
    let token = bearer(app, &parts, form.as_deref(), paths::USERINFO, now)?;
    if !token.claims.scope.contains(Scope::Openid) {
        return Err(BearerError::Scope("openid"));
    }
    let client = app.directory.client(app, &token.claims.client_id).await?;
    let client = client.ok_or(BearerError::Invalid("the client was disabled"))?;
    let bound = !token.used.is_empty();
    let (claims, grant, card) = look(app, token, now).await?;
    let mut told = Map::new();
    told.insert("sub".to_owned(), claims.sub.clone().into());
    let fields = allowed(&claims.scope, &grant);
    if !fields.is_empty() {
        told.extend(person::claims(&face(app, &card)?, &fields));
    }
    let mut answer = write(app, &client.client, told, now)?;
    if bound && let Ok(nonce) = HeaderValue::from_str(&dpop::fresh_nonce(app, now)) {
        answer.headers_mut().insert(DPOP_NONCE, nonce);
    }
    Ok(answer)
}

/// The request's head, and the token of its form if it has one.
async fn read(request: Request) -> Result<(Parts, Option<String>), BearerError> {
    let (parts, body) = request.into_parts();
    let in_form = parts.method == Method::POST && parts.headers.contains_key(CONTENT_TYPE);
    if !in_form {
        return Ok((parts, None));
    }
    let malformed = |_| BearerError::Malformed("the body is no form");
    let copy = Request::from_parts(parts.clone(), body);
    let form = params::form(copy).await.map_err(malformed)?;
    let token = form.one("access_token");
    let token = token.map_err(|_| BearerError::Malformed("more than one token"))?;
    Ok((parts, token.map(str::to_owned)))
}

type Seen = (std::sync::Arc<crate::token::access::AccessClaims>, GrantRow, CardRow);

/// Grant and card behind a token. Uses the proof up, and notes the grant's use once a minute.
async fn look(app: &App, token: AccessToken, now: Timestamp) -> Result<Seen, BearerError> {
    let name = TokenName::parse(&token.claims.jti).map(|name| GrantId::from_stored(name.grant));
    let ended = BearerError::Invalid("what the citizen allowed has ended");
    let Some(id) = name else { return Err(ended) };
    let found = app
        .db
        .read::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                let Some(grant) = grants::find(tx, &id).await? else { return Ok(None) };
                let card = cards::find(tx, &grant.card).await?;
                Ok(card.map(|card| (grant, card)))
            })
        })
        .await?;
    let (grant, card) =
        found.filter(|(grant, card)| grant.is_live && card.state.is_live()).ok_or(ended)?;
    let since = now - NOTE_USE_EVERY;
    let unnoted = grant.last_used_at.is_none_or(|at| at < since);
    if unnoted || !token.used.is_empty() {
        let (id, used) = (grant.id.clone(), token.used);
        app.db
            .write::<_, BearerError, _>(move |tx| {
                Box::pin(async move {
                    if !used_jtis::consume(tx, &used).await? {
                        return Err(BearerError::Proof(dpop::REPLAYED));
                    }
                    Ok(grants::used(tx, &id, now, since).await?)
                })
            })
            .await?;
    }
    Ok((token.claims, grant, card))
}

/// What the token's scope brings, and what was allowed on its own: never a field the citizen left
/// out, nor one of a scope this token was narrowed by.
fn allowed(scope: &crate::domain::scope::ScopeSet, grant: &GrantRow) -> FieldSet {
    let told = |field: &crate::domain::field::Field| {
        scope.contains(field.scope()) || !grant.allowed.scope.contains(field.scope())
    };
    grant.allowed.fields.iter().filter(told).collect()
}

/// As JSON, or signed where the client registered that (§5.3.2).
fn write(
    app: &App,
    client: &Client,
    mut told: Map<String, Value>,
    now: Timestamp,
) -> Result<Response, Fault> {
    let Some(registered) = client.userinfo_signed_response_alg else {
        return Ok(([(CACHE_CONTROL, "no-store")], Json(told)).into_response());
    };
    told.insert("iss".to_owned(), app.issuer.as_str().into());
    told.insert("aud".to_owned(), client.client_id.as_str().into());
    told.insert("iat".to_owned(), now.epoch_seconds().into());
    let signer = algorithm(client, registered);
    let signed = app.keys.sign_with(signer, Some("JWT"), &told, now).map_err(internal)?;
    let headers = [(CACHE_CONTROL, "no-store"), (CONTENT_TYPE, "application/jwt")];
    Ok((headers, signed).into_response())
}
