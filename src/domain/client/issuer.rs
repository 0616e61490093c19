//! The address a service goes by (RFC 8414 §2): an origin and nothing more, since its pages are at
//! the root of their host.

use super::uri::{BadUri, Uri};
use std::net::IpAddr;

/// Why a text is no issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadIssuer {
    /// It is no URI.
    #[error("it {0}")]
    Uri(BadUri),
    /// Somebody's name or password stands before the host.
    #[error("it names a user before the host")]
    User,
    /// A path, a query or a fragment follows.
    #[error("it is more than scheme, host and port: the service is at the root of its host")]
    MoreThanOrigin,
}

/// Takes a text for an issuer, and answers its host.
///
/// # Errors
/// [`BadIssuer`].
pub fn issuer_host(issuer: &str) -> Result<&str, BadIssuer> {
    let uri = Uri::parse(issuer).map_err(BadIssuer::Uri)?;
    if uri.has_userinfo {
        return Err(BadIssuer::User);
    }
    let after = issuer.split_once("://").map_or("", |(_, after)| after);
    if after.contains(['/', '?', '#']) {
        return Err(BadIssuer::MoreThanOrigin);
    }
    uri.host.ok_or(BadIssuer::Uri(BadUri::Host))
}

/// Whether a host is this machine, or an address that only a network of its own knows: no
/// citizen's phone reaches it.
pub fn is_local(host: &str) -> bool {
    let by_name = host == "localhost" || host.ends_with(".localhost");
    by_name
        || match host.parse::<IpAddr>().map(|address| address.to_canonical()) {
            Ok(IpAddr::V4(v4)) => {
                v4.is_loopback() || v4.is_private() || v4.is_link_local() || v4.is_unspecified()
            }
            Ok(IpAddr::V6(v6)) => {
                let own = v6.is_unique_local() || v6.is_unicast_link_local();
                v6.is_loopback() || v6.is_unspecified() || own
            }
            Err(_) => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_an_origin() {
        assert_eq!(issuer_host("https://card.example"), Ok("card.example"));
        assert_eq!(issuer_host("https://card.example:8443"), Ok("card.example"));
        for (text, why) in [
            ("https://u:p@card.example", BadIssuer::User),
            ("https://card.example/a", BadIssuer::MoreThanOrigin),
            ("https://card.example/a/../b", BadIssuer::MoreThanOrigin),
            ("https://card.example?x", BadIssuer::MoreThanOrigin),
            ("https://card.example#x", BadIssuer::MoreThanOrigin),
            ("https://", BadIssuer::Uri(BadUri::Host)),
            ("card.example", BadIssuer::Uri(BadUri::Relative)),
            ("https://Card.example", BadIssuer::Uri(BadUri::Host)),
        ] {
            assert_eq!(issuer_host(text), Err(why), "{text}");
        }
    }

    #[test]
    fn what_no_phone_reaches_is_local() {
        for host in ["localhost", "a.localhost", "127.0.0.1", "10.0.0.1", "192.168.1.1", "::1"] {
            assert!(is_local(host), "{host}");
        }
        for host in ["fd00::1", "fe80::1", "0.0.0.0", "169.254.1.1", "::ffff:10.0.0.1"] {
            assert!(is_local(host), "{host}");
        }
        for host in ["card.example", "223.5.5.5", "2606:4700::1111", "localhost.example"] {
            assert!(!is_local(host), "{host}");
        }
    }
}
