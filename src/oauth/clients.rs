//! Clients and resources as the authorization server looks them up.

use crate::app::directory::read;
use crate::app::{App, Fault};
use crate::domain::client::Client;
use crate::storage::clients;
use std::collections::HashSet;
use std::sync::Arc;

/// The active client of that identifier.
///
/// # Errors
/// [`Fault`].
pub(super) async fn known(app: &App, id: &str) -> Result<Option<Arc<Client>>, Fault> {
    let known = app.directory.client(app, id).await?;
    Ok(known.map(|known| Arc::clone(&known.client)))
}

/// Whether a resource is the service itself.
fn is_ours(app: &App, resource: &str) -> bool {
    resource == app.issuer || resource.strip_suffix('/') == Some(&app.issuer)
}

/// Those of `asked` that tokens may be asked for (RFC 8707): the service itself, and what active
/// clients run and have registered. Seldom more than the first, so others are looked up each time.
///
/// # Errors
/// [`Fault`].
pub(super) async fn known_resources(app: &App, asked: &[String]) -> Result<HashSet<String>, Fault> {
    let (ours, others): (Vec<_>, Vec<_>) =
        asked.iter().cloned().partition(|resource| is_ours(app, resource));
    let mut known: HashSet<String> = ours.into_iter().collect();
    if others.is_empty() {
        return Ok(known);
    }
    let rows = app
        .db
        .look::<_, Fault, _>(|tx| Box::pin(async move { Ok(clients::list(tx).await?) }))
        .await?;
    for row in rows.iter().filter(|row| row.state == "active") {
        let client = read(row)?;
        known.extend(others.iter().filter(|asked| client.resources.contains(asked)).cloned());
    }
    Ok(known)
}

/// Whether tokens may be asked for every one of `asked`.
///
/// # Errors
/// [`Fault`].
pub(super) async fn are_resources(app: &App, asked: &[String]) -> Result<bool, Fault> {
    let known = known_resources(app, asked).await?;
    Ok(asked.iter().all(|resource| known.contains(resource)))
}
