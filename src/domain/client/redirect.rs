//! Where the answer of an authorization may go: exactly where was registered, and nowhere else.

use super::{ApplicationType, Client};

/// A redirect URI that belongs to the client it was matched for. Only a matched one can be built,
/// so an answer cannot be sent anywhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectUri(String);

impl RedirectUri {
    /// The URI a request names, if the client registered it: compared letter by letter (RFC 9700
    /// §2.1), but for the port of a loopback address (RFC 8252 §7.3), which a native app draws
    /// anew each time. A request may leave it out when exactly one is registered, and only then.
    pub fn matched(client: &Client, asked: Option<&str>) -> Option<Self> {
        let Some(asked) = asked else {
            return match client.redirect_uris.as_slice() {
                [only] => Some(Self(only.clone())),
                _ => None,
            };
        };
        let is_native = client.application_type == ApplicationType::Native;
        let fits = |registered: &String| {
            let any_port = is_native && is_loopback(registered);
            registered == asked || (any_port && same_but_port(registered, asked))
        };
        client.redirect_uris.iter().any(fits).then(|| Self(asked.to_owned()))
    }

    /// The URI a stored authorization was matched for.
    pub fn from_stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The URI as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What a page's `form-action` must allow for a form that may end there: scheme, host and
    /// port, or the scheme alone of a native app's own.
    pub fn origin(&self) -> String {
        origin_of(&self.0)
    }
}

/// Scheme, host and port of a URI with an authority; otherwise its scheme with the colon.
pub fn origin_of(uri: &str) -> String {
    let Some((scheme, rest)) = uri.split_once(':') else { return String::new() };
    match rest.strip_prefix("//") {
        Some(rest) if matches!(scheme, "http" | "https") => {
            let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
            format!("{scheme}://{authority}")
        }
        _ => format!("{scheme}:"),
    }
}

/// The host of an http or https URI.
pub(super) fn host_of(uri: &str) -> Option<&str> {
    let (_, rest) = uri.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if let Some(rest) = authority.strip_prefix('[') {
        return rest.split_once(']').map(|(host, _)| host);
    }
    authority.split(':').next()
}

fn is_loopback(uri: &str) -> bool {
    uri.starts_with("http://") && matches!(host_of(uri), Some("127.0.0.1" | "::1" | "localhost"))
}

/// Whether two URIs differ in nothing but the port.
fn same_but_port(registered: &str, asked: &str) -> bool {
    let without = |uri: &str| {
        let (scheme, rest) = uri.split_once("://")?;
        let (authority, path) = match rest.find(['/', '?', '#']) {
            Some(at) => rest.split_at_checked(at)?,
            None => (rest, ""),
        };
        let host_end = authority.rfind(']').map_or(0, |at| at + 1);
        let (host, port) = match authority.get(host_end..)?.find(':') {
            Some(at) => authority.split_at_checked(host_end + at)?,
            None => (authority, ""),
        };
        let digits = port.trim_start_matches(':');
        let plain = digits.len() <= 5 && digits.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| format!("{scheme}://{host}{path}"))
    };
    without(registered).is_some_and(|one| without(asked).as_ref() == Some(&one))
}

#[cfg(test)]
mod tests {
    use super::super::ClientAuth;
    use super::*;

    fn client(uris: &[&str]) -> Client {
        let mut client = Client::new("c", "c", ClientAuth::None);
        client.redirect_uris = uris.iter().map(|u| (*u).to_owned()).collect();
        client
    }

    #[test]
    fn nothing_but_the_registered_letters_fits() {
        let client = client(&["https://app.example/cb?x=1", "https://app.example/other"]);
        let fits = |uri| RedirectUri::matched(&client, Some(uri)).is_some();
        assert!(fits("https://app.example/cb?x=1"));
        for other in [
            "https://app.example/cb",
            "https://app.example/cb?x=1&y=2",
            "https://app.example/cb?x=1#f",
            "https://APP.example/cb?x=1",
            "https://app.example:443/cb?x=1",
            "https://app.example/cb/../cb?x=1",
            "https://user@app.example/cb?x=1",
            "",
        ] {
            assert!(!fits(other), "{other}");
        }
    }

    #[test]
    fn it_may_be_left_out_only_when_there_is_one() {
        assert!(RedirectUri::matched(&client(&["https://a.example/"]), None).is_some());
        assert!(
            RedirectUri::matched(&client(&["https://a.example/", "https://b.example/"]), None)
                .is_none()
        );
        assert!(RedirectUri::matched(&client(&[]), None).is_none());
    }

    #[test]
    fn a_loopback_port_is_the_native_apps_own() {
        let mut client = client(&["http://127.0.0.1/cb", "http://[::1]:8080/cb"]);
        let web = client.clone();
        assert!(RedirectUri::matched(&web, Some("http://127.0.0.1/cb")).is_some());
        assert!(RedirectUri::matched(&web, Some("http://127.0.0.1:49152/cb")).is_none());
        client.application_type = ApplicationType::Native;
        let fits = |uri| RedirectUri::matched(&client, Some(uri)).is_some();
        assert!(fits("http://127.0.0.1:49152/cb") && fits("http://[::1]:5/cb"));
        for other in [
            "http://127.0.0.1:49152/cb2",
            "https://127.0.0.1:49152/cb",
            "http://127.0.0.1:x/cb",
            "http://127.0.0.1:80@evil.example/cb",
            "http://127.0.0.1.evil.example/cb",
            "http://localhost:1/cb",
        ] {
            assert!(!fits(other), "{other}");
        }
        let https = super::tests::client(&["https://app.example/cb"]);
        assert!(RedirectUri::matched(&https, Some("https://app.example:1/cb")).is_none());
    }

    #[test]
    fn an_origin_is_what_form_action_takes() {
        assert_eq!(origin_of("https://a.example:8443/cb?x"), "https://a.example:8443");
        assert_eq!(origin_of("com.example.app:/cb"), "com.example.app:");
    }
}
