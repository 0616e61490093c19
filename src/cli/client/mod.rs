//! `ecard client`: partner apps and relying services.

mod add;
mod details;
mod duration;
mod notices;
mod refusal;
mod secret;
mod show;
mod token;
mod update;

use super::Failure;
use super::work::with_app;
use crate::config::Config;
use clap::Subcommand;

pub(super) const EXAMPLES: &str = "\
Examples:
  ecard client add --id city-hospital --name 市立医院 --name-en 'City Hospital' \\
      --legal-entity 市立医院                 a relying service; the secret is printed once
  ecard client add --id bus --name 公交 --redirect-uri https://bus.example/cb --jwks bus.jwks \\
      --profile fapi2                         a partner app; no secret, a key of its own
  ecard client add --id kiosk --name 自助机 --auth none --native \\
      --redirect-uri http://127.0.0.1/cb      an app on the citizen's own device
  ecard client add --id bank --from-file bank.json       by the JSON names of RFC 7591
  ecard client update bus --post-logout-redirect-uri https://bus.example/
  ecard client rotate-secret city-hospital --overlap 24h
  ecard client token --label 'Acme' --uses 3 --expires 7d       to register by itself
  ecard client list --json
  ecard client notices bus                how the delivery of logout tokens goes
  ecard client disable city-hospital

`--profile` is here what a client is held to; the service's own goes before the command:
  ecard --profile production client add …
docs/partners.md tells the whole of it.
Exit codes: 0 done, 1 refused or invalid, 2 usage or unavailable.";

/// What to do with clients.
#[derive(Debug, Subcommand)]
pub(super) enum Clients {
    /// Register a partner app (with redirect URIs) or a relying service (without).
    Add(Box<add::Add>),
    /// Change what is registered of a client: what is not named stays, '' removes.
    Update(Box<update::Update>),
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
    /// Logout tokens sent to clients, and how that went.
    Notices(notices::Notices),
    /// Give a client a new secret beside the old one.
    RotateSecret(secret::Rotate),
    /// Make a token with which software registers clients itself (RFC 7591 §3).
    Token(token::Token),
    /// Refuse a client from now on.
    Disable {
        /// Its identifier.
        id: String,
    },
}

impl Clients {
    /// Runs the command.
    pub(super) fn run(self, config: Config) -> Result<(), Failure> {
        with_app(config, |app, now| async move {
            match self {
                Self::Add(add) => add.run(&app, now).await,
                Self::Update(update) => update.run(&app, now).await,
                Self::List { json } => show::list(&app, json).await,
                Self::Show { id, json } => show::show(&app, &id, json).await,
                Self::Notices(notices) => notices.run(&app).await,
                Self::RotateSecret(rotate) => rotate.run(&app, now).await,
                Self::Token(token) => token.run(&app, now).await,
                Self::Disable { id } => show::disable(&app, &id, now).await,
            }
        })
    }
}
