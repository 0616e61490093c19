//! What relying services call.

mod answer;
mod batch;
mod caller;
mod check;
mod examine;
mod gather;
mod judge;
mod keys;
mod settle;
mod status;
mod verify;

use crate::app::App;
use crate::web::paths;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use axum::{Extension, Router};
use gather::Gather;

/// The largest form `POST /verify` takes.
const LARGEST_VERIFY: usize = 32 * 1024;

/// The largest batch: a hundred of the longest tokens.
const LARGEST_BATCH: usize = 1024 * 1024;

/// The routes for programs.
pub fn routes() -> Router<App> {
    Router::new()
        .route(paths::VERIFY, post(verify::verify).layer(Extension(Gather::default())))
        .route(paths::JWKS, get(keys::jwks))
        .route(paths::STATUS_LIST, get(status::list))
        .route(paths::STATUS_LISTS, get(status::lists))
        .layer(DefaultBodyLimit::max(LARGEST_VERIFY))
        .merge(batches())
}

fn batches() -> Router<App> {
    Router::new()
        .route(paths::VERIFY_BATCH, post(batch::verify))
        .layer(DefaultBodyLimit::max(LARGEST_BATCH))
}
