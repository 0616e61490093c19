//! What every answer of an endpoint must be like, whatever it says.

use super::End;
use crate::common::house::answer::Answer;
use axum::http::header;

/// The error an endpoint's JSON names; empty when there is none.
#[track_caller]
pub(crate) fn error(answer: &Answer) -> String {
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store", "{}", answer.body);
    let kind = answer.header(header::CONTENT_TYPE);
    assert!(kind.starts_with("application/json"), "{kind}: {}", answer.body);
    let json = answer.json();
    let description = json["error_description"].as_str().unwrap_or_default();
    assert!(is_clean(description), "{description}");
    json["error"].as_str().unwrap_or_default().to_owned()
}

/// Whether a description is of the letters RFC 6749 §5.2 allows.
fn is_clean(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, 0x20..=0x7e) && !matches!(b, b'"' | b'\\'))
}

/// Refused by an endpoint, with this status and error.
#[track_caller]
pub(crate) fn refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, error(answer).as_str()), (status, code), "{}", answer.body);
}

/// Refused as a client that is not known (RFC 6749 §5.2).
#[track_caller]
pub(crate) fn unknown_client(answer: &Answer) {
    refused(answer, 401, "invalid_client");
}

/// Tokens came.
#[track_caller]
pub(crate) fn granted(answer: &Answer) {
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    assert!(answer.json()["access_token"].is_string(), "{}", answer.body);
}

/// Refused by a resource: a challenge of this scheme with this error (RFC 6750 §3).
#[track_caller]
pub(crate) fn challenged(answer: &Answer, scheme: &str, code: &str) {
    let given = answer.header(header::WWW_AUTHENTICATE);
    assert_eq!(answer.status, 401, "{given} {}", answer.body);
    assert!(
        answer.headers.get_all(header::WWW_AUTHENTICATE).iter().any(|line| {
            let line = line.to_str().unwrap();
            line.starts_with(scheme) && line.contains(&format!("error=\"{code}\""))
        }),
        "{given}"
    );
}

/// The partner was told this error, with `state` and `iss` (RFC 9207).
#[track_caller]
pub(crate) fn told(end: &End, code: &str, state: &str, issuer: &str) {
    assert_eq!(end.error(), code, "{:?}", end.back());
    assert_eq!((end.param("state"), end.param("iss")), (state, issuer));
    assert!(is_clean(end.param("error_description")), "{:?}", end.back());
}

/// The citizen was told, and nobody else.
#[track_caller]
pub(crate) fn shown(end: &End) {
    let Answer { at, status, .. } = &end.last;
    assert!(end.is_shown(), "{at}: {status} {} {}", end.last.location(), end.last.main());
}
