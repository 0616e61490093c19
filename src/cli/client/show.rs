//! `ecard client list`, `show`, `disable`.

use super::super::serve::unavailable;
use super::super::{Failure, output};
use super::refusal;
use crate::app::App;
use crate::auth::registration::{self, Actor};
use crate::domain::client::Client;
use crate::domain::time::Timestamp;
use crate::storage::DbError;
use crate::storage::clients::{self, ClientRow, SecretRow};
use serde_json::{Value, json};

/// A client as it is found in the database.
pub(super) struct Found {
    pub(super) row: ClientRow,
    pub(super) client: Client,
    pub(super) secrets: Vec<SecretRow>,
}

/// The client of that name.
pub(super) async fn found(app: &App, id: &str) -> Result<Option<Found>, Failure> {
    let wanted = id.to_owned();
    let work = app.db.read::<_, DbError, _>(move |tx| {
        Box::pin(async move {
            Ok((clients::find(tx, &wanted).await?, clients::secrets(tx, &wanted).await?))
        })
    });
    let (row, secrets) = work.await.map_err(unavailable)?;
    let Some(row) = row else { return Ok(None) };
    let client = client(&row)?;
    Ok(Some(Found { row, client, secrets }))
}

fn client(row: &ClientRow) -> Result<Client, Failure> {
    serde_json::from_str(&row.body)
        .map_err(|e| Failure::Refused(format!("client {}: cannot be read: {e}", row.id)))
}

/// Every client.
pub(super) async fn list(app: &App, as_json: bool) -> Result<(), Failure> {
    let work = app.db.read::<_, DbError, _>(|tx| Box::pin(async move { clients::list(tx).await }));
    let rows = work.await.map_err(unavailable)?;
    if as_json {
        let all = rows.iter().map(|row| shown(row, &client(row)?));
        return output::json(&all.collect::<Result<Vec<_>, _>>()?);
    }
    let cells = rows.iter().map(|row| {
        let client = client(row)?;
        let profile = if client.is_fapi2() { "fapi2" } else { "oidc" }.to_owned();
        let auth = client.token_endpoint_auth_method.as_str().to_owned();
        Ok([row.id.clone(), row.state.clone(), profile, auth, client.client_name])
    });
    let cells = cells.collect::<Result<Vec<_>, Failure>>()?;
    output::table(["ID", "STATE", "PROFILE", "AUTH", "NAME"], &cells)
}

/// One client.
pub(super) async fn show(app: &App, id: &str, as_json: bool) -> Result<(), Failure> {
    let found = found(app, id).await?;
    let found = found.ok_or_else(|| {
        Failure::Refused(format!("no client is called {id}; see `ecard client list`"))
    })?;
    let mut value = shown(&found.row, &found.client)?;
    let secrets = found.secrets.iter().map(|secret| {
        let end = secret.expires_at.map(Timestamp::rfc3339);
        json!({ "created_at": secret.created_at.rfc3339(), "expires_at": end })
    });
    if let Some(members) = value.as_object_mut() {
        members.insert("secrets".to_owned(), secrets.collect());
    }
    if as_json {
        return output::json(&value);
    }
    for (name, value) in value.as_object().into_iter().flatten() {
        output::line(&format!("{name}: {}", line(value)))?;
    }
    Ok(())
}

fn line(value: &Value) -> String {
    match value {
        Value::String(text) if text.starts_with("data:") => format!("{} bytes", text.len()),
        Value::String(text) => text.clone(),
        Value::Array(all) if all.iter().all(Value::is_string) => {
            all.iter().map(line).collect::<Vec<_>>().join(" ")
        }
        other => other.to_string(),
    }
}

/// Refuses a client from now on.
pub(super) async fn disable(app: &App, id: &str, now: Timestamp) -> Result<(), Failure> {
    let done = registration::disable(app, id, Actor::Operator, now).await;
    done.map_err(|error| refusal::not_stored(id, error))?;
    output::line(&format!("disabled {id}: it is refused from now on"))
}

/// A client by its RFC 7591 names; its secret is not known here.
fn shown(row: &ClientRow, client: &Client) -> Result<Value, Failure> {
    let mut value = serde_json::to_value(client).map_err(unavailable)?;
    if let Some(members) = value.as_object_mut() {
        members.insert("state".to_owned(), json!(row.state));
        members.insert("created_at".to_owned(), json!(row.created_at.rfc3339()));
    }
    Ok(value)
}
