//! What the grants of citizens share: the grant and card they stand on, and the transaction that
//! consumes and stores.

use super::{Ask, Refusal};
use crate::app::{App, Fault, internal};
use crate::auth::over::{self, EndedBy};
use crate::domain::ids::{CitizenId, GrantId, LineId, Reference};
use crate::domain::time::Timestamp;
use crate::oauth::issue::{Issued, Line};
use crate::storage::audit::{self, AuditEvent};
use crate::storage::cards::{self, CardRow};
use crate::storage::changes::{self, Change};
use crate::storage::grants::{self, GrantRow};
use crate::storage::refresh::{self, LineRow};
use crate::storage::{DbError, Tx};
use serde_json::{Value, json};
use std::time::Duration;

/// How long the use of a grant may go unnoted: a write a minute, not one a token.
pub(in crate::oauth) const NOTE_USE_EVERY: Duration = Duration::from_secs(60);

/// What a transaction that is kept comes to: tokens, or a refusal whose consequences must stay.
pub(super) type Kept = Result<(), Refusal>;

/// A grant, and the card it stands on.
pub(super) type Ground = (GrantRow, CardRow);

/// The grant and its card; none for one that was never there.
pub(super) async fn ground(tx: &mut Tx, grant: &GrantId) -> Result<Option<Ground>, DbError> {
    let Some(grant) = grants::find(tx, grant).await? else { return Ok(None) };
    let card = cards::find(tx, &grant.card).await?;
    Ok(card.map(|card| (grant, card)))
}

/// The ground, if tokens may be got on it. A grant whose card has ended ends here.
pub(super) async fn standing(ask: &Ask, ground: Option<Ground>) -> Result<Ground, Refusal> {
    let Some((grant, card)) = ground else { return Err(ended()) };
    if !grant.is_live || ask.now >= grant.expires_at {
        return Err(ended());
    }
    if !card.state.is_live() {
        end_grant(ask, &grant).await?;
        return Err(Refusal::Grant("the card has ended"));
    }
    Ok((grant, card))
}

async fn end_grant(ask: &Ask, grant: &GrantRow) -> Result<(), Fault> {
    let (app, now, reference) = (ask.app.clone(), ask.now, ask.reference.clone());
    let grant = grant.clone();
    let body = json!({ "client": grant.client, "grant": grant.id, "reason": "card_ended" });
    ask.app
        .db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                if over::end(tx, &app, &grant, EndedBy::Card, now).await? {
                    let event =
                        AuditEvent { at: now, event: "grant.ended", reference: &reference, body };
                    audit::append(tx, &app.vault, Some(&grant.citizen), &[event]).await?;
                }
                Ok(())
            })
        })
        .await?;
    follow(&ask.app).await;
    Ok(())
}

/// The refusal of what stands on a grant that is over.
pub(super) const fn ended() -> Refusal {
    Refusal::Grant("what the citizen allowed has ended")
}

/// Looks in this transaction whether the grant still lives, and does [`note`].
pub(super) async fn note_if_live(
    tx: &mut Tx,
    ask: &Ask,
    grant: &GrantRow,
    what: (&str, Value),
) -> Result<(), Refusal> {
    let live = grants::find(tx, &grant.id).await?.filter(|grant| grant.is_live);
    let live = live.ok_or_else(ended)?;
    note(tx, ask, grant, live.last_used_at, what).await
}

/// Notes the use of a grant that lives and writes the audit line: the last thing a transaction does.
pub(super) async fn note(
    tx: &mut Tx,
    ask: &Ask,
    grant: &GrantRow,
    used_at: Option<Timestamp>,
    (event, body): (&str, Value),
) -> Result<(), Refusal> {
    if used_at.is_none_or(|at| at < ask.now - NOTE_USE_EVERY) {
        grants::used(tx, &grant.id, ask.now, ask.now - NOTE_USE_EVERY).await?;
    }
    let event = AuditEvent { at: ask.now, event, reference: &ask.reference, body };
    Ok(audit::append(tx, &ask.app.vault, Some(&grant.citizen), &[event]).await?)
}

/// What the audit says of tokens that were handed out.
pub(super) fn particulars(ask: &Ask, line: &Line, issued: &Issued, grant_type: &str) -> Value {
    json!({
        "client": ask.client().client_id,
        "grant": line.grant.id,
        "grant_type": grant_type,
        "line": line.id,
        "jti": issued.jti,
        "scope": issued.answer.scope,
        "bound": ask.confirmation().is_some(),
        "refresh": issued.answer.refresh_token.is_some(),
        "card": issued.answer.ecard_token.is_some(),
    })
}

/// The row of a line whose first refresh token is handed out. It ends with its grant.
pub(super) fn line_row(ask: &Ask, line: &Line) -> Result<LineRow, Fault> {
    Ok(LineRow {
        id: line.id.clone(),
        client: ask.client().client_id.clone(),
        grant: line.grant.id.clone(),
        body: serde_json::to_string(&line.body).map_err(internal)?,
        used: -1,
        is_live: true,
        created_at: ask.now,
        expires_at: line.grant.expires_at,
    })
}

/// Why a line ended, for the audit.
pub(in crate::oauth) struct LineEnd<'a> {
    /// The event's name.
    pub event: &'a str,
    /// Whose line it was.
    pub client: &'a str,
    /// Under which grant.
    pub grant: &'a GrantId,
    /// Who allowed it.
    pub citizen: Option<&'a CitizenId>,
    /// The request's reference number.
    pub reference: &'a Reference,
    /// When.
    pub now: Timestamp,
}

/// Ends a line and everything that came of it, here and, by the log of changes, everywhere.
pub(in crate::oauth) async fn end_line(
    tx: &mut Tx,
    app: &App,
    line: &LineId,
    why: LineEnd<'_>,
) -> Result<(), DbError> {
    refresh::end(tx, line).await?;
    let body = json!({ "client": why.client, "grant": why.grant, "line": line });
    let event = AuditEvent { at: why.now, event: why.event, reference: why.reference, body };
    audit::append(tx, &app.vault, why.citizen, &[event]).await?;
    changes::append(tx, Change::Line, line.as_str(), why.now).await
}

/// Takes in at once what this instance just wrote. When that fails the job that follows will do it.
pub(in crate::oauth) async fn follow(app: &App) {
    if let Err(error) = app.follow().await {
        tracing::warn!(%error, "what was just ended is not known here yet");
    }
}
