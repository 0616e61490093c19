//! How much one client may leave behind.

use crate::app::App;
use crate::domain::time::Timestamp;
use crate::error::AppError;
use std::time::Duration;

/// Lets `client` leave one more row behind.
///
/// # Errors
/// [`AppError::Limited`] when it left too many in this second.
pub(super) fn pace(app: &App, client: &str, now: Timestamp) -> Result<(), AppError> {
    if app.pace.take(client, app.config.limits.client_rows_per_s, now) {
        return Ok(());
    }
    let retry_after = Duration::from_secs(1);
    Err(AppError::Limited { what: "client_rows_per_s", until: now + retry_after, retry_after })
}
