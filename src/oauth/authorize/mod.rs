//! The authorization endpoint (RFC 6749 §3.1) and the citizen's way through it.
//!
//! `begin` takes a request in, `check` says whether it may be put to anybody; `page` is the address
//! where it waits. What comes next is decided by `decide`, a pure function of `facts`; `complete`
//! keeps grant and code in one transaction.

mod answer;
mod arrival;
mod ask;
mod begin;
pub(super) mod check;
mod complete;
mod decide;
mod error;
mod face;
mod facts;
mod login;
mod page;
mod person;
mod stop;
mod waiting;

use crate::app::App;
use crate::web::forms::LARGEST_FORM;
use crate::web::paths;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;

/// The routes.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(paths::AUTHORIZE, get(begin::by_get).post(begin::by_post))
        // A picture may come, where a partner asks for the face.
        .merge(
            Router::new()
                .route(paths::AUTHORIZATION, get(page::show).post(page::submit))
                .layer(DefaultBodyLimit::max(LARGEST_FORM)),
        )
        .route(paths::AUTHORIZATION_STOP, get(stop::show).post(stop::submit))
}
