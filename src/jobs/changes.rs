//! Follows what other instances ended or changed: a grant withdrawn there is void here within this
//! pause.

use crate::app::App;
use std::time::Duration;
use tokio::sync::watch;

const EVERY: Duration = Duration::from_millis(300);

/// Runs until told to stop.
pub(super) async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let mut failing = false;
    loop {
        match app.revocations.follow(&app.db).await {
            Ok(()) => failing = false,
            // Once an outage, not three times a second.
            Err(error) if !failing => {
                failing = true;
                tracing::warn!(%error, "changes of other instances not followed");
            }
            Err(_) => {}
        }
        app.revocations.prune(app.clock.now());
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}
