//! Stopping an authorization: from anywhere on the way, back to the partner with a refusal.

use super::arrival::arrive;
use super::page::{again, here, refuse};
use crate::app::{App, html};
use crate::auth::posted::Posted;
use crate::auth::visitor::Visitor;
use crate::error::AppError;
use crate::pages::authorize::LeavePartnerPage;
use crate::web::headers::with_form_action;
use crate::web::paths;
use axum::extract::{Path, State};
use axum::response::Response;

/// Asks whether that is meant.
pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Response, AppError> {
    let arrival = match arrive(app, visitor, &id).await? {
        Ok(arrival) => arrival,
        Err(page) => return Ok(page),
    };
    if !arrival.waiting.row.is_open {
        return again(arrival);
    }
    let page = LeavePartnerPage {
        cx: arrival.visitor.cx.clone(),
        partner: arrival.partner(),
        resume_href: paths::authorization(arrival.waiting.row.id.as_str()),
    };
    let answer = with_form_action(html(200, &page)?, arrival.waiting.request.redirect_uri.as_str());
    Ok(arrival.with_cookie(answer))
}

/// Stops.
pub(super) async fn submit(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { form, visitor }: Posted,
) -> Result<Response, AppError> {
    let arrival = match arrive(app, visitor, &id).await? {
        Ok(arrival) => arrival,
        Err(page) => return Ok(page),
    };
    if !arrival.waiting.row.is_open {
        return again(arrival);
    }
    match form.text("decision") {
        "refuse" => refuse(arrival, "access_denied").await,
        _ => Ok(here(&arrival)),
    }
}
