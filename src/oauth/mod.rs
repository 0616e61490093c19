//! The authorization server: what partner apps and relying services speak to.

pub mod error;
mod params;

use crate::app::App;
use crate::web::forms::LARGEST_TEXT_FORM;
use axum::Router;
use axum::extract::DefaultBodyLimit;

/// The authorization server's routes.
pub fn routes() -> Router<App> {
    Router::new().layer(DefaultBodyLimit::max(LARGEST_TEXT_FORM))
}
