//! Nonces without memory: a minute and its mac, the same on every instance.

use crate::app::App;
use crate::domain::time::Timestamp;
use crate::storage::vault::{Purpose, mac_eq};

/// How long one nonce is handed out (s).
const STEP_S: i64 = 60;
/// For how many steps after its own it is taken: five minutes at least, six at most.
const STEPS: i64 = 5;

/// A nonce for the next proof (RFC 9449 §8).
pub fn fresh_nonce(app: &App, now: Timestamp) -> String {
    nonce(app, step(now))
}

fn step(now: Timestamp) -> i64 {
    now.epoch_seconds().div_euclid(STEP_S)
}

fn nonce(app: &App, step: i64) -> String {
    let mac = app.vault.index(Purpose::DpopNonce, &step.to_string());
    format!("{step}.{mac}")
}

/// Whether a nonce is one of ours, of the last minutes. Another instance may be a step ahead.
pub(super) fn is_fresh(app: &App, sent: &str, now: Timestamp) -> bool {
    let made = sent.split_once('.').and_then(|(step, _)| step.parse::<i64>().ok());
    let now = step(now);
    let near = made.filter(|made| (now - STEPS..=now + 1).contains(made));
    near.is_some_and(|made| mac_eq(&nonce(app, made), sent))
}
