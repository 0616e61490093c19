//! Removes what has ended: no table grows without bound.

mod oauth;

pub use oauth::due_grants;

use crate::app::{App, Fault};
use crate::config::{DAY, hours, minutes};
use crate::storage::{
    claims, codes, counter_codes, limits, names, offline_tickets, online_codes, outbox,
    registrations, sessions, shown_codes,
};
use std::time::Duration;
use tokio::sync::watch;

const EVERY: Duration = Duration::from_secs(60);
/// How long an ended claim is kept for the citizen who comes back to its page.
const KEEP_CLAIMS: Duration = DAY;
/// How long delivered messages (their text is gone already) are kept for the records.
const KEEP_MESSAGES: Duration = hours(24 * 30);
/// How long a ticket is known by its name: terminals hand in what they saw for seven days.
const KEEP_TICKETS: Duration = hours(24 * 8);
/// How long a code that was shown is kept, so that a second presentation is known as one.
const KEEP_SHOWN: Duration = minutes(10);
const BATCH: i64 = 10_000;

/// Runs until told to stop.
pub(super) async fn run(app: App, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        if let Err(error) = sweep(&app).await {
            tracing::warn!(code = error.code(), "sweep failed");
        }
    }
}

async fn sweep(app: &App) -> Result<(), Fault> {
    let now = app.clock.now();
    let config = &app.config.limits;
    let idle = now - minutes(config.session_idle_min);
    let old = now - hours(config.session_whole_h);
    oauth::due_grants(app, now).await?;
    app.db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                let mut removed = sessions::sweep(tx, idle, old).await?;
                removed += claims::sweep(tx, now - KEEP_CLAIMS).await?;
                removed += codes::sweep(tx, now - DAY).await?;
                removed += counter_codes::sweep(tx, now - DAY).await?;
                removed += registrations::sweep(tx, now).await?;
                removed += online_codes::sweep(tx, now - KEEP_SHOWN).await?;
                removed += offline_tickets::sweep(tx, now - KEEP_TICKETS).await?;
                removed += shown_codes::sweep(tx, now).await?;
                removed += names::sweep(tx, now).await?;
                removed += limits::sweep(tx, now - DAY - DAY, BATCH).await?;
                removed += outbox::purge(tx, now - KEEP_MESSAGES, BATCH).await?;
                removed += oauth::rows(tx, now, old).await?;
                tracing::debug!(removed, "swept");
                Ok(())
            })
        })
        .await
}
