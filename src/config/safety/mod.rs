//! What is only safe in a demo, and what contradicts itself.

use super::providers::ProviderKind;
use super::{Config, Limits, Profile};
use crate::domain::client::{is_local, issuer_host};

/// Below this score a face match says nothing.
const FACE_PASS_LEAST: u8 = 70;

/// Every reason not to start with this configuration; all at once, so that an operator mends them
/// in one go.
pub fn unsafe_in_production(config: &Config) -> Vec<String> {
    let mut found = Vec::new();
    contradictions(config, &mut found);
    match config.profile {
        Profile::Demo => {
            let partner = config.partner_listen.filter(|address| !address.ip().is_loopback());
            if let (Some(address), false) = (partner, config.demo_on_network) {
                found.push(format!(
                    "partner_listen: the demo's partner app would be reachable at {address}; use \
                     127.0.0.1, or add --demo-on-network"
                ));
            }
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

/// What cannot be meant, in a demo as little as in production.
fn contradictions(config: &Config, found: &mut Vec<String>) {
    match (&config.tls_cert, &config.tls_key) {
        (Some(_), None) => found.push("tls_key: not set, but tls_cert is: they go in pairs".into()),
        (None, Some(_)) => found.push("tls_cert: not set, but tls_key is: they go in pairs".into()),
        _ => {}
    }
    if let Some(issuer) = &config.issuer
        && config.has_own_tls()
        && !issuer.starts_with("https://")
    {
        found.push(format!("issuer: {issuer} is not https, but tls_cert is set"));
    }
    let issuer = config.issuer();
    if let (Some(_), Err(why)) = (&config.issuer, issuer_host(&issuer)) {
        found.push(format!("issuer: {why}"));
    }
    let Some(header) = &config.client_certificate_header else { return };
    if config.trusted_proxies.is_empty() {
        found.push(
            "client_certificate_header: set, but no proxy in trusted_proxies may be believed"
                .to_owned(),
        );
    }
    if header.is_empty() || !header.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        found.push(format!("client_certificate_header: {header:?} is no name of a header"));
    }
}

fn production(config: &Config, found: &mut Vec<String>) {
    match &config.issuer {
        None => found.push("issuer: not set; production needs its public https URL".to_owned()),
        Some(issuer) if !issuer.starts_with("https://") => {
            found.push(format!("issuer: {issuer} is not https"));
        }
        Some(_) => {
            let issuer = config.issuer();
            if issuer_host(&issuer).is_ok_and(is_local) {
                found.push(format!(
                    "issuer: {issuer} is this machine or its network, which no phone reaches"
                ));
            }
        }
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
    if config.partner_listen.is_some() {
        found.push("partner_listen: set, but only the demo profile has a partner app".to_owned());
    }
    if config.hashing.memory_kib < 7_168 {
        found.push("hashing.memory_kib: below 7168, the least OWASP accepts".to_owned());
    }
    let behind_proxy = !config.trusted_proxies.is_empty();
    if !config.listen.ip().is_loopback() && !behind_proxy && !config.has_own_tls() {
        found.push(format!(
            "listen: plain HTTP at {}, beyond this machine; set tls_cert and tls_key, or use \
             127.0.0.1, or name in trusted_proxies the proxy that ends TLS",
            config.listen
        ));
    }
    weakened(&config.limits, found);
}

/// Limits that no longer keep anybody out. They may be stricter, never looser than this.
fn weakened(limits: &Limits, found: &mut Vec<String>) {
    let at_most = [
        ("sms_code_tries", i128::from(limits.sms_code_tries), 10),
        ("sms_code_ttl_s", i128::from(limits.sms_code_ttl_s), 1800),
        ("login_failures", i128::from(limits.login_failures), 20),
        ("pin_failures", i128::from(limits.pin_failures), 10),
        ("real_name_per_claim", i128::from(limits.real_name_per_claim), 10),
        ("face_per_claim", i128::from(limits.face_per_claim), 10),
        ("session_whole_h", i128::from(limits.session_whole_h), 24),
        ("status_unknown_after_s", i128::from(limits.status_unknown_after_s), 60),
    ];
    for (key, value, most) in at_most {
        if value > most {
            found.push(format!("limits.{key}: {value}, but production allows at most {most}"));
        }
    }
    let Limits { face_pass, face_retry, .. } = *limits;
    if face_pass < FACE_PASS_LEAST {
        found.push(format!(
            "limits.face_pass: {face_pass}, but production asks for at least {FACE_PASS_LEAST}"
        ));
    }
    if face_retry > face_pass {
        found.push(format!("limits.face_retry: {face_retry}, above face_pass ({face_pass})"));
    }
}

#[cfg(test)]
mod tests;
