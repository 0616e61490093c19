//! Where a request carries its access token: in exactly one place.

use super::BearerError;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

/// How a token is presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    /// RFC 6750.
    Bearer,
    /// RFC 9449 §7.1.
    Dpop,
}

/// A token as it was presented.
pub(super) struct Presented<'a> {
    /// How.
    pub(super) scheme: Scheme,
    /// The token.
    pub(super) token: &'a str,
}

impl<'a> Presented<'a> {
    /// Reads it. A token in the URL is refused whatever else is sent: it stands in logs and
    /// histories by now.
    pub(super) fn of(parts: &'a Parts, form: Option<&'a str>) -> Result<Self, BearerError> {
        let query = parts.uri.query().unwrap_or_default();
        if query.split('&').any(|p| p == "access_token" || p.starts_with("access_token=")) {
            return Err(BearerError::Malformed("a token has no place in a URL"));
        }
        let mut headers = parts.headers.get_all(AUTHORIZATION).iter();
        let header = headers.next();
        if headers.next().is_some() || (header.is_some() && form.is_some()) {
            return Err(BearerError::Malformed("more than one token"));
        }
        match (header, form) {
            (Some(value), _) => {
                let value = value.to_str().map_err(|_| BearerError::Missing)?;
                Self::read(value).ok_or(BearerError::Missing)
            }
            (None, Some(token)) => Ok(Self { scheme: Scheme::Bearer, token }),
            (None, None) => Err(BearerError::Missing),
        }
    }

    fn read(value: &'a str) -> Option<Self> {
        let (scheme, token) = value.split_once(' ')?;
        let scheme = match scheme {
            s if s.eq_ignore_ascii_case("bearer") => Scheme::Bearer,
            s if s.eq_ignore_ascii_case("dpop") => Scheme::Dpop,
            _ => return None,
        };
        let token = token.trim();
        (!token.is_empty()).then_some(Self { scheme, token })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn read(uri: &str, headers: &[&str], form: Option<&str>) -> Result<(Scheme, String), String> {
        let mut request = Request::builder().uri(uri);
        for value in headers {
            request = request.header(AUTHORIZATION, *value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let shown = Presented::of(&parts, form);
        shown.map(|s| (s.scheme, s.token.to_owned())).map_err(|e| e.code().to_owned())
    }

    #[test]
    fn one_token_is_read_whatever_the_case_of_its_scheme() {
        assert_eq!(read("/", &["bEARER abc"], None), Ok((Scheme::Bearer, "abc".into())));
        assert_eq!(read("/", &["dpop abc"], None), Ok((Scheme::Dpop, "abc".into())));
        assert_eq!(read("/", &[], Some("abc")), Ok((Scheme::Bearer, "abc".into())));
    }

    #[test]
    fn a_token_in_a_url_or_two_tokens_are_refused() {
        let malformed = Err("invalid_request".to_owned());
        assert_eq!(read("/?access_token=abc", &[], None), malformed);
        assert_eq!(read("/?x=1&access_token=abc", &["Bearer abc"], None), malformed);
        assert_eq!(read("/", &["Bearer abc"], Some("abc")), malformed);
        assert_eq!(read("/", &["Bearer abc", "Bearer abc"], None), malformed);
    }

    #[test]
    fn no_token_is_no_error_of_the_clients() {
        for headers in [&[][..], &["Basic abc"], &["Bearer"], &["Bearer  "]] {
            assert_eq!(read("/", headers, None), Err(String::new()), "{headers:?}");
        }
    }
}
