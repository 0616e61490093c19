//! Who is here: the browser's session and language.

use crate::partner::Partner;
use crate::partner::pages::TroublePage;
use crate::partner::session::Session;
use crate::partner::trouble::Trouble;
use crate::web::cx::Cx;
use crate::web::lang::Lang;
use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use cookie::{Cookie, SameSite};
use std::convert::Infallible;
use std::sync::Arc;

/// The session of this browser. Other than the issuer's by name too: browsers keep one jar for all
/// ports of a host.
const SESSION: &str = "partner_session";
const LANG: &str = "partner_lang";
const ONE_YEAR_S: i64 = 31_536_000;

/// A request, as far as every page asks for it.
pub(super) struct Visit {
    pub(super) cx: Cx,
    /// The session's cookie; none when there is no session.
    pub(super) id: Option<String>,
    pub(super) session: Session,
    chosen: Option<Lang>,
}

impl FromRequestParts<Arc<Partner>> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        partner: &Arc<Partner>,
    ) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        let asked = query.split('&').find_map(|pair| pair.strip_prefix("lang="));
        let accepted = parts.headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok());
        let remembered = cookie(&parts.headers, LANG);
        let lang = Lang::choose(asked, remembered.as_deref(), accepted);
        let found = cookie(&parts.headers, SESSION)
            .and_then(|id| Some((partner.sessions.with(&id, |s| s.clone())?, id)));
        let (session, id) = found.map_or_else(Default::default, |(s, id)| (s, Some(id)));
        let here = parts.uri.path_and_query().map_or("/", |p| p.as_str());
        let cx = Cx::new(lang, session.csrf.as_str(), here, true);
        Ok(Self { cx, id, session, chosen: asked.and_then(Lang::from_tag) })
    }
}

impl Visit {
    /// A page, with the language remembered that was asked for.
    pub(super) fn page(&self, status: u16, page: &impl Template) -> Response {
        let Ok(text) = page.render() else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut answer = (status, Html(text)).into_response();
        if let Some(lang) = self.chosen {
            set(answer.headers_mut(), LANG, lang.tag(), Some(ONE_YEAR_S));
        }
        answer
    }

    /// The page that says what went wrong.
    pub(super) fn trouble(&self, trouble: Trouble) -> Response {
        tracing::info!(code = trouble.code(), why = %trouble, "partner: no sign-in");
        let status = trouble.status();
        let page = TroublePage { cx: self.cx.clone(), trouble };
        self.page(status, &page)
    }
}

/// Hands a session to the browser; it lives as long as the browser runs.
pub(super) fn set_session(headers: &mut HeaderMap, id: &str) {
    set(headers, SESSION, id, None);
}

fn set(headers: &mut HeaderMap, name: &'static str, value: &str, seconds: Option<i64>) {
    let mut cookie = Cookie::new(name, value.to_owned());
    cookie.set_http_only(true);
    // The browser comes back from the issuer by a link of another site: Strict would not send it.
    cookie.set_same_site(SameSite::Lax);
    cookie.set_path("/");
    cookie.set_max_age(seconds.map(cookie::time::Duration::seconds));
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        headers.append(header::SET_COOKIE, value);
    }
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned())
}
