//! What runs beside the requests: messages, sweeping, key changes.

mod keys;
mod outbox;
mod sweep;

use crate::app::App;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Starts every job; they end when `stop` becomes true.
pub fn start(app: &App, stop: &watch::Receiver<bool>) -> JoinSet<()> {
    let mut jobs = JoinSet::new();
    jobs.spawn(outbox::run(app.clone(), stop.clone()));
    jobs.spawn(sweep::run(app.clone(), stop.clone()));
    jobs.spawn(keys::run(app.clone(), stop.clone()));
    jobs
}
