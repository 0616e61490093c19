//! The two cookies: the browser session and the language.

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, SameSite};

/// Cookies as this service sets them: host-only, `HttpOnly`, `SameSite=Lax`; under https `Secure`
/// with the `__Host-` prefix, which browsers refuse to let another host or a plain connection set.
#[derive(Clone, Copy, Debug)]
pub struct CookieJarRules {
    /// Whether citizens reach the service by https.
    pub https: bool,
}

const SESSION: &str = "ecard_session";
const SESSION_HTTPS: &str = "__Host-ecard_session";
const LANG: &str = "ecard_lang";
const ONE_YEAR_S: i64 = 31_536_000;

impl CookieJarRules {
    fn session_name(self) -> &'static str {
        if self.https { SESSION_HTTPS } else { SESSION }
    }

    /// The session cookie's value, as the browser sent it.
    pub fn session(self, headers: &HeaderMap) -> Option<String> {
        value(headers, self.session_name())
    }

    /// The language the browser remembers.
    pub fn lang(self, headers: &HeaderMap) -> Option<String> {
        value(headers, LANG)
    }

    /// The header that hands a session to the browser. It lives as long as the browser runs; the
    /// server ends it earlier.
    pub fn set_session(self, value: &str) -> Option<HeaderValue> {
        self.header(Cookie::new(self.session_name(), value.to_owned()))
    }

    /// The header that takes the session away.
    pub fn clear_session(self) -> Option<HeaderValue> {
        let mut cookie = Cookie::new(self.session_name(), "");
        cookie.set_max_age(cookie::time::Duration::ZERO);
        self.header(cookie)
    }

    /// The header that makes the browser remember a language.
    pub fn set_lang(self, tag: &str) -> Option<HeaderValue> {
        let mut cookie = Cookie::new(LANG, tag.to_owned());
        cookie.set_max_age(cookie::time::Duration::seconds(ONE_YEAR_S));
        self.header(cookie)
    }

    fn header(self, mut cookie: Cookie<'static>) -> Option<HeaderValue> {
        cookie.set_http_only(true);
        cookie.set_same_site(SameSite::Lax);
        cookie.set_path("/");
        cookie.set_secure(self.https);
        HeaderValue::from_str(&cookie.to_string()).ok()
    }
}

fn value(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_cookie_is_host_only_and_unreadable_by_scripts() {
        let header = CookieJarRules { https: true }.set_session("v").unwrap();
        let text = header.to_str().unwrap();
        for part in ["__Host-ecard_session=v", "HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(!text.contains("Domain"), "{text}");
        let plain = CookieJarRules { https: false }.set_session("v").unwrap();
        assert!(!plain.to_str().unwrap().contains("Secure"));
    }

    #[test]
    fn the_plain_cookie_is_not_believed_under_https() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("ecard_session=planted; a=b"));
        assert_eq!(CookieJarRules { https: true }.session(&headers), None);
        assert_eq!(CookieJarRules { https: false }.session(&headers).unwrap(), "planted");
    }
}
