//! Status lists (Token Status List): fetched by anybody, cached by everybody.

use crate::app::{App, Fault, internal};
use crate::error::AppError;
use crate::status::StatusError;
use crate::token::status_list::{STATUS_LIST_MEDIA_TYPE, STATUS_LIST_TTL_SECONDS};
use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

fn fault(error: StatusError) -> Fault {
    match error {
        StatusError::Db(error) => error.into(),
        other => internal(other),
    }
}

fn caching() -> String {
    format!("public, max-age={STATUS_LIST_TTL_SECONDS}, stale-while-revalidate=60")
}

/// One list, made anew when something in it changed.
pub(super) async fn list(
    State(app): State<App>,
    Path(n): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    // Lists as of another moment are not kept: the draft's answer to `?time=`.
    if query.is_some_and(|q| q.split('&').any(|p| p.starts_with("time="))) {
        return Ok(StatusCode::NOT_IMPLEMENTED.into_response());
    }
    let n: i64 = n.parse().map_err(|_| AppError::NotFound)?;
    let published = app.status.publish(n, app.clock.now()).await.map_err(fault)?;
    let published = published.ok_or(AppError::NotFound)?;
    let shared = [
        (CACHE_CONTROL, caching()),
        (ETAG, published.etag.clone()),
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*".to_owned()),
    ];
    let known = headers.get(IF_NONE_MATCH).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if known.split(',').any(|tag| tag.trim().trim_start_matches("W/") == published.etag) {
        return Ok((StatusCode::NOT_MODIFIED, shared).into_response());
    }
    let body = published.token.to_string();
    Ok((shared, [(CONTENT_TYPE, STATUS_LIST_MEDIA_TYPE)], body).into_response())
}

/// The addresses of all lists.
pub(super) async fn lists(State(app): State<App>) -> Result<Response, AppError> {
    let lists = app.status.lists().await?;
    let uris: Vec<String> = lists.into_iter().map(|n| app.status.uri(n)).collect();
    let shared = [(CACHE_CONTROL, caching()), (ACCESS_CONTROL_ALLOW_ORIGIN, "*".to_owned())];
    Ok((shared, Json(json!({ "status_lists": uris }))).into_response())
}
