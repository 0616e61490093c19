//! What of a registered address decides whether it is called, before its name is resolved.

use super::address::is_public;
use crate::ports::outbound::OutboundError;
use reqwest::Url;
use std::net::IpAddr;

/// Which network an address lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Network {
    /// The Internet.
    Public,
    /// This machine itself: the demo's partner lives there.
    Loopback,
}

/// Reads an address. Names are looked at when they are resolved.
pub(super) fn read(uri: &str, demo: bool) -> Result<(Url, Network), OutboundError> {
    let forbidden = OutboundError::Forbidden;
    let url: Url = uri.parse().map_err(|_| forbidden("no URL"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(forbidden("it carries a user"));
    }
    if url.fragment().is_some() {
        return Err(forbidden("it carries a fragment"));
    }
    let host = url.host_str().unwrap_or_default();
    let literal = host.trim_matches(['[', ']']).parse::<IpAddr>().ok();
    let name = host.trim_end_matches('.');
    let here = name == "localhost"
        || name.ends_with(".localhost")
        || literal.is_some_and(|address| address.to_canonical().is_loopback());
    match (url.scheme(), here) {
        ("https" | "http", true) if demo => Ok((url, Network::Loopback)),
        (_, true) => Err(forbidden("it is this machine itself")),
        ("https", false) if literal.is_none_or(is_public) => Ok((url, Network::Public)),
        ("https", false) => Err(forbidden("its address is not public")),
        _ => Err(forbidden("it is not https")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(uri: &str, demo: bool) -> Option<Network> {
        read(uri, demo).ok().map(|(_, network)| network)
    }

    #[test]
    fn the_internet_is_called_by_https() {
        for demo in [true, false] {
            let public = Some(Network::Public);
            assert_eq!(network("https://partner.example/jwks.json", demo), public);
            assert_eq!(network("https://partner.example:8443/jwks.json?a=b", demo), public);
            assert_eq!(network("https://1.1.1.1/", demo), public);
            assert_eq!(network("http://partner.example/jwks.json", demo), None);
        }
    }

    #[test]
    fn this_machine_is_called_by_the_demo_alone() {
        for uri in [
            "http://localhost:8081/jwks",
            "http://127.0.0.1:8081/jwks",
            "http://[::1]:8081/jwks",
            "https://localhost/jwks",
            "http://localhost./jwks",
            "http://a.localhost/jwks",
            "http://2130706433/jwks",
            "http://0x7f.1/jwks",
            "http://[::ffff:127.0.0.1]/jwks",
        ] {
            assert_eq!(network(uri, true), Some(Network::Loopback), "{uri}");
            assert_eq!(network(uri, false), None, "{uri}");
        }
    }

    #[test]
    fn nothing_else_is_called_at_all() {
        for uri in [
            "",
            "/jwks",
            "ftp://partner.example/",
            "file:///etc/passwd",
            "data:application/json,{}",
            "https://user@partner.example/",
            "https://:pass@partner.example/",
            "https://partner.example/#part",
            "https://10.0.0.1/",
            "https://169.254.169.254/latest/meta-data",
            "https://[fd00::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://0/",
        ] {
            for demo in [true, false] {
                assert_eq!(network(uri, demo), None, "{uri}");
            }
        }
    }
}
