//! Screens without a keyboard (RFC 8628): the device asks for two codes, the citizen types one of
//! them in a browser and decides there.

mod decide;
mod end;
mod enter;
mod issue;
mod lookup;

use crate::app::App;
use crate::web::paths;
use axum::Router;
use axum::routing::{get, post};

/// The routes of devices and of those who allow them.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(paths::DEVICE_AUTHORIZATION, post(issue::issue))
        .route(paths::DEVICE, get(enter::show).post(enter::submit))
}
