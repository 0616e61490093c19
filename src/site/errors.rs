//! Gives an error its words: a page in the reader's language, or JSON for a program (RFC 9457).

use crate::app::{App, html};
use crate::auth::visitor::language;
use crate::domain::ids::Reference;
use crate::error::AppError;
use crate::pages::ends::{ChangedNumberPage, ExpiredPage, NoUsableCardPage};
use crate::pages::landing::{ErrorKind, ErrorPage};
use crate::web::cx::Cx;
use crate::web::lang::Lang;
use crate::web::paths;
use axum::Json;
use axum::extract::Request;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Who reads the answer.
pub(super) struct Reader {
    lang: Lang,
    here: String,
    program: bool,
    is_get: bool,
}

/// Paths that only programs ask for.
const FOR_PROGRAMS: [&str; 5] =
    [paths::VERIFY, paths::STATUS_LISTS, "/.well-known/", "/oauth/", paths::CARD_TOKEN];

impl Reader {
    pub(super) fn of(app: &App, request: &Request) -> Self {
        let path = request.uri().path();
        let accept = request.headers().get(header::ACCEPT).and_then(|v| v.to_str().ok());
        let wants_json = accept.is_some_and(|a| a.contains("json") && !a.contains("text/html"));
        Self {
            lang: language(app, request.uri(), request.headers()),
            here: request.uri().path_and_query().map_or("/", |p| p.as_str()).to_owned(),
            program: wants_json || FOR_PROGRAMS.iter().any(|p| path.starts_with(p)),
            is_get: request.method() == axum::http::Method::GET,
        }
    }
}

/// The answer with a body, when it is an error without one.
pub(super) fn dress(app: &App, reader: Reader, reference: &Reference, bare: Response) -> Response {
    let Some(error) = bare.extensions().get::<AppError>().cloned() else { return bare };
    let allowed = bare.headers().get(header::ALLOW).and_then(|v| v.to_str().ok());
    let allowed = allowed.unwrap_or_default().replace(',', ", ");
    let dressed = if reader.program {
        problem(&error, reference, &allowed)
    } else {
        let page = page(app, &reader, &error, reference, &allowed);
        page.unwrap_or_else(|_| problem(&error, reference, &allowed))
    };
    let (mut parts, _) = bare.into_parts();
    let (new, body) = dressed.into_parts();
    parts.headers.extend(new.headers);
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, body)
}

fn problem(error: &AppError, reference: &Reference, allowed: &str) -> Response {
    let mut body = json!({
        "type": "about:blank",
        "title": error.code(),
        "status": error.status(),
        "code": error.code(),
        "reference": reference.as_str(),
    });
    if let (AppError::MethodNotAllowed, false, Some(body)) =
        (error, allowed.is_empty(), body.as_object_mut())
    {
        body.insert("detail".to_owned(), json!(format!("this address takes {allowed}")));
    }
    ([(header::CONTENT_TYPE, "application/problem+json")], Json(body)).into_response()
}

fn page(
    app: &App,
    reader: &Reader,
    error: &AppError,
    reference: &Reference,
    allowed: &str,
) -> Result<Response, AppError> {
    let status = error.status();
    let cx = Cx::new(reader.lang, "", reader.here.as_str(), app.config.is_demo());
    let reference = reference.as_str().to_owned();
    let code = error.code();
    match error {
        AppError::Expired => {
            let limits = &app.config.limits;
            let (claim_min, resume_h) = (limits.claim_min, limits.real_name_resume_h);
            html(status, &ExpiredPage { cx, reference, claim_min, resume_h })
        }
        AppError::NoUsableCard(reason) => {
            html(status, &NoUsableCardPage { cx, reason: *reason, code, reference })
        }
        AppError::NoRegisteredMobile => {
            html(status, &ChangedNumberPage { cx, mobile: None, reference })
        }
        other => {
            let kind = kind(other, reader.lang, allowed);
            let retry = (reader.is_get && status >= 500).then(|| cx.here.clone());
            let in_claim = !reader.is_get && cx.here.starts_with(paths::CLAIM);
            html(status, &ErrorPage { cx, kind, code, reference, retry, in_claim })
        }
    }
}

fn kind(error: &AppError, lang: Lang, allowed: &str) -> ErrorKind {
    match error {
        AppError::Csrf | AppError::NotYours => ErrorKind::Forbidden,
        AppError::NotFound => ErrorKind::NotFound,
        AppError::MethodNotAllowed => ErrorKind::WrongMethod { allowed: allowed.to_owned() },
        AppError::Limited { until, .. } => ErrorKind::TooMany { until: lang.minute(*until) },
        AppError::ProviderDown { provider: "registry", .. } => ErrorKind::RegistryDown,
        AppError::ProviderDown { provider: "face", .. } => ErrorKind::FaceDown,
        AppError::ProviderDown { provider: "sms", .. } => ErrorKind::SmsDown,
        AppError::TooLarge => ErrorKind::TooLarge,
        AppError::BadRequest(_) => ErrorKind::BadRequest,
        _ => ErrorKind::Internal,
    }
}
