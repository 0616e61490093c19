//! `POST /oauth/token`: hands out tokens (RFC 6749 §3.2).

use super::caller;
use super::error::OAuthError;
use super::grants::{self, Ask, Refusal};
use super::issue::TokenAnswer;
use crate::app::App;
use crate::domain::client::GrantType;
use crate::domain::ids::Reference;
use crate::web::paths;
use axum::extract::{Extension, Request, State};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Answers a token request.
pub(super) async fn token(
    State(app): State<App>,
    Extension(reference): Extension<Reference>,
    request: Request,
) -> Result<Response, OAuthError> {
    let now = app.clock.now();
    let (caller, params) = caller::identify(&app, request, paths::TOKEN, now).await?;
    let ask = Arc::new(Ask { app, caller, params, reference, now });
    let answer = match answer(&ask).await {
        Ok((grant, tokens)) => {
            ask.app.metrics.issued(grant.as_str());
            tokens.into_response()
        }
        Err(refusal) => OAuthError::from(refusal).into_response(),
    };
    Ok(ask.caller.with_nonce(answer))
}

async fn answer(ask: &Arc<Ask>) -> Result<(GrantType, TokenAnswer), Refusal> {
    let named = ask.params.one("grant_type")?;
    let named = named.ok_or(Refusal::Request("grant_type is missing"))?;
    let grant = GrantType::parse(named).ok_or(Refusal::UnsupportedGrant)?;
    Ok((grant, grants::redeem(grant, ask).await?))
}
