//! Secrets of clients: made here or brought, and two at a time while one replaces the other.

use super::super::{Failure, input, output};
use super::show::found;
use super::{duration, refusal};
use crate::app::App;
use crate::auth::registration;
use crate::domain::client::Client;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use clap::Args;
use serde_json::json;
use std::time::Duration;

/// The shortest secret taken: 128 bits in base64url.
const SHORTEST: usize = 22;
/// The longest secret taken (letters).
const LONGEST: usize = 256;

/// A client's secret.
pub(super) enum Given {
    /// Made here: whoever registers must be told.
    Made(Secret),
    /// Brought along: known already.
    Brought(Secret),
}

impl Given {
    pub(super) fn secret(&self) -> &Secret {
        match self {
            Self::Made(secret) | Self::Brought(secret) => secret,
        }
    }

    pub(super) fn made(&self) -> Option<&Secret> {
        match self {
            Self::Made(secret) => Some(secret),
            Self::Brought(_) => None,
        }
    }
}

/// The secret a client gets, if it proves by one.
pub(super) fn of(app: &App, client: &Client, stdin: bool) -> Result<Option<Given>, Failure> {
    let method = client.token_endpoint_auth_method;
    match (method.has_secret(), stdin) {
        (false, false) => Ok(None),
        (false, true) => Err(Failure::Refused(format!(
            "--secret-stdin: {} needs no secret; leave it out",
            method.as_str()
        ))),
        (true, false) => Ok(Some(Given::Made(registration::new_secret(app)))),
        (true, true) => brought().map(|secret| Some(Given::Brought(secret))),
    }
}

fn brought() -> Result<Secret, Failure> {
    let secret = Secret::new(input::line("--secret-stdin")?);
    let text = secret.expose();
    let why = if text.len() < SHORTEST {
        format!("shorter than {SHORTEST} characters")
    } else if text.len() > LONGEST || !text.bytes().all(|b| b.is_ascii_graphic()) {
        format!("longer than {LONGEST} characters, or not plain ASCII without spaces")
    } else {
        return Ok(secret);
    };
    Err(Failure::Refused(format!("--secret-stdin: {why}; leave it out, and a secret is made")))
}

/// A new secret beside the old one.
#[derive(Debug, Args)]
pub(in super::super) struct Rotate {
    /// The client's identifier.
    id: String,
    /// How long the secrets it has still work: `90s`, `30m`, `24h`, `7d`.
    #[arg(long, value_name = "SPAN", default_value = "24h", value_parser = duration::parse)]
    overlap: Duration,
    /// Read the secret from standard input instead of making one.
    #[arg(long)]
    secret_stdin: bool,
    /// For scripts.
    #[arg(long)]
    json: bool,
}

impl Rotate {
    /// Adds the secret and sets the others an end.
    pub(super) async fn run(self, app: &App, now: Timestamp) -> Result<(), Failure> {
        let client = found(app, &self.id).await?.filter(|found| found.row.state == "active");
        let client = client.ok_or_else(|| refusal::unknown(&self.id))?.client;
        let Some(given) = of(app, &client, self.secret_stdin)? else {
            return Err(Failure::Refused(format!(
                "{}: proves by {}, not by a secret; change its keys with `ecard client update`",
                self.id,
                client.token_endpoint_auth_method.as_str()
            )));
        };
        let end = now + self.overlap;
        let stored = registration::add_secret(app, &self.id, given.secret(), end, now).await;
        stored.map_err(|error| refusal::not_stored(&self.id, error))?;
        if self.json {
            let made = given.made().map(Secret::expose);
            return output::json(&json!({
                "client_id": self.id, "client_secret": made, "others_end": end.rfc3339(),
            }));
        }
        if let Some(secret) = given.made() {
            output::line(&format!("secret (shown once, kept nowhere): {}", secret.expose()))?;
        }
        if self.overlap.is_zero() {
            return output::line("its other secrets have ended");
        }
        output::line(&format!("its other secrets work until {}", output::moment(end)))
    }
}
