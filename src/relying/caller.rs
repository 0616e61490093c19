//! Who asks: a client that proves it, for the answer is about a citizen.

use crate::app::App;
use crate::auth::client::{Caller, ClientAuthError, ClientRequest, authenticate};
use crate::domain::authorization::Params;
use crate::domain::time::Timestamp;
use crate::error::AppError;
use axum::http::request::Parts;
use std::time::Duration;

/// The relying service behind a request; its proof is used up.
pub(super) async fn caller(
    app: &App,
    parts: &Parts,
    params: &Params,
    endpoint: &str,
    now: Timestamp,
) -> Result<Caller, ClientAuthError> {
    let (headers, extensions) = (&parts.headers, &parts.extensions);
    let request = ClientRequest { headers, extensions, params, endpoint };
    let caller = authenticate(app, &request, now).await?;
    caller.must_be_confidential()?;
    caller.spend(app).await?;
    Ok(caller)
}

/// Counts `checks` questions of a client; refused when its second is full.
pub(super) fn pace(
    app: &App,
    caller: &Caller,
    checks: usize,
    now: Timestamp,
) -> Result<(), AppError> {
    let most = app.config.limits.verify_per_client_s;
    let name = format!("verify/{}", caller.metadata().client_id);
    if (0..checks).all(|_| app.pace.take(&name, most, now)) {
        return Ok(());
    }
    let retry_after = Duration::from_secs(1);
    Err(AppError::Limited { what: "verify_per_client_s", until: now + retry_after, retry_after })
}
