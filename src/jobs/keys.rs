//! Notices when keys were rotated or retired by the command line beside this process, and when an
//! operator changed whose client certificates are believed.

use crate::app::App;
use std::time::Duration;
use tokio::sync::watch;

const EVERY: Duration = Duration::from_secs(5);

/// Runs until told to stop.
pub(super) async fn run(app: App, mut stop: watch::Receiver<bool>) {
    loop {
        match app.keys.reload_if_changed() {
            Ok(true) => {
                app.access_tokens.forget();
                tracing::info!("signing keys changed");
            }
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "signing keys not reloaded"),
        }
        match app.vault.reload_if_changed() {
            Ok(true) => tracing::info!("sealing or lookup keys changed"),
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "sealing and lookup keys not reloaded"),
        }
        if let Some(ca) = &app.client_ca {
            match ca.reload_if_changed() {
                Ok(true) => tracing::info!("the authorities of client certificates changed"),
                Ok(false) => {}
                Err(error) => tracing::error!(%error, "client_ca: those before are believed"),
            }
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}
