//! What runs beside the requests: messages, logout tokens, sweeping, card status, changes of keys,
//! grants and clients.

mod changes;
mod keys;
mod logout;
mod outbox;
mod status;
pub mod sweep;
pub mod tally;

use crate::app::App;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Starts every job; they end when `stop` becomes true.
pub fn start(app: &App, stop: &watch::Receiver<bool>) -> JoinSet<()> {
    let mut jobs = JoinSet::new();
    jobs.spawn(outbox::run(app.clone(), stop.clone()));
    jobs.spawn(logout::run(app.clone(), stop.clone()));
    jobs.spawn(sweep::run(app.clone(), stop.clone()));
    jobs.spawn(changes::run(app.clone(), stop.clone()));
    jobs.spawn(keys::run(app.clone(), stop.clone()));
    jobs.spawn(status::follow(app.clone(), stop.clone()));
    jobs.spawn(status::publish(app.clone(), stop.clone()));
    jobs.spawn(tally::run(app.clone(), stop.clone()));
    jobs
}
