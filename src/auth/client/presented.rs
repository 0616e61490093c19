//! How a request says who sends it: one way, or it is refused (RFC 6749 §2.3).

use super::{ClientAuthError, ClientRequest, basic};
use crate::domain::client::ClientAuth;
use crate::domain::secret::Secret;
use axum::http::header::AUTHORIZATION;

/// The one `client_assertion_type` there is (RFC 7523 §2.2).
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What a request shows.
#[derive(Debug)]
pub(super) enum Presented<'a> {
    /// Identifier and secret in the header.
    Basic(String, Secret),
    /// Identifier and secret in the form.
    Post(&'a str, Secret),
    /// A signed assertion.
    Assertion(&'a str),
    /// An identifier alone: a certificate stands beside it, or nothing has to.
    Bare(&'a str),
}

impl<'a> Presented<'a> {
    /// Reads it.
    pub(super) fn of(request: &ClientRequest<'a>) -> Result<Self, ClientAuthError> {
        let one = |name| request.params.one(name);
        let (secret, assertion) = (one("client_secret")?, one("client_assertion")?);
        let kind = one("client_assertion_type")?;
        let id = one("client_id")?;
        let by_header = request.headers.contains_key(AUTHORIZATION);
        let ways = [by_header, secret.is_some(), assertion.is_some() || kind.is_some()];
        if ways.into_iter().filter(|way| *way).count() > 1 {
            return Err(ClientAuthError::Malformed("more than one way of client authentication"));
        }
        match (by_header, secret, assertion, kind) {
            (true, ..) => header(request),
            (_, Some(secret), ..) => match id {
                Some(id) => Ok(Self::Post(id, Secret::new(secret))),
                None => Err(ClientAuthError::Malformed("client_secret without client_id")),
            },
            (_, _, Some(assertion), Some(JWT_BEARER)) => Ok(Self::Assertion(assertion)),
            (_, _, Some(_), _) => {
                Err(ClientAuthError::failed("client_assertion_type is not jwt-bearer"))
            }
            (_, _, None, Some(_)) => Err(ClientAuthError::failed("client_assertion is missing")),
            _ => id.map(Self::Bare).ok_or(ClientAuthError::nothing()),
        }
    }

    /// Whether a client registered with `method` may show this.
    pub(super) fn fits(&self, method: ClientAuth) -> bool {
        match self {
            Self::Basic(..) => method == ClientAuth::ClientSecretBasic,
            Self::Post(..) => method == ClientAuth::ClientSecretPost,
            Self::Assertion(_) => method == ClientAuth::PrivateKeyJwt,
            Self::Bare(_) => method == ClientAuth::None || method.is_mtls(),
        }
    }
}

fn header<'a>(request: &ClientRequest<'a>) -> Result<Presented<'a>, ClientAuthError> {
    let mut values = request.headers.get_all(AUTHORIZATION).iter();
    let (first, second) = (values.next(), values.next());
    if second.is_some() {
        return Err(ClientAuthError::Malformed("more than one Authorization header"));
    }
    let read = first.and_then(|value| value.to_str().ok()).and_then(basic::read);
    let (id, secret) =
        read.ok_or(ClientAuthError::failed("the Authorization header is no Basic"))?;
    Ok(Presented::Basic(id, secret))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::authorization::Params;
    use axum::http::{Extensions, HeaderMap, HeaderValue};

    fn shown(basic: bool, fields: &[(&str, &str)]) -> Result<String, ClientAuthError> {
        let params = fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        let params = Params::new(params);
        let mut headers = HeaderMap::new();
        if basic {
            headers.insert(AUTHORIZATION, HeaderValue::from_static("Basic YTpi"));
        }
        let extensions = Extensions::new();
        let request = ClientRequest {
            headers: &headers,
            extensions: &extensions,
            params: &params,
            endpoint: "/oauth/token",
        };
        Presented::of(&request).map(|shown| format!("{shown:?}"))
    }

    const ID: (&str, &str) = ("client_id", "a");
    const SECRET: (&str, &str) = ("client_secret", "b");
    const ASSERTION: (&str, &str) = ("client_assertion", "x.y.z");
    const KIND: (&str, &str) = ("client_assertion_type", JWT_BEARER);

    #[test]
    fn one_way_is_read_and_secrets_are_not_shown() {
        assert_eq!(shown(true, &[]).unwrap(), "Basic(\"a\", …)");
        assert_eq!(shown(true, &[ID]).unwrap(), "Basic(\"a\", …)");
        assert_eq!(shown(false, &[ID, SECRET]).unwrap(), "Post(\"a\", …)");
        assert_eq!(shown(false, &[ASSERTION, KIND]).unwrap(), "Assertion(\"x.y.z\")");
        assert_eq!(shown(false, &[ID]).unwrap(), "Bare(\"a\")");
    }

    #[test]
    fn two_ways_at_once_are_malformed() {
        for (header, fields) in [
            (true, vec![ID, SECRET]),
            (true, vec![ASSERTION, KIND]),
            (false, vec![ID, SECRET, ASSERTION, KIND]),
            (false, vec![ID, SECRET, KIND]),
            (false, vec![ID, ID]),
            (false, vec![ASSERTION, ASSERTION, KIND]),
            (false, vec![SECRET]),
        ] {
            let refused = shown(header, &fields).unwrap_err();
            assert_eq!(refused.code(), "invalid_request", "{fields:?}");
        }
    }

    #[test]
    fn what_proves_nothing_fails() {
        let other = ("client_assertion_type", "urn:ietf:params:oauth:saml2-bearer");
        for fields in [vec![], vec![ASSERTION], vec![KIND], vec![ASSERTION, other]] {
            let refused = shown(false, &fields).unwrap_err();
            assert_eq!(refused.code(), "invalid_client", "{fields:?}");
        }
    }
}
