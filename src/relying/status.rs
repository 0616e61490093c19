//! Status lists (Token Status List): fetched by anybody, cached by everybody.

use crate::app::{App, Fault, internal};
use crate::error::AppError;
use crate::status::StatusError;
use crate::token::status_list::{STATUS_LIST_MEDIA_TYPE, STATUS_LIST_TTL_SECONDS};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{
    ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE,
    ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::sync::Arc;

fn fault(error: StatusError) -> Fault {
    match error {
        StatusError::Db(error) => error.into(),
        other => internal(other),
    }
}

fn caching() -> String {
    format!("public, max-age={STATUS_LIST_TTL_SECONDS}, stale-while-revalidate=60")
}

/// One list, published anew when something in it changed.
pub(super) async fn list(
    State(app): State<App>,
    Path(n): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    // Lists as of another moment are not kept: the draft's answer to `?time=`.
    if query.is_some_and(|q| q.split('&').any(|p| p == "time" || p.starts_with("time="))) {
        return Ok(StatusCode::NOT_IMPLEMENTED.into_response());
    }
    let n: i64 = n.parse().map_err(|_| AppError::NotFound)?;
    let published = app.status.publish(n, app.clock.now()).await.map_err(fault)?;
    let published = published.ok_or(AppError::NotFound)?;
    let packed = takes_gzip(&headers);
    let etag = if packed { &published.gzip_etag } else { &published.etag };
    let shared = [
        (CACHE_CONTROL, caching()),
        (ETAG, etag.clone()),
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*".to_owned()),
        (VARY, "accept-encoding".to_owned()),
    ];
    if knows(&headers, &[&published.etag, &published.gzip_etag]) {
        return Ok((StatusCode::NOT_MODIFIED, shared).into_response());
    }
    let kind = [(CONTENT_TYPE, STATUS_LIST_MEDIA_TYPE)];
    Ok(if packed {
        let body = Bytes::from_owner(Arc::clone(&published.gzip));
        (shared, kind, [(CONTENT_ENCODING, "gzip")], body).into_response()
    } else {
        let body: Arc<[u8]> = Arc::clone(&published.token).into();
        (shared, kind, Bytes::from_owner(body)).into_response()
    })
}

/// Whether the asker holds one of these already (RFC 9110, section 13.1.2: a weak comparison).
fn knows(headers: &HeaderMap, tags: &[&str]) -> bool {
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut known = known.flat_map(|value| value.split(',')).map(str::trim);
    known.any(|tag| tags.contains(&tag.trim_start_matches("W/")))
}

/// Whether the asker takes gzip (RFC 9110, section 12.5.3).
fn takes_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let refused = parts.filter_map(|p| p.strip_prefix("q=")).any(|q| q.parse() == Ok(0.0_f32));
        name.eq_ignore_ascii_case("gzip") && !refused
    })
}

/// The addresses of all lists.
pub(super) async fn lists(State(app): State<App>) -> Result<Response, AppError> {
    let lists = app.status.lists().await?;
    let uris: Vec<String> = lists.into_iter().map(|n| app.status.uri(n)).collect();
    let shared = [(CACHE_CONTROL, caching()), (ACCESS_CONTROL_ALLOW_ORIGIN, "*".to_owned())];
    Ok((shared, Json(json!({ "status_lists": uris }))).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn asking(name: axum::http::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn gzip_is_for_whoever_takes_it() {
        for (takes, value) in [
            (true, "gzip"),
            (true, "br, GZIP;q=0.5"),
            (false, "gzip;q=0"),
            (false, "br;q=1.0, gzip;q=0.0"),
            (false, "identity"),
            (false, ""),
        ] {
            assert_eq!(takes_gzip(&asking(ACCEPT_ENCODING, value)), takes, "{value}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    #[test]
    fn a_known_tag_is_known_in_every_form() {
        for (known, value) in [
            (true, "\"a\""),
            (true, "W/\"a-gz\""),
            (true, "\"x\" , \"a\""),
            (false, "\"x\""),
            (false, "a"),
        ] {
            let headers = asking(IF_NONE_MATCH, value);
            assert_eq!(knows(&headers, &["\"a\"", "\"a-gz\""]), known, "{value}");
        }
    }
}
