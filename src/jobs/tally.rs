//! Writes down, once a minute, how many tokens each client got for itself: a line of audit a
//! client, not a token.

use crate::app::{App, Fault};
use crate::storage::audit::{self, AuditEvent};
use serde_json::json;
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
        let counts = app.tally.take();
        if let Err(error) = write_down(&app, counts.clone()).await {
            tracing::warn!(code = error.code(), "tokens of clients not written down yet");
            app.tally.give_back(counts);
        }
        if stopping {
            return;
        }
    }
}

async fn write_down(app: &App, counts: BTreeMap<String, u64>) -> Result<(), Fault> {
    if counts.is_empty() {
        return Ok(());
    }
    let (parts, now, reference) = (app.clone(), app.clock.now(), app.reference());
    app.db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                let line = |(client, count): (&String, &u64)| AuditEvent {
                    at: now,
                    event: "token.issued",
                    reference: &reference,
                    body: json!({
                        "client": client, "grant_type": "client_credentials", "count": count,
                    }),
                };
                let events: Vec<_> = counts.iter().map(line).collect();
                Ok(audit::append(tx, &parts.vault, None, &events).await?)
            })
        })
        .await
}
