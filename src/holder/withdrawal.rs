//! A citizen takes a grant back: in one transaction the grant and everything that came of it ends,
//! the record says so, the citizen gets a message and the partner a logout token.

use super::grants::Known;
use crate::app::{App, Fault};
use crate::auth::farewell;
use crate::domain::grant::GrantState;
use crate::domain::ids::{MessageId, Reference};
use crate::domain::sms_text;
use crate::domain::time::Timestamp;
use crate::storage::audit::{self, AuditEvent};
use crate::storage::outbox::{self, NewMessage};
use crate::storage::{Tx, consents, grants};
use serde_json::json;

/// Withdraws; the tokens are dead when this returns.
///
/// # Errors
/// [`Fault`].
pub(super) async fn withdraw(
    app: &App,
    known: Known,
    reference: Reference,
    now: Timestamp,
) -> Result<(), Fault> {
    let parts = app.clone();
    app.db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move { settle(tx, &parts, &known, &reference, now).await })
        })
        .await?;
    app.follow().await?;
    app.outbox_wakes.notify_one();
    Ok(())
}

async fn settle(
    tx: &mut Tx,
    app: &App,
    known: &Known,
    reference: &Reference,
    now: Timestamp,
) -> Result<(), Fault> {
    let Known { row, client, face } = known;
    if !grants::end(tx, &row.id, GrantState::Withdrawn, now).await? {
        return Ok(());
    }
    consents::withdraw(tx, &row.citizen, &row.client, now).await?;
    farewell::grant_ended(tx, app, row, now).await?;
    let id = MessageId::from_random(app.random());
    let text = sms_text::withdrawn(&client.client_name);
    let message =
        NewMessage { id: &id, purpose: "notice", to: &face.mobile, text: &text, expires_at: None };
    outbox::queue(tx, &app.vault, message, now);
    let body = json!({ "client": row.client, "grant": row.id });
    let event = AuditEvent { at: now, event: "consent.withdrawn", reference, body };
    Ok(audit::append(tx, &app.vault, Some(&row.citizen), &[event]).await?)
}
