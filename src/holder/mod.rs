//! What the holder does once there is a card.

mod card;
mod login;
mod token;

use crate::app::App;
use crate::web::forms::LARGEST_TEXT_FORM;
use crate::web::paths;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

/// The holder's routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route(paths::CARD, get(card::show))
        .route(paths::CARD_TOKEN, get(token::show))
        .route(paths::LOGIN, get(login::show).post(login::submit))
        .route(paths::LOGOUT, post(login::leave))
        .layer(DefaultBodyLimit::max(LARGEST_TEXT_FORM))
}
