//! `ecard client add`.

use super::super::serve::unavailable;
use super::super::{Failure, input, output};
use super::details::Details;
use super::refusal::{self, findings};
use super::secret::{self, Given};
use crate::app::App;
use crate::auth::registration::{self, Actor, sector};
use crate::domain::client::Client;
use crate::domain::client::metadata::Sender;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use clap::Args;
use serde_json::{Map, Value, json};

/// The largest sector document read (bytes).
const LARGEST_DOCUMENT: u64 = 64 * 1024;

/// A new client.
#[derive(Debug, Args)]
pub(in super::super) struct Add {
    /// Its identifier: 1 to 64 letters, digits, `-`, `_` or `.`.
    #[arg(long)]
    id: Option<String>,
    #[command(flatten)]
    details: Details,
    #[command(flatten)]
    sector: Sector,
    /// Read the secret from standard input instead of making one.
    #[arg(long)]
    secret_stdin: bool,
    /// For scripts.
    #[arg(long)]
    json: bool,
}

/// The document of a sector.
#[derive(Debug, Args)]
pub(super) struct Sector {
    /// The document at `--sector-identifier-uri`, where this machine cannot fetch it itself.
    #[arg(long, value_name = "FILE")]
    sector_document: Option<String>,
}

impl Add {
    /// Registers the client, or says everything that stands against it.
    pub(super) async fn run(self, app: &App, now: Timestamp) -> Result<(), Failure> {
        let mut members = Map::new();
        self.details.lay_over(&mut members)?;
        if let Some(id) = self.id {
            members.insert("client_id".to_owned(), Value::String(id));
        }
        let client = parsed(app, &members)?;
        self.sector.check(app, &client, None).await?;
        let given = secret::of(app, &client, self.secret_stdin)?;
        let secret = given.as_ref().map(Given::secret);
        let stored = registration::register(app, &client, secret, Actor::Operator, now).await;
        stored.map_err(|error| refusal::not_stored(&client.client_id, error))?;
        let made = given.as_ref().and_then(Given::made);
        tell(&client, "registered", made, self.json)
    }
}

/// The client the members come to.
pub(super) fn parsed(app: &App, members: &Map<String, Value>) -> Result<Client, Failure> {
    let id = members.get("client_id").and_then(Value::as_str).unwrap_or_default();
    registration::accept(app, id, members, &Sender::Operator).map_err(|found| findings(&found))
}

/// Says what is registered; a secret that was made, for the one time.
pub(super) fn tell(
    client: &Client,
    what: &str,
    made: Option<&Secret>,
    as_json: bool,
) -> Result<(), Failure> {
    if as_json {
        let mut shown = serde_json::to_value(client).map_err(unavailable)?;
        if let (Some(secret), Some(members)) = (made, shown.as_object_mut()) {
            members.insert("client_secret".to_owned(), json!(secret.expose()));
        }
        return output::json(&shown);
    }
    let grants: Vec<&str> = client.grant_types.iter().map(|grant| grant.as_str()).collect();
    output::line(&format!("{what} {}", client.client_id))?;
    output::line(&format!("  proves by {}", client.token_endpoint_auth_method.as_str()))?;
    output::line(&format!("  grants     {}", grants.join(" ")))?;
    output::line(&format!("  scope      {}", client.scope))?;
    match made {
        None => Ok(()),
        Some(secret) => {
            output::line(&format!("secret (shown once, kept nowhere): {}", secret.expose()))
        }
    }
}

impl Sector {
    /// Compares a client's sector document with its redirect URIs, where either is new.
    pub(super) async fn check(
        &self,
        app: &App,
        client: &Client,
        before: Option<&Client>,
    ) -> Result<(), Failure> {
        let brought = self.sector_document.as_deref();
        let brought = brought.map(|file| input::read(file, LARGEST_DOCUMENT)).transpose()?;
        sector::check(app, client, before, brought).await.map_err(|found| findings(&found))
    }
}
