//! `POST /verify`: is this card good, now, for this?

use super::caller::{caller, pace};
use super::check::{Check, Unreadable};
use super::examine::Scene;
use super::gather::Gather;
use super::settle::Settling;
use crate::app::App;
use crate::auth::client::ClientAuthError;
use crate::domain::authorization::Params;
use crate::domain::ids::Reference;
use crate::error::AppError;
use crate::web::forms::FormData;
use crate::web::paths;
use axum::Json;
use axum::extract::{Extension, Request, State};
use axum::response::{IntoResponse, Response};

/// Verifies for an authenticated relying service. What is genuine and in time is used up by the
/// first question about it, whatever the answer: an answer tells something of the card, and one
/// showing tells it once.
pub(super) async fn verify(
    State(app): State<App>,
    Extension(reference): Extension<Reference>,
    Extension(gather): Extension<Gather>,
    request: Request,
) -> Result<Response, AppError> {
    let now = app.clock.now();
    let (parts, body) = request.into_parts();
    let form = match FormData::read(Request::from_parts(parts.clone(), body)).await {
        Ok(form) => form,
        Err(AppError::BadRequest(_)) => {
            let why = "send a form (application/x-www-form-urlencoded) with token or qr";
            return Ok(ClientAuthError::Malformed(why).into_response());
        }
        Err(fault) => return Err(fault),
    };
    let form = Params::new(form.into_fields());
    let caller = match caller(&app, &parts, &form, paths::VERIFY, now).await {
        Ok(caller) => caller,
        Err(ClientAuthError::Fault(fault)) => return Err(fault),
        Err(refused) => return Ok(refused.into_response()),
    };
    pace(&app, &caller, 1, now)?;
    let check = match Check::of_form(&form) {
        Ok(check) => check,
        Err(Unreadable(why)) => return Ok(ClientAuthError::Malformed(why).into_response()),
    };
    let keys = app.own_keys.of(&app.keys)?;
    let scene = Scene { app: &app, client: caller.metadata(), keys: &keys, now };
    let examined = scene.examine(&check).await?;
    let answer = gather.settle(&app, Settling { examined, reference, now }).await?;
    Ok(Json(answer).into_response())
}
