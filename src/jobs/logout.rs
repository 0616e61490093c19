//! Tells clients that a session ended: once a second for what was queued, and for what has to be
//! tried again.

use crate::app::{App, back_channel};
use std::time::Duration;
use tokio::sync::watch;

const EVERY: Duration = Duration::from_secs(1);
const BATCH: i64 = 16;

/// Runs until told to stop.
pub(super) async fn run(app: App, mut stop: watch::Receiver<bool>) {
    loop {
        match back_channel::deliver_due(&app, BATCH).await {
            Ok(0) => {}
            Ok(_) => continue,
            Err(error) => tracing::warn!(code = error.code(), "logout tokens not delivered"),
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}
