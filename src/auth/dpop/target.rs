//! `htu`: where a proof is meant for (RFC 9449 §4.3).

use axum::http::Uri;

/// Whether two URLs name the same place: scheme and host without case, the default port with or
/// without being named, and neither query nor fragment.
pub(super) fn same(one: &str, other: &str) -> bool {
    match (place(one), place(other)) {
        (Some(one), Some(other)) => one == other,
        _ => false,
    }
}

fn place(url: &str) -> Option<(String, String, u16, String)> {
    let url = url.split('#').next().unwrap_or_default();
    let uri: Uri = url.parse().ok()?;
    let (scheme, authority) = (uri.scheme_str()?.to_ascii_lowercase(), uri.authority()?);
    if authority.as_str().contains('@') {
        return None;
    }
    let default = match scheme.as_str() {
        "https" => 443,
        "http" => 80,
        _ => return None,
    };
    let named = authority.as_str().strip_prefix(authority.host());
    let port = match (named, authority.port_u16()) {
        (Some("" | ":"), None) => default,
        (_, Some(port)) => port,
        _ => return None,
    };
    let path = if uri.path().is_empty() { "/" } else { uri.path() };
    Some((scheme, authority.host().to_ascii_lowercase(), port, path.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &str = "https://ecard.example/oauth/token";

    #[test]
    fn the_same_place_has_several_names() {
        for url in [
            HERE,
            "HTTPS://Ecard.Example/oauth/token",
            "https://ecard.example:443/oauth/token",
            "https://ecard.example/oauth/token?a=b",
            "https://ecard.example/oauth/token#part",
            "https://ecard.example/oauth/token?a=b#part",
        ] {
            assert!(same(url, HERE), "{url}");
        }
        assert!(same("http://127.0.0.1:80/x", "http://127.0.0.1/x"));
        assert!(same("https://ecard.example", "https://ecard.example/"));
        assert!(same("https://[::1]:443/x", "https://[::1]/x"));
    }

    #[test]
    fn another_place_is_another() {
        for url in [
            "http://ecard.example/oauth/token",
            "https://ecard.example:8443/oauth/token",
            "https://ecard.example/oauth/par",
            "https://ecard.example/OAuth/token",
            "https://ecard.example/oauth/token/",
            "https://other.example/oauth/token",
            "https://a@ecard.example/oauth/token",
            "https://ecard.example:99999/oauth/token",
            "/oauth/token",
            "ecard.example/oauth/token",
            "",
        ] {
            assert!(!same(url, HERE), "{url}");
        }
    }
}
