//! The citizen's way from "Allow" to a card. This table is where a reader starts: one line a step.
//!
//! A step is one room: its form, its page, what submitting it does. What all of them need is done
//! once, in `step.rs`. A new step touches four places: its room, its template, a
//! [`Stage`](crate::domain::claim::Stage) with its transition, and the line here.

mod activation;
mod begin;
mod bind;
mod code;
mod consent;
mod counter_code;
mod effects;
mod ends;
mod entry;
mod face;
mod face_consent;
mod issue;
mod login;
mod outcome;
mod partner;
mod pin;
mod real_name;
pub mod record;
mod register;
mod register_code;
pub mod review;
mod review_name;
mod route;
mod settle;
mod step;

use crate::app::App;
use crate::web::forms::{LARGEST_FORM, LARGEST_TEXT_FORM};
use crate::web::paths;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use step::step;

/// The claim's routes.
pub fn routes() -> Router<App> {
    let picture = Router::new()
        .route(paths::CLAIM_FACE, step::<face::Face>())
        .layer(DefaultBodyLimit::max(LARGEST_FORM));
    Router::new()
        .route(paths::CLAIM, get(begin::begin))
        .route(paths::CLAIM_CONSENT, step::<consent::Consent>())
        .route(paths::CLAIM_LOGIN, step::<login::Login>())
        .route(paths::CLAIM_REGISTER, step::<register::Register>())
        .route(paths::CLAIM_REGISTER_CODE, step::<register_code::RegisterCode>())
        .route(paths::CLAIM_REAL_NAME, step::<real_name::RealName>())
        .route(paths::CLAIM_FACE_CONSENT, step::<face_consent::FaceConsent>())
        .route(paths::CLAIM_COUNTER_CODE, step::<counter_code::CounterCode>())
        .route(paths::CLAIM_ACTIVATION, step::<activation::Activation>())
        .route(paths::CLAIM_CHANGED_NUMBER, get(ends::changed_number))
        .route(paths::CLAIM_PIN, step::<pin::Pin>())
        .route(paths::CLAIM_REVIEW, get(ends::end))
        .route(paths::CLAIM_REFUSED, get(ends::end))
        .route(paths::CLAIM_EXPIRED, get(ends::end))
        .route(paths::CLAIM_LOCKED, get(ends::end))
        .layer(DefaultBodyLimit::max(LARGEST_TEXT_FORM))
        .merge(picture)
}
