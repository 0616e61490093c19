//! Writes down, once a minute, what would be too many lines of audit one by one: how many tokens
//! each client got for itself, and how often somebody in its name was not believed. A line a
//! client and minute.

use crate::app::refused::Reasons;
use crate::app::{App, Fault};
use crate::domain::ids::Reference;
use crate::domain::time::Timestamp;
use crate::storage::audit::{self, AuditEvent};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::watch;

const EVERY: Duration = Duration::from_secs(60);

/// Runs until told to stop, and writes down the rest.
pub(super) async fn run(app: App, mut stop: watch::Receiver<bool>) {
    loop {
        let stopping = tokio::select! {
            () = tokio::time::sleep(EVERY) => false,
            _ = stop.wait_for(|stop| *stop) => true,
        };
        write_down(&app).await;
        if stopping {
            return;
        }
    }
}

/// Writes down what was counted since the last time; what cannot be written is kept for the next.
pub async fn write_down(app: &App) {
    let (issued, refused) = (app.tally.take(), app.refused.take());
    if let Err(error) = write(app, issued.clone(), refused.clone()).await {
        tracing::warn!(code = error.code(), "counts of clients are not written down yet");
        app.tally.give_back(issued);
        app.refused.give_back(refused);
    }
}

async fn write(
    app: &App,
    issued: BTreeMap<String, u64>,
    refused: BTreeMap<String, Reasons>,
) -> Result<(), Fault> {
    if issued.is_empty() && refused.is_empty() {
        return Ok(());
    }
    let (parts, now, reference) = (app.clone(), app.clock.now(), app.reference());
    app.db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                let issued = issued.iter().map(|(client, count)| {
                    let grant_type = "client_credentials";
                    let body =
                        json!({ "client": client, "grant_type": grant_type, "count": count });
                    event("token.issued", body, &reference, now)
                });
                let refused = refused.iter().map(|(client, reasons)| {
                    let body = json!({ "client": client, "reasons": reasons });
                    event("client.refused", body, &reference, now)
                });
                let events: Vec<_> = issued.chain(refused).collect();
                Ok(audit::append(tx, &parts.vault, None, &events).await?)
            })
        })
        .await
}

const fn event<'a>(
    event: &'a str,
    body: Value,
    reference: &'a Reference,
    at: Timestamp,
) -> AuditEvent<'a> {
    AuditEvent { at, event, reference, body }
}
