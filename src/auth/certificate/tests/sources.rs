use super::*;
use axum::http::HeaderValue;
use base64::engine::general_purpose::STANDARD;
use std::net::IpAddr;

const HEADER: &str = "client-cert";
const PROXY: [u8; 4] = [10, 0, 0, 1];
const STRANGER: [u8; 4] = [10, 0, 0, 2];

fn behind_proxy() -> Config {
    Config {
        trusted_proxies: vec![PROXY.into()],
        client_certificate_header: Some(HEADER.to_owned()),
        ..Config::default()
    }
}

/// Whose certificate a request from `peer` with these headers shows.
fn seen(config: &Config, peer: Option<Peer>, values: &[&str]) -> Option<String> {
    let mut headers = HeaderMap::new();
    for value in values {
        headers.append(HEADER, HeaderValue::from_str(value).unwrap());
    }
    let mut extensions = Extensions::new();
    peer.map(|peer| extensions.insert(peer));
    Some(ClientCertificate::of(&extensions, &headers, config)?.thumbprint())
}

/// As nginx writes it: every letter that is not unreserved as its number.
fn escaped(certificate: &Certificate) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    let pem = certificate.pem();
    pem.bytes()
        .map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

fn byte_sequence(certificate: &Certificate) -> String {
    format!(":{}:", STANDARD.encode(certificate.der()))
}

#[test]
fn a_trusted_proxys_header_is_believed_in_both_forms() {
    let certificate = self_signed("a");
    let expected = Some(read(&certificate).thumbprint());
    for value in [byte_sequence(&certificate), escaped(&certificate)] {
        let by_proxy = seen(&behind_proxy(), Some(Peer::at(PROXY.into())), &[&value]);
        assert_eq!(by_proxy, expected, "{value}");
        let mapped: IpAddr = "::ffff:10.0.0.1".parse().unwrap();
        assert_eq!(seen(&behind_proxy(), Some(Peer::at(mapped)), &[&value]), expected);
    }
}

#[test]
fn anybody_elses_header_is_ignored() {
    let value = byte_sequence(&self_signed("forged"));
    assert_eq!(seen(&behind_proxy(), Some(Peer::at(STRANGER.into())), &[&value]), None);
    assert_eq!(seen(&behind_proxy(), None, &[&value]), None, "not by a connection");
    let unnamed = Config { client_certificate_header: None, ..behind_proxy() };
    assert_eq!(seen(&unnamed, Some(Peer::at(PROXY.into())), &[&value]), None);
    let nobody = Config { trusted_proxies: Vec::new(), ..behind_proxy() };
    assert_eq!(seen(&nobody, Some(Peer::at(PROXY.into())), &[&value]), None);
}

#[test]
fn a_forged_header_does_not_replace_what_the_handshake_proved() {
    let (own, forged) = (self_signed("own"), self_signed("forged"));
    let peer = Peer::with_certificates(STRANGER.into(), [own.der().to_vec()]);
    let shown = seen(&behind_proxy(), Some(peer), &[&byte_sequence(&forged)]);
    assert_eq!(shown, Some(read(&own).thumbprint()));
}

#[test]
fn a_proxys_own_certificate_is_not_the_clients() {
    let own = self_signed("proxy");
    let peer = Peer::with_certificates(PROXY.into(), [own.der().to_vec()]);
    assert_eq!(seen(&behind_proxy(), Some(peer), &[]), None);
}

#[test]
fn a_header_that_stands_there_twice_is_not_believed() {
    let (one, two) = (byte_sequence(&self_signed("a")), byte_sequence(&self_signed("b")));
    assert_eq!(seen(&behind_proxy(), Some(Peer::at(PROXY.into())), &[&one, &two]), None);
}

#[test]
fn an_empty_or_broken_header_is_no_certificate() {
    let good = byte_sequence(&self_signed("a"));
    let unclosed = good.trim_end_matches(':').to_owned();
    let long = format!(":{}:", "A".repeat(40_000));
    for value in ["", " ", ":", "::", ":!:", "%", "%4", "%zz", "PEM", &unclosed, &long] {
        let shown = seen(&behind_proxy(), Some(Peer::at(PROXY.into())), &[value]);
        assert_eq!(shown, None, "{value}");
    }
}
