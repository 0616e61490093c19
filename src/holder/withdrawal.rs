//! A citizen takes a grant back: in one transaction the grant and everything that came of it ends,
//! the record says so, the citizen gets a message and the partner a logout token.

use crate::app::{App, Fault};
use crate::auth::over::{self, EndedBy};
use crate::domain::ids::Reference;
use crate::domain::time::Timestamp;
use crate::storage::Tx;
use crate::storage::audit::{self, AuditEvent};
use crate::storage::grants::GrantRow;
use serde_json::json;

/// Withdraws; the tokens are dead when this returns.
///
/// # Errors
/// [`Fault`].
pub(super) async fn withdraw(
    app: &App,
    grant: GrantRow,
    reference: Reference,
    now: Timestamp,
) -> Result<(), Fault> {
    let parts = app.clone();
    app.db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move { settle(tx, &parts, &grant, &reference, now).await })
        })
        .await?;
    app.follow().await?;
    app.outbox_wakes.notify_one();
    Ok(())
}

async fn settle(
    tx: &mut Tx,
    app: &App,
    row: &GrantRow,
    reference: &Reference,
    now: Timestamp,
) -> Result<(), Fault> {
    if !over::end(tx, app, row, EndedBy::Citizen, now).await? {
        return Ok(());
    }
    let body = json!({ "client": row.client, "grant": row.id });
    let event = AuditEvent { at: now, event: "consent.withdrawn", reference, body };
    Ok(audit::append(tx, &app.vault, Some(&row.citizen), &[event]).await?)
}
