//! The landing page, and the files beside the pages.

use crate::app::{App, html};
use crate::auth::visitor::Visitor;
use crate::error::AppError;
use crate::pages::landing::LandingPage;
use crate::web::assets;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};

/// `/`
pub(super) async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, AppError> {
    let resume_h = app.config.limits.real_name_resume_h;
    let partner = app.config.partner_link();
    html(200, &LandingPage { cx: visitor.cx, resume_h, partner })
}

/// An embedded file: its address changes with its content, so it may be kept for good.
pub(super) async fn asset(Path(file): Path<String>) -> Result<Response, AppError> {
    let asset = assets::find(&file).ok_or(AppError::NotFound)?;
    let headers = [(CONTENT_TYPE, asset.content_type), (CACHE_CONTROL, assets::CACHE_CONTROL)];
    Ok((headers, asset.bytes).into_response())
}

/// What browsers ask for by themselves.
pub(super) async fn icon() -> Redirect {
    Redirect::permanent(assets::href("icon.svg"))
}
