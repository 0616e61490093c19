//! What is only safe in a demo, and what contradicts itself.

use super::providers::ProviderKind;
use super::{Config, Profile};

/// Every reason not to start with this configuration; all at once, so that an operator mends them
/// in one go.
pub fn unsafe_in_production(config: &Config) -> Vec<String> {
    let mut found = Vec::new();
    match config.profile {
        Profile::Demo => {
            if !config.listen.ip().is_loopback() && !config.demo_on_network {
                found.push(format!(
                    "listen: the demo profile would be reachable at {}, where anybody can be \
                     anybody; use 127.0.0.1, or add --demo-on-network",
                    config.listen
                ));
            }
        }
        Profile::Production => production(config, &mut found),
    }
    found
}

fn production(config: &Config, found: &mut Vec<String>) {
    match &config.issuer {
        None => found.push("issuer: not set; production needs its public https URL".to_owned()),
        Some(issuer) if !issuer.starts_with("https://") => {
            found.push(format!("issuer: {issuer} is not https"));
        }
        Some(_) => {}
    }
    let providers = &config.providers;
    for (name, kind) in [
        ("registry", providers.registry.kind),
        ("face", providers.face.kind),
        ("sms", providers.sms.kind),
    ] {
        if kind == ProviderKind::Simulated {
            found.push(format!("providers.{name}.kind: simulated; name a real provider's url"));
        }
    }
    if config.demo_on_network {
        found.push("demo_on_network: set, but only the demo profile knows it".to_owned());
    }
    if config.hashing.memory_kib < 7_168 {
        found.push("hashing.memory_kib: below 7168, the least OWASP accepts".to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demo_does_not_leave_loopback_by_accident() {
        let mut config = Config { listen: ([0, 0, 0, 0], 8080).into(), ..Config::default() };
        assert_eq!(unsafe_in_production(&config).len(), 1);
        config.demo_on_network = true;
        assert!(unsafe_in_production(&config).is_empty());
    }

    #[test]
    fn production_names_every_finding_at_once() {
        let config = Config { profile: Profile::Production, ..Config::default() };
        let found = unsafe_in_production(&config);
        for key in ["issuer", "providers.registry", "providers.face", "providers.sms"] {
            assert!(found.iter().any(|line| line.starts_with(key)), "{key} in {found:?}");
        }
    }
}
