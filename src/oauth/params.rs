//! Reads the parameters of a request: a query or a form, within bounds.

use super::error::OAuthError;
use crate::domain::authorization::Params;
use crate::web::forms::FormData;
use axum::extract::Request;
use axum::http::header::CONTENT_TYPE;

/// The most parameters a query may have.
const MOST_PARAMETERS: usize = 60;

/// The parameters of a form. Another content type is no form (RFC 6749 §3.2).
///
/// # Errors
/// `invalid_request`.
pub(super) async fn form(request: Request) -> Result<Params, OAuthError> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
    let is_form = kind.is_some_and(|kind| {
        let media = kind.split(';').next().unwrap_or_default().trim();
        media.eq_ignore_ascii_case("application/x-www-form-urlencoded")
    });
    if !is_form {
        let hint = "the body must be application/x-www-form-urlencoded";
        return Err(OAuthError::new("invalid_request", hint));
    }
    Ok(Params::new(FormData::read(request).await?.into_fields()))
}

/// The parameters of a query; none when there are too many.
pub(super) fn query(query: &str) -> Option<Params> {
    if query.bytes().filter(|b| *b == b'&').count() >= MOST_PARAMETERS {
        return None;
    }
    let uri = format!("/?{query}").parse().ok()?;
    let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&uri).ok()?;
    Some(Params::new(pairs.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_decoded_and_bounded() {
        let params = query("a=%E4%B8%AD&b=x+y&c=").unwrap();
        assert_eq!((params.first("a"), params.first("b")), (Some("中"), Some("x y")));
        assert!(!params.has("c"));
        assert!(query(&"a=b&".repeat(100)).is_none());
    }
}
