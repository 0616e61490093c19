//! What the holder does once there is a card.

mod arrival;
mod card;
mod grants;
mod login;
mod loss;
mod qr;
mod records;
mod tickets;
mod token;
mod withdrawal;

use crate::app::App;
use crate::web::assets::CARD_WORKER;
use crate::web::forms::LARGEST_TEXT_FORM;
use crate::web::paths;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::{get, post};

/// The holder's routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route(paths::CARD, get(card::show))
        .route(paths::CARD_TOKEN, get(token::show))
        .route(paths::CARD_QR, get(qr::show))
        .route(paths::CARD_QR_USED, get(qr::used))
        .route(paths::CARD_QR_OFFLINE, get(tickets::page).post(tickets::issue))
        .route(paths::CARD_WORKER, get(worker))
        .route(paths::CARD_LOSS, get(loss::show).post(loss::report))
        .route(paths::CARD_RECORDS, get(records::show))
        .route(paths::GRANTS, get(grants::show).post(grants::withdraw))
        .route(paths::LOGIN, get(login::show).post(login::submit))
        .route(paths::LOGOUT, post(login::leave))
        .layer(DefaultBodyLimit::max(LARGEST_TEXT_FORM))
}

/// The service worker of the pages under `/card/`: its address says how far it reaches, so it is
/// not served among the other files.
async fn worker() -> impl IntoResponse {
    let headers = [(CONTENT_TYPE, "text/javascript; charset=utf-8"), (CACHE_CONTROL, "no-cache")];
    (headers, CARD_WORKER)
}
