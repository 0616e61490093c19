//! The outside world, as traits: what the service asks and what it may be told.
//!
//! Real adapters stand beside each trait; the simulators are in [`crate::simulator`].

pub mod clock;
pub mod entropy;
pub mod face;
pub mod http;
pub mod outbound;
pub mod registry;
pub mod sms;

use std::time::Duration;

/// A provider could not be reached or did not answer in time. Never the citizen's fault: it
/// spends no attempt.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{provider} is unavailable: {reason}")]
pub struct ProviderDown {
    /// Which provider: `registry`, `face` or `sms`.
    pub provider: &'static str,
    /// For operators, without personal data.
    pub reason: String,
    /// When asking again makes sense.
    pub retry_after: Duration,
}
