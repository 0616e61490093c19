//! A page as an answer.

use super::{Fault, internal};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

/// Renders a page with a status.
///
/// # Errors
/// [`Fault`] when the template fails.
pub fn html(status: u16, page: &impl Template) -> Result<Response, Fault> {
    let text = page.render().map_err(internal)?;
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Ok((status, Html(text)).into_response())
}
