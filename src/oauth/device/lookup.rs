//! Finds the device behind a code somebody typed. A code has 34 bits: how often one may be wrong
//! is counted, for the account and for everybody together.

use crate::app::directory;
use crate::app::{App, Fault, internal};
use crate::auth::device::{DeviceBody, UserCode};
use crate::auth::throttle::{self, Limit};
use crate::config::hours;
use crate::domain::client::Client;
use crate::domain::ids::AccountId;
use crate::domain::time::Timestamp;
use crate::error::AppError;
use crate::storage::clients;
use crate::storage::device_codes::{self, DeviceRow};
use std::sync::Arc;

/// A device that asks.
pub(super) struct Device {
    /// Its row.
    pub row: DeviceRow,
    /// What it asks for.
    pub body: DeviceBody,
    /// Whose it is.
    pub client: Arc<Client>,
}

/// The device of a code; none when there is none, its time is over or its client is gone.
///
/// # Errors
/// [`AppError::Limited`] after too many wrong codes; faults.
pub(super) async fn find(
    app: &App,
    account: &AccountId,
    code: &UserCode,
    now: Timestamp,
) -> Result<Option<Device>, AppError> {
    let limits = &app.config.limits;
    let (own, all) = (limits.device_codes_per_hour, limits.device_codes_all_per_hour);
    let counted = vec![
        Limit::new("device_codes_per_hour", account.as_str(), own, hours(1)),
        Limit::new("device_codes_all_per_hour", "", all, hours(1)),
    ];
    throttle::reserve(app, counted.clone(), now).await?;
    let found = look(app, code.digest(app)).await?;
    let open = found.filter(|device| now < device.row.expires_at);
    if open.is_some() {
        throttle::give_back(app, counted).await?;
    }
    Ok(open)
}

async fn look(app: &App, digest: String) -> Result<Option<Device>, Fault> {
    app.db
        .read::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                let Some(row) = device_codes::by_user_code(tx, &digest).await? else {
                    return Ok(None);
                };
                let client = clients::find(tx, &row.client).await?;
                let Some(client) = client.filter(|client| client.state == "active") else {
                    return Ok(None);
                };
                let client = Arc::new(directory::read(&client)?);
                let body = serde_json::from_str(&row.body).map_err(internal)?;
                Ok(Some(Device { row, body, client }))
            })
        })
        .await
}
