//! How clients come to be, change and end: each with its line in the audit trail.

pub mod sector;
pub mod software;

use crate::app::{App, Fault, internal};
use crate::crypto::jwk::PublicJwkSet;
use crate::domain::client::metadata::{self, Sender};
use crate::domain::client::rules::Setting;
use crate::domain::client::{Client, Finding};
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::storage::audit::{self, AuditEvent};
use crate::storage::clients::{self, ClientRow};
use crate::storage::vault::Purpose;
use crate::storage::{DbError, Tx};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

/// Who registers or changes a client, for the audit trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Somebody with a shell.
    Operator,
    /// Software with an initial access token of this label.
    Software(String),
}

impl Actor {
    /// What an audit line about a client says.
    fn line(&self, client: &str) -> Value {
        match self {
            Self::Operator => json!({ "client": client, "by": "operator" }),
            Self::Software(label) => json!({ "client": client, "by": "software", "label": label }),
        }
    }
}

/// Why a client could not be registered or changed.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// Another client has the identifier.
    #[error("is registered already")]
    Taken,
    /// No active client has the identifier.
    #[error("no active client is called that")]
    Unknown,
    /// Something of it belongs to another client.
    #[error("{0}")]
    Belongs(Finding),
    /// Ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<DbError> for RegisterError {
    fn from(error: DbError) -> Self {
        Self::Fault(error.into())
    }
}

/// The client a registration comes to: read, held to the rules, its keys looked at.
///
/// # Errors
/// Everything that stands against it, at once.
pub fn accept(
    app: &App,
    client_id: &str,
    members: &Map<String, Value>,
    sender: &Sender,
) -> Result<Client, Vec<Finding>> {
    let setting = Setting { demo: app.config.is_demo(), issuer: &app.issuer };
    let client = metadata::accept(client_id, members, sender, &setting)?;
    match client.jwks.as_ref().map(PublicJwkSet::registered) {
        Some(Err(error)) => Err(vec![Finding::new("jwks", error.to_string())]),
        _ => Ok(client),
    }
}

/// A secret of 256 random bits.
pub fn new_secret(app: &App) -> Secret {
    Secret::new(URL_SAFE_NO_PAD.encode(app.random::<32>()))
}

/// Registers a client, with its secret if it has one.
///
/// # Errors
/// [`RegisterError`].
pub async fn register(
    app: &App,
    client: &Client,
    secret: Option<&Secret>,
    actor: Actor,
    now: Timestamp,
) -> Result<(), RegisterError> {
    let row = row(client, now)?;
    let digest = secret.map(|secret| digest(app, secret));
    let (client, parts) = (client.clone(), app.clone());
    app.db
        .write::<_, RegisterError, _>(move |tx| {
            Box::pin(async move {
                insert(tx, &row, digest.as_deref(), now).await?;
                apart(tx, &client).await?;
                Ok(note(tx, &parts, "client.registered", actor.line(&row.id), now).await?)
            })
        })
        .await
}

/// Stores a new client and its secret.
///
/// # Errors
/// [`RegisterError`].
async fn insert(
    tx: &mut Tx,
    row: &ClientRow,
    digest: Option<&str>,
    now: Timestamp,
) -> Result<(), RegisterError> {
    if !clients::insert(tx, row).await? {
        return Err(RegisterError::Taken);
    }
    if let Some(digest) = digest {
        clients::add_secret(tx, &row.id, digest, None, now).await?;
    }
    Ok(())
}

/// Replaces what is registered of a client. One that no longer proves by a secret loses its
/// secrets; `secret` is a first one.
///
/// # Errors
/// [`RegisterError`].
pub async fn change(
    app: &App,
    client: &Client,
    secret: Option<&Secret>,
    actor: Actor,
    now: Timestamp,
) -> Result<(), RegisterError> {
    let row = row(client, now)?;
    let digest = secret.map(|secret| digest(app, secret));
    let (client, parts) = (client.clone(), app.clone());
    app.db
        .write::<_, RegisterError, _>(move |tx| {
            Box::pin(async move {
                if !clients::update(tx, &row.id, &row.body, now).await? {
                    return Err(RegisterError::Unknown);
                }
                apart(tx, &client).await?;
                if !client.token_endpoint_auth_method.has_secret() {
                    clients::end_secrets(tx, &row.id, now).await?;
                }
                if let Some(digest) = &digest {
                    clients::add_secret(tx, &row.id, digest, None, now).await?;
                }
                Ok(note(tx, &parts, "client.changed", actor.line(&row.id), now).await?)
            })
        })
        .await
}

/// Gives a client a secret beside those it has, which end at `others_end`.
///
/// # Errors
/// [`RegisterError`].
pub async fn add_secret(
    app: &App,
    id: &str,
    secret: &Secret,
    others_end: Timestamp,
    now: Timestamp,
) -> Result<(), RegisterError> {
    let (id, digest, parts) = (id.to_owned(), digest(app, secret), app.clone());
    app.db
        .write::<_, RegisterError, _>(move |tx| {
            Box::pin(async move {
                clients::add_secret(tx, &id, &digest, Some(others_end), now).await?;
                Ok(note(tx, &parts, "client.secret_added", Actor::Operator.line(&id), now).await?)
            })
        })
        .await
}

/// Refuses a client from now on.
///
/// # Errors
/// [`RegisterError`].
pub async fn disable(
    app: &App,
    id: &str,
    actor: Actor,
    now: Timestamp,
) -> Result<(), RegisterError> {
    let (id, parts) = (id.to_owned(), app.clone());
    app.db
        .write::<_, RegisterError, _>(move |tx| {
            Box::pin(async move {
                if !clients::disable(tx, &id, now).await? {
                    return Err(RegisterError::Unknown);
                }
                Ok(note(tx, &parts, "client.disabled", actor.line(&id), now).await?)
            })
        })
        .await
}

fn row(client: &Client, now: Timestamp) -> Result<ClientRow, Fault> {
    Ok(ClientRow {
        id: client.client_id.clone(),
        body: serde_json::to_string(client).map_err(internal)?,
        state: "active".to_owned(),
        created_at: now,
    })
}

fn digest(app: &App, secret: &Secret) -> String {
    app.vault.index(Purpose::ClientSecret, secret.expose())
}

/// An API belongs to one client: whoever registers it may read the tokens made for it. Looked at
/// after the client was written, so that of two at once one waits for the other.
async fn apart(tx: &mut Tx, client: &Client) -> Result<(), RegisterError> {
    if client.resources.is_empty() {
        return Ok(());
    }
    for row in clients::list(tx).await? {
        if row.id == client.client_id || row.state != "active" {
            continue;
        }
        let other: Client = serde_json::from_str(&row.body).map_err(internal)?;
        if let Some(taken) = client.resources.iter().find(|uri| other.resources.contains(uri)) {
            let text = format!("{taken:?} belongs to client {}; an API has one owner", row.id);
            return Err(RegisterError::Belongs(Finding::new("ecard_resources", text)));
        }
    }
    Ok(())
}

async fn note(
    tx: &mut Tx,
    app: &App,
    event: &str,
    body: Value,
    now: Timestamp,
) -> Result<(), DbError> {
    let line = AuditEvent { at: now, event, reference: &app.reference(), body };
    audit::append(tx, &app.vault, None, &[line]).await
}
