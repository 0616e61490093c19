//! Delivers what the outbox holds: woken by every commit that queued something, and once a second
//! for what has to be tried again.

use crate::app::{App, delivery};
use std::time::Duration;
use tokio::sync::watch;

const AT_LEAST_EVERY: Duration = Duration::from_secs(1);
const BATCH: i64 = 64;

/// Runs until told to stop.
pub(super) async fn run(app: App, mut stop: watch::Receiver<bool>) {
    loop {
        match delivery::deliver_due(&app, BATCH).await {
            Ok(0) => {}
            Ok(_) => continue,
            Err(error) => tracing::warn!(code = error.code(), "outbox not delivered"),
        }
        tokio::select! {
            () = app.outbox_wakes.notified() => {}
            () = tokio::time::sleep(AT_LEAST_EVERY) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}
