//! What only the demo has: who can I be, the simulated phone, my own photo as a portrait.

use crate::app::{App, Demo, html, internal};
use crate::auth::browser::{self, csrf_token};
use crate::auth::posted::Posted;
use crate::auth::visitor::Visitor;
use crate::domain::id_number::IdNumber;
use crate::domain::mobile_number::MobileNumber;
use crate::error::AppError;
use crate::pages::demo::{DemoPerson, DemoSms, PeoplePage, PhonePage, PortraitPage};
use crate::pages::messages;
use crate::pages::problem::Problem;
use crate::simulator::demo_people::{self, PASSWORD, demo_people};
use crate::web::forms::LARGEST_FORM;
use crate::web::paths;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;

/// The demo's routes.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(paths::DEMO, get(people))
        .route(paths::DEMO_PHONE, get(phone))
        .route(paths::DEMO_PORTRAIT, get(portrait).post(set_portrait))
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
}

fn demo(app: &App) -> Result<&Demo, AppError> {
    app.demo.as_ref().ok_or(AppError::NotFound)
}

fn wants_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|accept| accept.contains("application/json"))
}

fn everybody(visitor: &Visitor) -> Result<Vec<demo_people::DemoPerson>, AppError> {
    demo_people(visitor.now.shanghai_date()).map_err(internal)
}

async fn people(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let everybody = everybody(&visitor)?;
    if wants_json(&headers) {
        let list: Vec<_> = everybody
            .iter()
            .map(|p| {
                json!({
                    "story": p.story.key(),
                    "name": p.name.as_typed(),
                    "id_number": p.id_number.as_str(),
                    "account": p.account_mobile.as_str(),
                    "password": PASSWORD,
                    "registered_mobile": p.registry_mobile.as_ref().map(MobileNumber::as_str),
                })
            })
            .collect();
        return Ok(Json(list).into_response());
    }
    let people = everybody
        .into_iter()
        .map(|p| DemoPerson {
            name: p.name.as_typed().to_owned(),
            id_number: p.id_number.as_str().to_owned(),
            mobile: p.account_mobile.as_str().to_owned(),
            inbox: p.registry_mobile.as_ref().unwrap_or(&p.account_mobile).as_str().to_owned(),
            story: p.story,
        })
        .collect();
    let (password, partner) = (PASSWORD.to_owned(), app.config.partner_link());
    html(200, &PeoplePage { cx: visitor.cx, people, password, partner })
}

#[derive(Deserialize)]
struct PhoneQuery {
    #[serde(default)]
    number: String,
}

async fn phone(
    State(app): State<App>,
    Query(query): Query<PhoneQuery>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let received = match MobileNumber::parse(&query.number) {
        Ok(number) => demo(&app)?.phone.messages(&number),
        Err(_) => Vec::new(),
    };
    if wants_json(&headers) {
        return Ok(Json(received).into_response());
    }
    let lang = visitor.cx.lang();
    let messages = received
        .into_iter()
        .map(|m| DemoSms { text: m.text, sent_at: lang.minute(m.sent_at) })
        .collect();
    html(200, &PhonePage { cx: visitor.cx, number: query.number, messages })
}

fn portrait_page(
    visitor: &Visitor,
    problem: Option<Problem>,
    done_for: Option<String>,
) -> Result<PortraitPage, AppError> {
    let people = everybody(visitor)?
        .into_iter()
        .map(|p| (p.id_number.as_str().to_owned(), p.name.as_typed().to_owned()))
        .collect();
    Ok(PortraitPage { cx: visitor.cx.clone(), problem, people, done_for })
}

async fn portrait(State(app): State<App>, mut visitor: Visitor) -> Result<Response, AppError> {
    if visitor.browser.session.is_some() {
        return html(200, &portrait_page(&visitor, None, None)?);
    }
    let session = browser::fresh(&app, None, None, visitor.now);
    visitor.cx.csrf = csrf_token(&app, &session.value);
    let cookie = browser::set_cookie(&app, &session);
    app.db
        .write::<_, AppError, _>(move |tx| {
            Box::pin(async move { Ok(browser::store(tx, &session, None).await?) })
        })
        .await?;
    let mut answer = html(200, &portrait_page(&visitor, None, None)?)?;
    if let Some(cookie) = cookie {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(answer)
}

async fn set_portrait(
    State(app): State<App>,
    Posted { mut form, visitor }: Posted,
) -> Result<Response, AppError> {
    let reference = visitor.reference.as_str().to_owned();
    let refuse = |field, message| {
        let problem = Problem::of_fields("PORTRAIT_NOT_SET", reference.clone()).on(field, message);
        html(422, &portrait_page(&visitor, Some(problem), None)?)
    };
    let chosen =
        everybody(&visitor)?.into_iter().find(|p| p.id_number.as_str() == form.text("id_number"));
    let Some(person) = chosen else {
        return refuse("id_number", messages::person_required());
    };
    let Some(picture) = form.take_file("portrait") else {
        return refuse("portrait", messages::portrait_required());
    };
    let id: &IdNumber = &person.id_number;
    if demo(&app)?.face.set_demo_portrait(id, picture).await.is_err() {
        return refuse("portrait", messages::portrait_unusable());
    }
    let name = person.name.as_typed().to_owned();
    html(200, &portrait_page(&visitor, None, Some(name))?)
}
