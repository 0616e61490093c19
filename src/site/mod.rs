//! The whole site: every area's routes, and what every request passes.

mod demo;
mod errors;
mod health;
mod landing;
mod metrics;
mod request;
mod same_origin;
mod way_in;

pub use metrics::metrics_router;

use crate::app::App;
use crate::error::AppError;
use crate::web::paths;
use crate::{claim, holder, oauth, relying};
use axum::Router;
use axum::http::StatusCode;
use axum::middleware;
use axum::routing::get;
use std::time::Duration;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

/// No answer takes longer than this.
const LONGEST_ANSWER: Duration = Duration::from_secs(30);

/// The service.
pub fn router(app: App) -> Router {
    let mut site = Router::new()
        .route(paths::HOME, get(landing::show))
        .route("/static/{*file}", get(landing::asset))
        .route("/favicon.ico", get(landing::icon))
        .route(paths::HEALTH, get(health::alive))
        .route(paths::READY, get(health::ready))
        .merge(claim::routes())
        .merge(holder::routes())
        .merge(oauth::routes())
        .merge(relying::routes());
    if app.demo.is_some() {
        site = site.merge(demo::routes());
    }
    site.fallback(async || AppError::NotFound)
        .method_not_allowed_fallback(async || AppError::MethodNotAllowed)
        // One layer of three, the first outermost: each one apart would be boxed and cloned for
        // every request.
        .layer((
            middleware::from_fn_with_state(app.clone(), request::pass),
            CompressionLayer::new(),
            TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, LONGEST_ANSWER),
        ))
        .with_state(app)
}
