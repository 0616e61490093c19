//! The authorization server: what partner apps and relying services speak to.

mod authorize;
mod caller;
mod clients;
mod consent;
mod cors;
mod device;
mod discovery;
mod end_session;
pub mod error;
mod grants;
mod introspect;
mod issue;
mod pace;
mod par;
mod params;
mod refresh;
pub mod refusals;
mod register;
mod revoke;
mod token;
mod userinfo;
mod view;

use crate::app::App;
use crate::web::forms::LARGEST_TEXT_FORM;
use crate::web::paths;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::map_response;
use axum::routing::{get, post};

/// The authorization server's routes.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(authorize::routes())
        .merge(device::routes())
        .merge(end_session::routes())
        .merge(register::routes())
        .route(paths::PAR, post(par::push))
        .route(paths::INTROSPECT, post(introspect::introspect))
        .route(paths::METADATA, get(discovery::provider))
        .route(paths::OPENID_CONFIGURATION, get(discovery::provider))
        .route(paths::PROTECTED_RESOURCE, get(discovery::resource))
        .merge(from_browsers())
        .layer(DefaultBodyLimit::max(LARGEST_TEXT_FORM))
}

/// What programs in a browser may call too.
fn from_browsers() -> Router<App> {
    let userinfo = get(userinfo::userinfo).post(userinfo::userinfo).options(cors::preflight);
    Router::new()
        .route(paths::TOKEN, post(token::token).options(cors::preflight))
        .route(paths::REVOKE, post(revoke::revoke).options(cors::preflight))
        .route(paths::USERINFO, userinfo)
        .layer(map_response(cors::open))
}
