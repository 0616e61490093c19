//! URIs as a registration may hold them (RFC 3986): absolute, plain letters, a host that is a name
//! or an address and nothing that only looks like one.

use std::net::{Ipv4Addr, Ipv6Addr};

/// The longest URI taken (letters).
const LONGEST: usize = 2000;

/// A URI taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Uri<'a> {
    /// In small letters.
    pub(super) scheme: &'a str,
    /// Without brackets; none for a URI without an authority.
    pub(super) host: Option<&'a str>,
    /// Whether somebody's name stands before the host.
    pub(super) has_userinfo: bool,
    /// Whether a fragment follows, be it empty.
    pub(super) has_fragment: bool,
}

/// Why a text is no URI to register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadUri {
    /// Too long.
    #[error("is longer than {LONGEST} letters")]
    Long,
    /// Letters beyond RFC 3986 §2.
    #[error("has letters that no URI has; encode them as RFC 3986 asks (%20 for a space)")]
    Letters,
    /// No scheme, or none in small letters.
    #[error("is not absolute; write it from the scheme on, in small letters: https://…")]
    Relative,
    /// A wildcard.
    #[error("has a `*`: it is compared letter by letter, so name each one")]
    Wildcard,
    /// No host, or what only looks like one.
    #[error("has no host; write one in small letters, as a name or a full IP address")]
    Host,
    /// No port's number.
    #[error("has a port that is none")]
    Port,
}

impl<'a> Uri<'a> {
    /// Takes a text apart.
    pub(super) fn parse(text: &'a str) -> Result<Self, BadUri> {
        if text.len() > LONGEST {
            return Err(BadUri::Long);
        }
        if text.contains('*') {
            return Err(BadUri::Wildcard);
        }
        if !letters_fit(text) {
            return Err(BadUri::Letters);
        }
        let (scheme, rest) = text.split_once(':').ok_or(BadUri::Relative)?;
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"+-.".contains(&b);
        if !scheme.starts_with(|c: char| c.is_ascii_lowercase()) || !scheme.bytes().all(plain) {
            return Err(BadUri::Relative);
        }
        let has_fragment = rest.contains('#');
        let Some(rest) = rest.strip_prefix("//") else {
            let web = matches!(scheme, "http" | "https");
            let none = Self { scheme, host: None, has_userinfo: false, has_fragment };
            return if web || rest.is_empty() { Err(BadUri::Relative) } else { Ok(none) };
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (userinfo, place) = match authority.rsplit_once('@') {
            Some((_, place)) => (true, place),
            None => (false, authority),
        };
        let host = host(place)?;
        Ok(Self { scheme, host: Some(host), has_userinfo: userinfo, has_fragment })
    }

    /// Whether it is this machine's own address; names are somebody's to resolve.
    pub(super) fn is_loopback_address(&self) -> bool {
        matches!(self.host, Some("127.0.0.1" | "::1"))
    }

    /// Whether it is this machine, by name or address.
    pub(super) fn is_loopback(&self) -> bool {
        self.is_loopback_address() || self.host == Some("localhost")
    }

    /// Whether it is `http` on this machine.
    pub(super) fn is_local_http(&self) -> bool {
        self.scheme == "http" && self.is_loopback()
    }
}

/// Letters of RFC 3986 §2, and every `%` followed by two digits.
fn letters_fit(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&b);
    let escaped =
        |part: &str| part.len() >= 2 && part.bytes().take(2).all(|digit| digit.is_ascii_hexdigit());
    text.bytes().all(allowed) && text.split('%').skip(1).all(escaped)
}

/// The host of `host[:port]`.
fn host(place: &str) -> Result<&str, BadUri> {
    let (host, port) = match place.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']').ok_or(BadUri::Host)?;
            host.parse::<Ipv6Addr>().map_err(|_| BadUri::Host)?;
            (host, after)
        }
        None => {
            let (host, port) = place.split_at(place.find(':').unwrap_or(place.len()));
            (is_name_or_v4(host)).then_some(()).ok_or(BadUri::Host)?;
            (host, port)
        }
    };
    let fits = match port.strip_prefix(':') {
        None => port.is_empty(),
        Some(digits) => {
            digits.bytes().all(|b| b.is_ascii_digit()) && digits.parse::<u16>().is_ok_and(|p| p > 0)
        }
    };
    if fits { Ok(host) } else { Err(BadUri::Port) }
}

/// A name of DNS in small letters, or an IPv4 address written in full: `127.1` is neither.
fn is_name_or_v4(host: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let number = |label: &str| label.bytes().all(|b| b.is_ascii_digit()) || label.starts_with("0x");
    if host.rsplit('.').next().is_some_and(number) {
        return host.parse::<Ipv4Addr>().is_ok();
    }
    host.len() <= 253 && host.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_is_taken_apart() {
        let uri = Uri::parse("https://app.example:8443/cb?x=%20#f").unwrap();
        assert_eq!((uri.scheme, uri.host), ("https", Some("app.example")));
        assert!(uri.has_fragment && !uri.has_userinfo && !uri.is_loopback());
        assert!(Uri::parse("https://a@app.example/").unwrap().has_userinfo);
        assert!(Uri::parse("http://[::1]:80/").unwrap().is_loopback_address());
        assert!(!Uri::parse("http://localhost/").unwrap().is_loopback_address());
        assert_eq!(Uri::parse("com.example.app:/cb").unwrap().host, None);
    }

    #[test]
    fn what_only_looks_like_a_uri_is_refused() {
        for (text, why) in [
            ("/cb", BadUri::Relative),
            ("https:/app.example", BadUri::Relative),
            ("HTTPS://app.example", BadUri::Relative),
            ("https:", BadUri::Relative),
            ("https://", BadUri::Host),
            ("https:///cb", BadUri::Host),
            ("https://*.app.example/", BadUri::Wildcard),
            ("https://APP.example/", BadUri::Host),
            ("https://app..example/", BadUri::Host),
            ("https://app.example./", BadUri::Host),
            ("https://-app.example/", BadUri::Host),
            ("http://127.1/", BadUri::Host),
            ("http://0x7f000001/", BadUri::Host),
            ("http://127.0.0.1.evil.example@/", BadUri::Host),
            ("http://[::1/", BadUri::Host),
            ("http://[fe80::1%25eth0]/", BadUri::Host),
            ("https://app.example:0/", BadUri::Port),
            ("https://app.example:65536/", BadUri::Port),
            ("https://app.example:/", BadUri::Port),
            ("https://app.example/a b", BadUri::Letters),
            ("https://app.example/%zz", BadUri::Letters),
            ("https://app.example/\\evil.example", BadUri::Letters),
            ("https://应用.example/", BadUri::Letters),
            ("https://app.example/\r\n", BadUri::Letters),
        ] {
            assert_eq!(Uri::parse(text), Err(why), "{text}");
        }
        let long = format!("https://app.example/{}", "x".repeat(2000));
        assert_eq!(Uri::parse(&long), Err(BadUri::Long));
    }
}
