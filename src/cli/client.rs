//! `ecard client`: relying services.

use super::serve::unavailable;
use super::work::{fault, with_app};
use super::{Failure, input, output};
use crate::app::App;
use crate::auth::client::{digests, read};
use crate::config::Config;
use crate::domain::client::{Client, ClientAuth, check_client_id};
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::storage::DbError;
use crate::storage::clients::{self, ClientRow};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

pub(super) const EXAMPLES: &str = "\
Examples:
  ecard client add --id city-hospital --name 市立医院 --name-en 'City Hospital' \\
      --legal-entity 市立医院                 the secret is printed once, and kept nowhere
  ecard client add --id pharmacy --name 药房 --secret-stdin < secret.txt
  ecard client list --json
  ecard client disable city-hospital

Exit codes: 0 done, 1 refused or invalid, 2 usage or unavailable.";

/// The shortest secret taken: 128 bits in base64url.
const SHORTEST_SECRET: usize = 22;

/// What to do with clients.
#[derive(Debug, Subcommand)]
pub(super) enum Clients {
    /// Register a relying service.
    Add(Add),
    /// Every client.
    List {
        /// For scripts.
        #[arg(long)]
        json: bool,
    },
    /// One client.
    Show {
        /// Its identifier.
        id: String,
        /// For scripts.
        #[arg(long)]
        json: bool,
    },
    /// Refuse a client from now on.
    Disable {
        /// Its identifier.
        id: String,
    },
}

/// A new client.
#[derive(Debug, Args)]
pub(super) struct Add {
    /// Its identifier: 1 to 64 letters, digits, `-`, `_` or `.`.
    #[arg(long)]
    id: String,
    /// Its name in Chinese, as citizens read it.
    #[arg(long)]
    name: String,
    /// Its name in English.
    #[arg(long)]
    name_en: Option<String>,
    /// The legal entity behind it.
    #[arg(long)]
    legal_entity: Option<String>,
    /// How it proves who it is: this version knows `client_secret_basic` alone.
    #[arg(long, default_value = "client_secret_basic", value_name = "METHOD")]
    auth: String,
    /// Read the secret from standard input instead of making one.
    #[arg(long)]
    secret_stdin: bool,
    /// For scripts.
    #[arg(long)]
    json: bool,
}

impl Clients {
    /// Runs the command.
    pub(super) fn run(self, config: Config) -> Result<(), Failure> {
        with_app(config, |app, now| async move {
            match self {
                Self::Add(add) => add.run(&app, now).await,
                Self::List { json } => list(&app, json).await,
                Self::Show { id, json } => show(&app, &id, json).await,
                Self::Disable { id } => disable(&app, &id, now).await,
            }
        })
    }
}

impl Add {
    async fn run(self, app: &App, now: Timestamp) -> Result<(), Failure> {
        let refused = |e: &dyn std::fmt::Display| Failure::Refused(format!("--id: {e}"));
        check_client_id(&self.id).map_err(|e| refused(&e))?;
        let auth = ClientAuth::parse(&self.auth).ok_or_else(|| {
            Failure::Unavailable(format!(
                "--auth {}: this version knows client_secret_basic, for relying services",
                self.auth
            ))
        })?;
        if self.name.trim().is_empty() {
            return Err(Failure::Refused("--name: is empty".to_owned()));
        }
        let secret = match self.secret_stdin {
            true => Secret::new(input::line("--secret-stdin")?),
            false => Secret::new(URL_SAFE_NO_PAD.encode(app.random::<32>())),
        };
        if secret.expose().len() < SHORTEST_SECRET {
            return Err(Failure::Refused(format!(
                "--secret-stdin: shorter than {SHORTEST_SECRET} characters; leave it out, and a \
                 secret is made"
            )));
        }
        let mut client = Client::new(&self.id, &self.name, auth);
        client.client_name_en = self.name_en;
        client.legal_entity = self.legal_entity;
        insert(app, &client, &secret, now).await?;
        if self.json {
            let mut shown = serde_json::to_value(&client).map_err(unavailable)?;
            if let (false, Some(members)) = (self.secret_stdin, shown.as_object_mut()) {
                members.insert("client_secret".to_owned(), json!(secret.expose()));
            }
            return output::json(&shown);
        }
        output::line(&format!("registered {}", client.client_id))?;
        if self.secret_stdin {
            return Ok(());
        }
        output::line(&format!("secret (shown once, kept nowhere): {}", secret.expose()))
    }
}

async fn insert(
    app: &App,
    client: &Client,
    secret: &Secret,
    now: Timestamp,
) -> Result<(), Failure> {
    let row = ClientRow {
        id: client.client_id.clone(),
        body: serde_json::to_string(client).map_err(unavailable)?,
        state: "active".to_owned(),
        created_at: now,
    };
    let digest = digests(app, secret.expose()).into_iter().next().unwrap_or_default();
    let work = app.db.write::<_, DbError, _>(move |tx| {
        Box::pin(async move {
            let inserted = clients::insert(tx, &row).await?;
            if inserted {
                clients::add_secret(tx, &row.id, &digest, None, now).await?;
            }
            Ok(inserted)
        })
    });
    if work.await.map_err(unavailable)? {
        return Ok(());
    }
    Err(Failure::Refused(format!(
        "--id {}: is registered already; choose another, see `ecard client list`",
        client.client_id
    )))
}

async fn list(app: &App, as_json: bool) -> Result<(), Failure> {
    let work = app.db.read::<_, DbError, _>(|tx| Box::pin(async move { clients::list(tx).await }));
    let rows = work.await.map_err(unavailable)?;
    if as_json {
        return output::json(&rows.iter().map(shown).collect::<Result<Vec<_>, _>>()?);
    }
    let cells = rows.iter().map(|row| {
        let client = read(row).map_err(fault)?;
        let auth = client.token_endpoint_auth_method.as_str().to_owned();
        Ok([row.id.clone(), row.state.clone(), auth, client.client_name])
    });
    let cells = cells.collect::<Result<Vec<_>, Failure>>()?;
    output::table(["ID", "STATE", "AUTH", "NAME"], &cells)
}

async fn show(app: &App, id: &str, as_json: bool) -> Result<(), Failure> {
    let wanted = id.to_owned();
    let work = app
        .db
        .read::<_, DbError, _>(move |tx| Box::pin(async move { clients::find(tx, &wanted).await }));
    let row = work.await.map_err(unavailable)?.ok_or_else(|| unknown(id))?;
    let shown = shown(&row)?;
    if as_json {
        return output::json(&shown);
    }
    for (name, value) in shown.as_object().into_iter().flatten() {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        output::line(&format!("{name}: {text}"))?;
    }
    Ok(())
}

async fn disable(app: &App, id: &str, now: Timestamp) -> Result<(), Failure> {
    let wanted = id.to_owned();
    let work = app.db.write::<_, DbError, _>(move |tx| {
        Box::pin(async move { clients::disable(tx, &wanted, now).await })
    });
    if work.await.map_err(unavailable)? {
        return output::line(&format!("disabled {id}: it is refused from now on"));
    }
    Err(unknown(id))
}

fn unknown(id: &str) -> Failure {
    Failure::Refused(format!("no active client is called {id}; see `ecard client list`"))
}

/// A client by its RFC 7591 names; its secret is not known here.
fn shown(row: &ClientRow) -> Result<Value, Failure> {
    let mut value = serde_json::to_value(read(row).map_err(fault)?).map_err(unavailable)?;
    if let Some(members) = value.as_object_mut() {
        members.insert("state".to_owned(), json!(row.state));
        members.insert("created_at".to_owned(), json!(row.created_at.rfc3339()));
    }
    Ok(value)
}
