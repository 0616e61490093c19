//! The section `providers`: who answers for the registry, the face match and the SMS gateway.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;

/// The three providers, each a simulator unless told otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProvidersConfig {
    /// The population registry.
    pub registry: ProviderConfig,
    /// The face match.
    pub face: ProviderConfig,
    /// The SMS gateway.
    pub sms: ProviderConfig,
}

/// Who stands behind a port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProviderKind {
    /// The simulator inside this program: only safe in a demonstration.
    #[default]
    Simulated,
    /// A service that speaks the JSON of `docs/providers.md`.
    Http,
}

/// How one provider is reached. Everything but `kind` matters for [`ProviderKind::Http`] only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProviderConfig {
    /// Simulator or service.
    pub kind: ProviderKind,
    /// Base URL; https, or http to this machine itself.
    pub url: Option<String>,
    /// File (mode 0600) with the bearer token; none sends no token.
    pub token_file: Option<PathBuf>,
    /// Longest wait for one try's whole answer, in milliseconds.
    pub timeout_ms: u64,
    /// Further tries after the first.
    pub retries: u32,
    /// Failed tries in a row that open the circuit breaker.
    pub breaker_failures: u32,
    /// How long an open breaker answers by itself before it lets a probe through, in seconds.
    pub breaker_cooldown_s: u64,
}

impl Default for ProviderConfig {
    fn default() -> Self {
        Self {
            kind: ProviderKind::Simulated,
            url: None,
            token_file: None,
            timeout_ms: 3000,
            retries: 2,
            breaker_failures: 5,
            breaker_cooldown_s: 30,
        }
    }
}

impl ProviderConfig {
    /// Longest wait for one try.
    pub fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms)
    }

    /// Time between the breaker's opening and its probe.
    pub fn breaker_cooldown(&self) -> Duration {
        Duration::from_secs(self.breaker_cooldown_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn nothing_configured_means_simulators() {
        let read: ProvidersConfig = serde_json::from_value(json!({})).unwrap();
        assert_eq!(read, ProvidersConfig::default());
        assert_eq!(read.sms.kind, ProviderKind::Simulated);
    }

    #[test]
    fn a_partial_section_keeps_the_other_defaults() {
        let read: ProvidersConfig = serde_json::from_value(
            json!({"face": {"kind": "http", "url": "https://face.example/", "timeout_ms": 800}}),
        )
        .unwrap();
        assert_eq!(read.face.kind, ProviderKind::Http);
        assert_eq!(read.face.timeout(), Duration::from_millis(800));
        assert_eq!(read.face.retries, 2);
        assert_eq!(read.registry, ProviderConfig::default());
    }

    #[test]
    fn an_unknown_key_or_kind_is_refused_by_name() {
        let key = serde_json::from_value::<ProvidersConfig>(json!({"sms": {"timeout": 1}}));
        assert!(key.unwrap_err().to_string().contains("timeout"));
        let kind = serde_json::from_value::<ProvidersConfig>(json!({"sms": {"kind": "fax"}}));
        assert!(kind.unwrap_err().to_string().contains("fax"));
    }
}
