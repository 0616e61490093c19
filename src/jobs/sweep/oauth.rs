//! What the authorization server leaves behind.

use crate::app::revocations::REMEMBERED;
use crate::app::{App, Fault};
use crate::auth::over::{self, EndedBy};
use crate::config::{DAY, hours};
use crate::domain::ids::GrantId;
use crate::domain::time::Timestamp;
use crate::storage::audit::{self, AuditEvent};
use crate::storage::{
    DbError, Tx, auth_codes, authorizations, changes, client_sessions, clients, device_codes,
    grants, logout_notices, pushed, refresh, registration_tokens, used_jtis,
};
use serde_json::json;

/// How long a used code is kept, so that its reuse is noticed.
const KEEP_CODES: std::time::Duration = DAY;
/// How long the delivery log of logout tokens is kept.
const KEEP_NOTICES: std::time::Duration = hours(24 * 30);
/// How many grants end in one transaction: other writes wait for it.
const GRANTS_AT_ONCE: usize = 50;

/// Removes rows that nothing can name any more; `old` is when the oldest live session began.
pub(super) async fn rows(tx: &mut Tx, now: Timestamp, old: Timestamp) -> Result<u64, DbError> {
    let mut removed = auth_codes::sweep(tx, now - KEEP_CODES).await?;
    removed += device_codes::sweep(tx, now - DAY).await?;
    removed += pushed::sweep(tx, now - DAY).await?;
    removed += authorizations::sweep(tx, now - DAY).await?;
    removed += used_jtis::sweep(tx, now).await?;
    removed += refresh::sweep(tx, now).await?;
    removed += client_sessions::sweep(tx, old).await?;
    removed += logout_notices::sweep(tx, now - KEEP_NOTICES).await?;
    removed += clients::sweep_secrets(tx, now - DAY).await?;
    removed += registration_tokens::sweep(tx, now - DAY).await?;
    // An instance that was cut off may still follow for a day.
    removed += changes::sweep(tx, now - REMEMBERED - DAY).await?;
    Ok(removed)
}

/// Ends the grants whose time has run out, with everything that came of them.
///
/// # Errors
/// [`Fault`].
pub async fn due_grants(app: &App, now: Timestamp) -> Result<(), Fault> {
    let due = app
        .db
        .look::<_, Fault, _>(move |tx| Box::pin(async move { Ok(grants::due(tx, now).await?) }))
        .await?;
    for some in due.chunks(GRANTS_AT_ONCE) {
        let (app, some) = (app.clone(), some.to_vec());
        let db = app.db.clone();
        db.write::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                for id in some {
                    expire(tx, &app, &id, now).await?;
                }
                Ok(())
            })
        })
        .await?;
    }
    if !due.is_empty() {
        app.follow().await?;
    }
    Ok(())
}

async fn expire(tx: &mut Tx, app: &App, id: &GrantId, now: Timestamp) -> Result<(), Fault> {
    let Some(grant) = grants::find(tx, id).await? else { return Ok(()) };
    // It may have been renewed since it was looked for.
    if now < grant.expires_at || !over::end(tx, app, &grant, EndedBy::Time, now).await? {
        return Ok(());
    }
    let reference = app.reference();
    let event = AuditEvent {
        at: now,
        event: "grant.expired",
        reference: &reference,
        body: json!({ "client": grant.client, "grant": grant.id }),
    };
    Ok(audit::append(tx, &app.vault, Some(&grant.citizen), &[event]).await?)
}
