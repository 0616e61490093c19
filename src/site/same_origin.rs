//! Whether a browser says that another site's page sends this: looked at once, for every request
//! that changes something, beside the token that each form carries.

use crate::app::App;
use crate::domain::client::origin_of;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, header};

/// Where other sites' pages and programs in browsers may post to: the authorization server, whose
/// requests prove themselves (RFC 6749, OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2).
const OPEN: &str = "/oauth/";

/// Whether a request is another site's doing.
///
/// `Sec-Fetch-Site` says so outright (Fetch Metadata). A browser without it sends `Origin`, which
/// is `null` under our own `Referrer-Policy: no-referrer` and then says nothing, like none at all:
/// programs send neither, and the form's token decides.
pub(super) fn is_foreign(app: &App, request: &Request) -> bool {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if reads || request.uri().path().starts_with(OPEN) {
        return false;
    }
    comes_from_elsewhere(request.headers(), &app.issuer)
}

fn comes_from_elsewhere(headers: &HeaderMap, issuer: &str) -> bool {
    let text = |name: &str| headers.get(name).map(|v| v.to_str().unwrap_or("?"));
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    match text(header::ORIGIN.as_str()) {
        None | Some("null") => false,
        Some(origin) => origin != origin_of(issuer) && !is_host(origin, text("host")),
    }
}

/// Whether an origin is the host that was asked: the service may be reached by another name.
fn is_host(origin: &str, host: Option<&str>) -> bool {
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    host.is_some_and(|host| authority == Some(host))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderName;

    fn foreign(pairs: &[(&str, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            headers.insert(name, value.parse().unwrap());
        }
        comes_from_elsewhere(&headers, "https://card.example")
    }

    #[test]
    fn what_the_browser_says_of_the_site_decides() {
        assert!(!foreign(&[("sec-fetch-site", "same-origin"), ("origin", "null")]));
        assert!(!foreign(&[("sec-fetch-site", "none")]));
        for site in ["cross-site", "same-site", "", "SAME-ORIGIN"] {
            assert!(foreign(&[("sec-fetch-site", site), ("origin", "https://card.example")]));
        }
    }

    #[test]
    fn an_older_browser_says_its_origin() {
        assert!(!foreign(&[("origin", "https://card.example")]));
        assert!(!foreign(&[("origin", "http://localhost:8080"), ("host", "localhost:8080")]));
        for origin in ["https://evil.example", "http://card.example", "https://card.example.evil"] {
            assert!(foreign(&[("origin", origin), ("host", "card.local")]), "{origin}");
        }
    }

    #[test]
    fn null_and_none_say_nothing() {
        assert!(!foreign(&[]));
        assert!(!foreign(&[("origin", "null")]));
    }
}
