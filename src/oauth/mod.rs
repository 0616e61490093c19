//! The authorization server: what partner apps and relying services speak to.

mod authorize;
mod caller;
mod clients;
mod consent;
pub mod error;
mod par;
mod params;
mod view;

use crate::app::App;
use crate::web::forms::LARGEST_TEXT_FORM;
use crate::web::paths;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::post;

/// The authorization server's routes.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(authorize::routes())
        .route(paths::PAR, post(par::push))
        .layer(DefaultBodyLimit::max(LARGEST_TEXT_FORM))
}
