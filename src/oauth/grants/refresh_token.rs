//! A refresh token (RFC 6749 §6). Confidential clients keep theirs, because nobody else can use it
//! (FAPI 2.0 §5.3.2.1). A public client's rotates: each is answered with its successor, as often as
//! it is presented, so that a lost answer or a race logs nobody out; once the successor was
//! presented, the one before it in other hands ends the line (RFC 9700 §4.14.2).

use super::settle::{
    Ground, Kept, LineEnd, end_line, follow, ground, note_if_live, particulars, standing,
};
use super::{Ask, Refusal, narrowed, targeted};
use crate::app::{Fault, internal};
use crate::domain::client::GrantType;
use crate::oauth::issue::{Issued, Line, LineBody, TokenAnswer, Wish, tokens};
use crate::oauth::refresh as refresh_tokens;
use crate::storage::refresh::{self, LineRow};
use crate::token::refresh::RefreshToken;
use std::sync::Arc;

pub(super) async fn redeem(ask: &Arc<Ask>) -> Result<TokenAnswer, Refusal> {
    let text = ask.params.one("refresh_token")?;
    let text = text.ok_or(Refusal::Request("refresh_token is missing"))?;
    let token = refresh_tokens::read(&ask.app, text);
    let token = token.ok_or(Refusal::Grant("the refresh token is unknown"))?;
    let (row, ground) = find(ask, &token).await?;
    let body: LineBody = serde_json::from_str(&row.body).map_err(internal)?;
    check_key(ask, &body)?;
    let scope = narrowed(&ask.params, &body.scope)?;
    let resources = targeted(ask, &body.resources).await?;
    let (grant, card) = standing(ask, ground).await?;
    let line = Line { id: row.id.clone(), grant, card, body };
    let next = if ask.client().is_public() { token.generation + 1 } else { token.generation };
    let refresh_token = Some(refresh_tokens::make(&ask.app, &line.id, next).text());
    let issued = tokens(ask, &line, Wish { scope, resources, refresh_token })?;
    let answer = issued.answer.clone();
    match settle(ask, token.generation, line, issued).await? {
        Ok(()) => Ok(answer),
        Err(refusal) => {
            follow(&ask.app).await;
            Err(refusal)
        }
    }
}

/// The token's line, if it is this client's, and what it stands on.
async fn find(ask: &Arc<Ask>, token: &RefreshToken) -> Result<(LineRow, Option<Ground>), Refusal> {
    let id = token.line.clone();
    let found = ask
        .app
        .db
        .read::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                let Some(row) = refresh::find(tx, &id).await? else { return Ok(None) };
                let ground = ground(tx, &row.grant).await?;
                Ok(Some((row, ground)))
            })
        })
        .await?;
    found
        .filter(|(row, _)| row.client == ask.client().client_id)
        .ok_or(Refusal::Grant("the refresh token is unknown, or another client's"))
}

/// A public client's line stays with the key it began with (RFC 9449 §5).
fn check_key(ask: &Ask, body: &LineBody) -> Result<(), Refusal> {
    let Some(bound) = body.cnf.as_ref().and_then(|cnf| cnf.jkt.as_ref()) else { return Ok(()) };
    match ask.caller.jkt() {
        Some(shown) if shown == bound => Ok(()),
        Some(_) => Err(Refusal::Grant("the refresh token is bound to another key")),
        None => Err(Refusal::Proof("the refresh token is bound: send a DPoP proof")),
    }
}

async fn settle(
    ask: &Arc<Ask>,
    generation: i64,
    line: Line,
    issued: Issued,
) -> Result<Kept, Refusal> {
    let ask = Arc::clone(ask);
    let app = ask.app.clone();
    app.db
        .write::<_, Refusal, _>(move |tx| {
            Box::pin(async move {
                ask.caller.spend(tx).await?;
                if !refresh::present(tx, &line.id, generation, ask.now).await? {
                    let row = refresh::find(tx, &line.id).await?;
                    let replayed = row.is_some_and(|row| row.is_live && row.used > generation);
                    if !replayed {
                        return Err(Refusal::Grant("the refresh token has ended"));
                    }
                    end_line(tx, &ask.app, &line.id, replay(&ask, &line)).await?;
                    return Ok(Err(Refusal::Grant(
                        "the refresh token was used after its successor; all of its line is void",
                    )));
                }
                let body = particulars(&ask, &line, &issued, GrantType::RefreshToken.as_str());
                note_if_live(tx, &ask, &line.grant, ("token.refreshed", body)).await?;
                Ok(Ok(()))
            })
        })
        .await
}

fn replay<'a>(ask: &'a Ask, line: &'a Line) -> LineEnd<'a> {
    LineEnd {
        event: "refresh.replayed",
        client: &line.grant.client,
        grant: &line.grant.id,
        citizen: Some(&line.grant.citizen),
        reference: &ask.reference,
        now: ask.now,
    }
}
