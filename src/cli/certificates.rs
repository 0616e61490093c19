//! What `ecard check` finds about certificates: our own, and those of who issues clients' ones.

use super::findings::Severity;
use super::tls::Tls;
use crate::app::{ClientCa, certificates};
use crate::config::Config;
use crate::domain::time::Timestamp;
use std::net::IpAddr;
use std::path::Path;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer as _;

/// Renewed by then, usually: a third of the 90 days that automatic certificates live.
const SOON: u64 = 21 * 24 * 3600;

type Found = Vec<(Severity, String)>;

/// Looks at the files the configuration names.
pub(super) fn look(config: &Config, now: Timestamp) -> Found {
    let mut found = Vec::new();
    match Tls::from_config(config) {
        Ok(None) => {}
        Ok(Some(_)) => {
            if let Some(path) = &config.tls_cert {
                ours(config, path, now, &mut found);
            }
        }
        Err(error) => found.push((Severity::Serious, error.to_string())),
    }
    if let Some(path) = &config.client_ca {
        match ClientCa::read(path) {
            Ok(_) => authorities(path, now, &mut found),
            Err(error) => found.push((Severity::Serious, format!("client_ca: {error}"))),
        }
    }
    found
}

fn ours(config: &Config, path: &Path, now: Timestamp, found: &mut Found) {
    let chain = certificates(path).unwrap_or_default();
    let Some((_, own)) = chain.first().and_then(|der| X509Certificate::from_der(der).ok()) else {
        return found.push((Severity::Serious, format!("{}: cannot be read", path.display())));
    };
    time(path, &own, now, found);
    let issuer = config.issuer();
    let host = issuer.parse::<axum::http::Uri>().ok().and_then(|url| url.host().map(str::to_owned));
    if !host.is_some_and(|host| names(&own, &host)) {
        let text = format!("{}: is not for the host of {issuer}", path.display());
        found.push((Severity::Serious, text));
    }
    if config.client_certificates {
        let text = "client_certificates: clients are asked for one; a browser that holds some may \
                    ask citizens which to show: set it to false unless a partner needs it";
        found.push((Severity::Warning, text.to_owned()));
    }
}

fn authorities(path: &Path, now: Timestamp, found: &mut Found) {
    for der in certificates(path).unwrap_or_default() {
        if let Ok((_, authority)) = X509Certificate::from_der(&der) {
            time(path, &authority, now, found);
        }
    }
}

fn time(path: &Path, certificate: &X509Certificate<'_>, now: Timestamp, found: &mut Found) {
    let validity = certificate.validity();
    let begins = Timestamp::from_epoch_seconds(validity.not_before.timestamp());
    let ends = Timestamp::from_epoch_seconds(validity.not_after.timestamp());
    let (path, until) = (path.display(), ends.rfc3339());
    found.push(if now < begins {
        (Severity::Serious, format!("{path}: begins at {} only", begins.rfc3339()))
    } else if ends < now {
        (Severity::Serious, format!("{path}: ended at {until}"))
    } else if ends.seconds_since(now) < SOON {
        (Severity::Warning, format!("{path}: ends at {until}, renew it"))
    } else {
        (Severity::Good, format!("{path}: until {until}"))
    });
}

/// Whether a certificate is for a host (RFC 9525): by its alternative names alone.
fn names(certificate: &X509Certificate<'_>, host: &str) -> bool {
    let Ok(Some(names)) = certificate.subject_alternative_name() else { return false };
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>().ok();
    names.value.general_names.iter().any(|name| match (name, address) {
        (GeneralName::DNSName(name), None) => is_for(name, host),
        (GeneralName::IPAddress(bytes), Some(IpAddr::V4(address))) => *bytes == address.octets(),
        (GeneralName::IPAddress(bytes), Some(IpAddr::V6(address))) => *bytes == address.octets(),
        _ => false,
    })
}

fn is_for(name: &str, host: &str) -> bool {
    let wild = name.strip_prefix("*.").zip(host.split_once('.'));
    name.eq_ignore_ascii_case(host)
        || wild.is_some_and(|(name, (_, domain))| name.eq_ignore_ascii_case(domain))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};
    use std::os::unix::fs::PermissionsExt as _;

    /// 2027-01-15.
    const NOW: Timestamp = Timestamp::from_epoch_seconds(1_800_000_000);

    fn found(name: &str, ends: (i32, u8, u8)) -> Vec<(Severity, String)> {
        let folder = tempfile::tempdir().unwrap();
        let [cert, key] = ["cert.pem", "key.pem"].map(|file| folder.path().join(file));
        let pair = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(2026, 1, 1);
        params.not_after = date_time_ymd(ends.0, ends.1, ends.2);
        std::fs::write(&cert, params.self_signed(&pair).unwrap().pem()).unwrap();
        std::fs::write(&key, pair.serialize_pem()).unwrap();
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
        let config = Config {
            issuer: Some("https://card.example:8443/".to_owned()),
            client_ca: Some(cert.clone()),
            tls_cert: Some(cert),
            tls_key: Some(key),
            client_certificates: false,
            ..Config::default()
        };
        look(&config, NOW)
    }

    fn worst(name: &str, ends: (i32, u8, u8)) -> (bool, bool) {
        let found = found(name, ends);
        let any = |severity| found.iter().any(|(s, _)| *s == severity);
        (any(Severity::Serious), any(Severity::Warning))
    }

    #[test]
    fn the_end_of_a_certificate_is_told_before_it_comes() {
        assert_eq!(worst("card.example", (2027, 6, 1)), (false, false));
        assert_eq!(worst("card.example", (2027, 2, 1)), (false, true));
        assert_eq!(worst("card.example", (2027, 1, 1)), (true, false));
    }

    #[test]
    fn a_certificate_for_another_host_is_serious() {
        assert_eq!(worst("*.example", (2027, 6, 1)), (false, false));
        for other in ["example", "card.example.com", "*.card.example", "127.0.0.1"] {
            assert_eq!(worst(other, (2027, 6, 1)), (true, false), "{other}");
        }
    }

    #[test]
    fn a_missing_file_is_serious() {
        let missing = Config { client_ca: Some("/nowhere/ca.pem".into()), ..Config::default() };
        let found = look(&missing, NOW);
        assert!(found[0].0 == Severity::Serious && found[0].1.contains("not there"), "{found:?}");
    }
}
