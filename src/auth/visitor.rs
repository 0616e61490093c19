//! Who visits a page: the browser behind the request, and the context its page is rendered in.

use super::browser::{Browser, Session, csrf_token, rules};
use crate::app::{App, Fault, internal};
use crate::domain::ids::Reference;
use crate::domain::mobile_number::MobileNumber;
use crate::domain::time::Timestamp;
use crate::error::AppError;
use crate::storage::vault::Place;
use crate::web::cx::Cx;
use crate::web::lang::Lang;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};

/// A visit: read once a request, at one moment.
pub struct Visitor {
    /// The browser's session and claim.
    pub browser: Browser,
    /// The page context.
    pub cx: Cx,
    /// The moment of the request.
    pub now: Timestamp,
    /// The request's reference number.
    pub reference: Reference,
}

impl FromRequestParts<App> for Visitor {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        let now = app.clock.now();
        let browser = Browser::of(app, &parts.headers, now).await?;
        let reference =
            parts.extensions.get::<Reference>().cloned().unwrap_or_else(|| app.reference());
        let lang = language(app, &parts.uri, &parts.headers);
        let csrf = browser.session.as_ref().map(|s| csrf_token(app, &s.value)).unwrap_or_default();
        let here = parts.uri.path_and_query().map_or("/", |p| p.as_str());
        let mut cx = Cx::new(lang, csrf, here, app.config.is_demo());
        if let Some(session) = &browser.session {
            cx.idle_s = Some(app.config.limits.session_idle_min * 60);
            cx.signed_in_as = signed_in_as(app, session)?;
        }
        Ok(Self { browser, cx, now, reference })
    }
}

/// The masked number of the account that is logged in.
fn signed_in_as(app: &App, session: &Session) -> Result<Option<String>, Fault> {
    let (Some(account), Some(sealed)) = (&session.account, &session.mobile) else {
        return Ok(None);
    };
    let place = Place { table: "accounts", column: "mobile", row: account.as_str() };
    let text = app.vault.unseal_text(place, sealed)?;
    let number = MobileNumber::from_stored(text.to_string()).map_err(internal)?;
    Ok(Some(number.masked()))
}

/// The language a request asks for.
pub fn language(app: &App, uri: &Uri, headers: &HeaderMap) -> Lang {
    let asked = uri.query().unwrap_or_default().split('&').find_map(|p| p.strip_prefix("lang="));
    let remembered = rules(app).lang(headers);
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok());
    Lang::choose(asked, remembered.as_deref(), accepted)
}
