//! What every answer says to the browser about what it may do.

use crate::domain::client::origin_of;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::Response;

/// Scripts, styles and pictures from here only; nothing inline, nothing framed; forms go nowhere
/// else.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; \
    script-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The answer with a policy that lets its form end at `uri` too: browsers apply `form-action` to
/// the redirect that answers a form. A URI that no policy can hold leaves it as it is.
pub fn with_form_action(mut answer: Response, uri: &str) -> Response {
    let origin = origin_of(uri);
    let plain = !origin.is_empty() && !origin.contains([';', ',', ' ', '\'', '"']);
    let wider = CONTENT_SECURITY_POLICY
        .replace("form-action 'self'", &format!("form-action 'self' {origin}"));
    if let (true, Ok(policy)) = (plain, HeaderValue::from_str(&wider)) {
        answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    answer
}

/// The answer to somebody who has signed out: the browser forgets what pages kept on it (Clear Site
/// Data), keys and tickets for offline codes among it.
pub fn forgetting(mut answer: Response) -> Response {
    let value = HeaderValue::from_static("\"cache\", \"storage\"");
    answer.headers_mut().insert(HeaderName::from_static("clear-site-data"), value);
    answer
}

/// Two years, as the preload list asks.
const HSTS: &str = "max-age=63072000; includeSubDomains";

/// Adds the security headers. What a handler set itself is kept.
pub fn secure(headers: &mut HeaderMap, https: bool) {
    let camera = HeaderName::from_static("permissions-policy");
    let always = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (camera, "camera=(self), microphone=(), geolocation=(), payment=()"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in always {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_allows_nothing_inline_and_no_frames() {
        assert!(!CONTENT_SECURITY_POLICY.contains("unsafe"));
        assert!(CONTENT_SECURITY_POLICY.contains("frame-ancestors 'none'"));
    }

    #[test]
    fn a_form_may_end_at_one_more_origin_and_nothing_else_changes() {
        let policy = |uri: &str| {
            let answer = with_form_action(Response::default(), uri);
            let value = answer.headers().get(header::CONTENT_SECURITY_POLICY);
            value.map(|v| v.to_str().unwrap().to_owned())
        };
        let wider = policy("https://app.example:8443/cb?x").unwrap();
        assert!(wider.contains("form-action 'self' https://app.example:8443;"), "{wider}");
        assert_eq!(policy("https://a; script-src *"), None);
    }

    #[test]
    fn hsts_is_sent_under_https_only() {
        let mut headers = HeaderMap::new();
        secure(&mut headers, false);
        assert!(!headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
        assert_eq!(headers.get(header::CACHE_CONTROL).unwrap(), "no-store");
        secure(&mut headers, true);
        assert!(headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
    }

    #[test]
    fn a_handlers_own_caching_is_kept() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
        secure(&mut headers, false);
        assert_eq!(headers.get(header::CACHE_CONTROL).unwrap(), "public, max-age=300");
    }
}
