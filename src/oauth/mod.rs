//! The authorization server: what partner apps and relying services speak to.

mod caller;
mod clients;
pub mod error;
mod grants;
mod issue;
mod params;
mod refresh;
mod token;

use crate::app::App;
use crate::web::forms::LARGEST_TEXT_FORM;
use crate::web::paths;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::post;

/// The authorization server's routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route(paths::TOKEN, post(token::token))
        .layer(DefaultBodyLimit::max(LARGEST_TEXT_FORM))
}
