//! The client for itself (RFC 6749 §4.4): relying services that call other services. Nothing is
//! stored and, unless the client proves itself by something that is used up, nothing is read.

use super::{Ask, Refusal, named};
use crate::app::internal;
use crate::domain::scope::{Scope, ScopeSet};
use crate::oauth::clients;
use crate::oauth::issue::{TokenAnswer, token_type};
use crate::token::access::{
    ACCESS_TOKEN_LIFETIME, ACCESS_TOKEN_TYPE, AccessClaims, Audience, own_jti,
};
use std::sync::Arc;

pub(super) async fn redeem(ask: &Arc<Ask>) -> Result<TokenAnswer, Refusal> {
    if ask.client().is_public() {
        return Err(Refusal::Unauthorized);
    }
    let scope = scope(ask)?;
    let resources = resources(ask).await?;
    let cnf = ask.confirmation();
    let claims = AccessClaims {
        iss: ask.app.issuer.clone(),
        sub: ask.client().client_id.clone(),
        aud: Audience::of(resources, &ask.app.issuer),
        client_id: ask.client().client_id.clone(),
        iat: ask.now,
        exp: ask.now + ACCESS_TOKEN_LIFETIME,
        jti: own_jti(ask.app.random()),
        scope,
        auth_time: None,
        acr: None,
        amr: Vec::new(),
        cnf,
    };
    let access_token = ask.app.keys.sign(ACCESS_TOKEN_TYPE, &claims, ask.now).map_err(internal)?;
    use_up(ask).await?;
    ask.app.tally.count(&claims.client_id);
    Ok(TokenAnswer {
        access_token,
        token_type: token_type(claims.cnf.as_ref()),
        expires_in: ACCESS_TOKEN_LIFETIME.as_secs(),
        scope: claims.scope,
        id_token: None,
        refresh_token: None,
        ecard_token: None,
    })
}

async fn use_up(ask: &Arc<Ask>) -> Result<(), Refusal> {
    if !ask.caller.has_to_spend() {
        return Ok(());
    }
    let parts = Arc::clone(ask);
    ask.app
        .db
        .write::<_, Refusal, _>(move |tx| {
            Box::pin(async move { Ok(parts.caller.spend(tx).await?) })
        })
        .await
}

/// Functions alone: what concerns a citizen needs the citizen.
fn scope(ask: &Ask) -> Result<ScopeSet, Refusal> {
    let function = |scope: &Scope| matches!(scope, Scope::Function(_));
    let own: ScopeSet = ask.client().scope.iter().filter(function).collect();
    let Some(text) = ask.params.one("scope")? else { return Ok(own) };
    match ScopeSet::parse_strictly(text) {
        Ok(asked) if asked.is_within(&own) => Ok(asked),
        _ => Err(Refusal::Scope("more than this client is registered for by itself")),
    }
}

async fn resources(ask: &Ask) -> Result<Vec<String>, Refusal> {
    let asked = named(&ask.params).unwrap_or_default();
    if clients::are_resources(&ask.app, &asked).await? { Ok(asked) } else { Err(Refusal::Target) }
}
