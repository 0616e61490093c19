//! `ecard client add`.

use super::super::serve::unavailable;
use super::super::{Failure, output};
use super::details::Details;
use super::refusal::{self, findings};
use super::secret::{self, Given};
use crate::app::App;
use crate::auth::registration::{self, Actor};
use crate::domain::client::Client;
use crate::domain::client::metadata::{self, Sender};
use crate::domain::client::rules::{self, Setting};
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use clap::Args;
use serde_json::{Map, Value, json};

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

/// The document of a sector, where this machine cannot fetch it.
#[derive(Debug, Args)]
pub(super) struct Sector {
    /// The document at `--sector-identifier-uri`, as you fetched it: it is compared with the
    /// redirect URIs.
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
        self.sector.check(&client, None)?;
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
    let setting = Setting { demo: app.config.is_demo(), issuer: &app.issuer };
    metadata::accept(id, members, &Sender::Operator, &setting).map_err(|found| findings(&found))
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
    pub(super) fn check(&self, client: &Client, before: Option<&Client>) -> Result<(), Failure> {
        let Some(named) = &client.sector_identifier_uri else { return Ok(()) };
        let same = |old: &Client| {
            old.sector_identifier_uri == client.sector_identifier_uri
                && old.redirect_uris == client.redirect_uris
        };
        if before.is_some_and(same) {
            return Ok(());
        }
        let Some(file) = &self.sector_document else {
            return Err(Failure::Refused(format!(
                "--sector-document: is missing: fetch {named} and hand it over, so that its list \
                 is compared with the redirect URIs"
            )));
        };
        let content = super::super::input::read(file, 64 * 1024)?;
        let found = match rules::SectorDocument::parse(&content) {
            Ok(document) => document.check(client),
            Err(finding) => vec![finding],
        };
        if found.is_empty() { Ok(()) } else { Err(findings(&found)) }
    }
}
