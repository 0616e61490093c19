//! Clients and resources as the authorization server looks them up.

use crate::app::{App, Fault, internal};
use crate::domain::client::Client;
use crate::storage::clients;
use std::sync::Arc;

/// The active client of that identifier.
///
/// # Errors
/// [`Fault`].
pub(super) async fn known(app: &App, id: &str) -> Result<Option<Arc<Client>>, Fault> {
    let id = id.to_owned();
    let found = app
        .db
        .look::<_, Fault, _>(move |tx| Box::pin(async move { Ok(clients::find(tx, &id).await?) }))
        .await?;
    let active = found.filter(|row| row.state == "active");
    let client = active.map(|row| serde_json::from_str(&row.body)).transpose();
    Ok(client.map_err(internal)?.map(Arc::new))
}

/// Whether tokens may be asked for a resource (RFC 8707): the service itself.
pub(super) fn is_resource(app: &App, resource: &str) -> bool {
    resource == app.issuer || resource.strip_suffix('/') == Some(&app.issuer)
}
