//! A code shown on another screen (RFC 8628 §3.4): the device asks until the citizen has decided.

use super::settle::{Ground, Kept, ground, line_row, note_if_live, particulars, standing};
use super::{Ask, Refusal, refreshes, targeted};
use crate::app::{Fault, internal};
use crate::auth::device::{DeviceBody, device_digest};
use crate::domain::client::GrantType;
use crate::domain::ids::LineId;
use crate::oauth::issue::{Issued, Line, LineBody, TokenAnswer, Wish, tokens};
use crate::oauth::refresh as refresh_tokens;
use crate::storage::device_codes::{self, DeviceRow, DeviceState};
use crate::storage::refresh;
use std::sync::Arc;

pub(super) async fn redeem(ask: &Arc<Ask>) -> Result<TokenAnswer, Refusal> {
    let code = ask.params.one("device_code")?;
    let code = code.ok_or(Refusal::Request("device_code is missing"))?;
    let (row, body, ground) = find(ask, device_digest(&ask.app, code)).await?;
    match row.state {
        DeviceState::Used => return Err(Refusal::Grant("the device code was used before")),
        _ if ask.now >= row.expires_at => return Err(Refusal::Expired),
        DeviceState::Denied => return Err(Refusal::Denied),
        DeviceState::Pending => return Err(wait(ask, row).await?),
        DeviceState::Approved => {}
    }
    let allowed = body.allowed.ok_or_else(|| internal("an approved device code by nobody"))?;
    let (grant, card) = standing(ask, ground).await?;
    let cnf = ask.confirmation().filter(|_| ask.client().is_public());
    let resources = targeted(ask, &body.resources).await?;
    let id = LineId::from_random(ask.app.random());
    let body = LineBody::of_device(body.scope, body.resources, allowed, cnf);
    let line = Line { id, grant, card, body };
    let refresh_token = refreshes(ask.client(), &line.body.scope)
        .then(|| refresh_tokens::make(&ask.app, &line.id, 0).text());
    let wish = Wish { scope: line.body.scope.clone(), resources, refresh_token };
    let issued = tokens(ask, &line, wish)?;
    let answer = issued.answer.clone();
    settle(ask, row, line, issued).await??;
    Ok(answer)
}

/// The code, if it is this client's, and what it stands on.
async fn find(
    ask: &Arc<Ask>,
    digest: String,
) -> Result<(DeviceRow, DeviceBody, Option<Ground>), Refusal> {
    let client = ask.client().client_id.clone();
    let found = ask
        .app
        .db
        .read::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                let found = device_codes::find(tx, &digest).await?;
                let Some(row) = found.filter(|row| row.client == client) else { return Ok(None) };
                let body: DeviceBody = serde_json::from_str(&row.body).map_err(internal)?;
                let ground = match &body.allowed {
                    Some(allowed) => ground(tx, &allowed.grant).await?,
                    None => None,
                };
                Ok(Some((row, body, ground)))
            })
        })
        .await?;
    found.ok_or(Refusal::Grant("the device code is unknown, or another client's"))
}

/// Nobody has decided: the device waits, and longer when it asks too often.
async fn wait(ask: &Arc<Ask>, row: DeviceRow) -> Result<Refusal, Refusal> {
    let parts = Arc::clone(ask);
    ask.app
        .db
        .write::<_, Refusal, _>(move |tx| {
            Box::pin(async move {
                parts.caller.spend(tx).await?;
                let in_time = device_codes::poll(tx, &row.digest, parts.now).await?;
                Ok(if in_time { Refusal::Pending } else { Refusal::SlowDown })
            })
        })
        .await
}

async fn settle(
    ask: &Arc<Ask>,
    row: DeviceRow,
    line: Line,
    issued: Issued,
) -> Result<Kept, Refusal> {
    let ask = Arc::clone(ask);
    let app = ask.app.clone();
    app.db
        .write::<_, Refusal, _>(move |tx| {
            Box::pin(async move {
                ask.caller.spend(tx).await?;
                let client = &ask.client().client_id;
                if !device_codes::redeem(tx, &row.digest, client, ask.now).await? {
                    return Ok(Err(Refusal::Grant("the device code was used before")));
                }
                if issued.answer.refresh_token.is_some() {
                    refresh::insert(tx, &line_row(&ask, &line)?).await?;
                }
                let body = particulars(&ask, &line, &issued, GrantType::DeviceCode.as_str());
                note_if_live(tx, &ask, &line.grant, ("token.issued", body)).await?;
                Ok(Ok(()))
            })
        })
        .await
}
