//! The page and what it asks for.

use super::Terminal;
use super::link::Link;
use super::pages::ScanPage;
use crate::verifier::Verifier;
use crate::web::cx::Cx;
use crate::web::lang::{LANG_COOKIE, Lang};
use crate::web::{assets, headers};
use askama::Template as _;
use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::header::{
    ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_TYPE, COOKIE, HOST, ORIGIN, SET_COOKIE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Form, Json, Router};
use serde::Deserialize;
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;

/// No scan is longer (bytes).
const LARGEST_BODY: usize = 64 * 1024;

/// Whose page sent a request (Fetch Metadata).
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// After this an answer is of somebody who has gone.
const ANSWER_SHOWN_S: u64 = 60;

type Shared = State<Arc<Terminal>>;

/// The whole site.
pub fn router(terminal: Arc<Terminal>) -> Router {
    Router::new()
        .route("/", get(page).post(scan))
        .route("/state", get(state))
        .route("/static/{*file}", get(asset))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::from_fn(from_this_machine))
        .with_state(terminal)
}

#[derive(Deserialize)]
struct Opened {
    lang: Option<String>,
    scan: Option<u64>,
}

async fn page(
    State(terminal): Shared,
    Query(opened): Query<Opened>,
    headers: HeaderMap,
    uri: axum::http::Uri,
) -> Response {
    let text = |name| headers.get(name).and_then(|v: &HeaderValue| v.to_str().ok());
    let cookie = text(COOKIE).and_then(|cookies| {
        cookies.split("; ").find_map(|pair| pair.strip_prefix(LANG_COOKIE)?.strip_prefix('='))
    });
    let lang = Lang::choose(opened.lang.as_deref(), cookie, text(ACCEPT_LANGUAGE));
    let here = uri.path_and_query().map_or("/", |p| p.as_str());
    let now = terminal.now();
    let answer = {
        let last = terminal.last();
        let asked = opened.scan == Some(last.number);
        let young = |at| now.seconds_since(at) < ANSWER_SHOWN_S;
        last.answer.clone().filter(|answer| asked && young(answer.at))
    };
    let page = ScanPage {
        cx: Cx::new(lang, "", here, false),
        answer,
        function: terminal.function,
        oldest: terminal.verifier.oldest_status(now),
        max_age: terminal.verifier.settings().max_status_age,
        waiting: terminal.queue.len(),
        link: terminal.link.now().label(),
        asks: terminal.caller.is_some(),
    };
    let Ok(text) = page.render() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut answer = Html(text).into_response();
    if opened.lang.is_some() {
        let cookie =
            format!("{LANG_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax", lang.tag());
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            answer.headers_mut().insert(SET_COOKIE, cookie);
        }
    }
    answer
}

#[derive(Deserialize)]
struct Scanned {
    code: String,
}

/// Judges, then leads to the page: to load it again judges nothing again.
async fn scan(State(terminal): Shared, Form(scanned): Form<Scanned>) -> Redirect {
    let number = terminal.scan(&scanned.code).await;
    Redirect::to(&format!("/?scan={number}"))
}

/// What the foot of the page shows, for whoever watches over terminals.
async fn state(State(terminal): Shared) -> Json<serde_json::Value> {
    let now = terminal.now();
    let verifier: &Verifier = &terminal.verifier;
    let oldest = verifier.oldest_status(now).map(|age| age.as_secs());
    Json(json!({
        "waiting": terminal.queue.len(),
        "status_age": oldest,
        "online": terminal.link.now() == Link::Up,
        "link": terminal.link.now().as_str(),
        "max_status_age": verifier.settings().max_status_age.as_secs(),
    }))
}

async fn asset(Path(file): Path<String>) -> Response {
    let Some(asset) = assets::find(&file) else { return StatusCode::NOT_FOUND.into_response() };
    let headers = [(CONTENT_TYPE, asset.content_type), (CACHE_CONTROL, assets::CACHE_CONTROL)];
    (headers, asset.bytes).into_response()
}

/// Answers this machine's own browser alone: a page of another site must not scan here, and a name
/// that somebody points at this machine is not this machine's.
async fn from_this_machine(request: Request, next: Next) -> Response {
    let mut answer = if own(request.headers()) {
        next.run(request).await
    } else {
        StatusCode::FORBIDDEN.into_response()
    };
    headers::secure(answer.headers_mut(), false);
    answer
}

fn own(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|v: &HeaderValue| v.to_str().ok());
    let host = text(HOST).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let local = name == "localhost"
        || host.parse::<SocketAddr>().is_ok_and(|address| address.ip().is_loopback());
    // A page without a referrer posts with the origin `null`; the browser says beside it whose
    // page that is.
    let ours = |origin: &str| match origin {
        "null" => text(FETCH_SITE) == Some("same-origin"),
        origin => origin == format!("http://{host}"),
    };
    local && text(ORIGIN).is_none_or(ours)
}
