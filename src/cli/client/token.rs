//! `ecard client token`: initial access tokens, with which software registers clients.

use super::super::work::fault;
use super::super::{Failure, output};
use super::duration;
use crate::app::App;
use crate::auth::registration::software;
use crate::domain::scope::ScopeSet;
use crate::domain::time::Timestamp;
use crate::storage::registration_tokens::TokenRow;
use crate::web::paths;
use clap::{Args, Subcommand};
use serde_json::json;
use std::time::Duration;

/// What clients registered with a token may have, unless the operator says otherwise: nothing that
/// brings an identity number.
const SCOPE: &str = "openid profile ecard offline_access";

/// What to do with initial access tokens.
#[derive(Debug, Args)]
// Without a subcommand a token is made.
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(in super::super) struct Token {
    #[command(subcommand)]
    other: Option<Other>,
    /// Whom it is for: stands in the audit trail.
    #[arg(long, required = true)]
    label: Option<String>,
    /// How many clients may be registered with it.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(i64).range(1..=10_000))]
    uses: i64,
    /// How long it may be used: `12h`, `7d`.
    #[arg(long, value_name = "SPAN", default_value = "7d", value_parser = duration::parse)]
    expires: Duration,
    /// The scopes clients may have at most.
    #[arg(long, value_name = "SCOPES", default_value = SCOPE)]
    scope: String,
    /// For scripts.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Other {
    /// Every token that may still be used.
    List {
        /// For scripts.
        #[arg(long)]
        json: bool,
    },
    /// End the tokens of a label; clients registered with them stay.
    End {
        /// The label.
        label: String,
    },
}

impl Token {
    /// Runs the command.
    pub(super) async fn run(self, app: &App, now: Timestamp) -> Result<(), Failure> {
        match self.other {
            Some(Other::List { json }) => list(app, now, json).await,
            Some(Other::End { label }) => end(app, &label, now).await,
            None => self.make(app, now).await,
        }
    }

    async fn make(self, app: &App, now: Timestamp) -> Result<(), Failure> {
        let label = self.label.unwrap_or_default();
        let plain = !label.trim().is_empty() && !label.chars().any(char::is_control);
        if !plain || label.chars().count() > 60 {
            let text = "--label: say whom the token is for, in 1 to 60 characters";
            return Err(Failure::Refused(text.to_owned()));
        }
        let scope = ScopeSet::parse_strictly(&self.scope)
            .map_err(|name| Failure::Refused(format!("--scope: {name:?} is no scope")))?;
        if scope.is_empty() || self.expires.is_zero() {
            let text = "--scope, --expires: neither may be nothing";
            return Err(Failure::Refused(text.to_owned()));
        }
        let row = TokenRow {
            label,
            scope: scope.to_string(),
            uses_left: self.uses,
            created_at: now,
            expires_at: now + self.expires,
        };
        let ends = row.expires_at;
        let token = software::hand_out(app, row).await.map_err(fault)?;
        if self.json {
            return output::json(&json!({
                "token": token.expose(), "uses": self.uses, "expires_at": ends.rfc3339(),
                "scope": scope.to_string(),
            }));
        }
        output::line(&format!("token (shown once, kept nowhere): {}", token.expose()))?;
        output::line(&format!(
            "good for {} registrations at {} until {}, with scope {scope}",
            self.uses,
            address(app),
            output::moment(ends)
        ))
    }
}

/// Where software registers: the whole address where the configuration says what the service is
/// called outside, else the path at whatever address it runs.
fn address(app: &App) -> String {
    match &app.config.issuer {
        Some(_) => format!("{}{}", app.issuer, paths::REGISTER),
        None => format!("{} of the service", paths::REGISTER),
    }
}

async fn list(app: &App, now: Timestamp, as_json: bool) -> Result<(), Failure> {
    let rows = software::handed_out(app, now).await.map_err(fault)?;
    if as_json {
        let shown = rows.iter().map(|row| {
            json!({
                "label": row.label, "uses_left": row.uses_left, "scope": row.scope,
                "created_at": row.created_at.rfc3339(), "expires_at": row.expires_at.rfc3339(),
            })
        });
        return output::json(&shown.collect::<Vec<_>>());
    }
    let cells: Vec<_> = rows
        .into_iter()
        .map(|row| [row.label, row.uses_left.to_string(), row.expires_at.rfc3339(), row.scope])
        .collect();
    output::table(["LABEL", "USES LEFT", "UNTIL", "SCOPE"], &cells)
}

async fn end(app: &App, label: &str, now: Timestamp) -> Result<(), Failure> {
    match software::take_back(app, label, now).await.map_err(fault)? {
        0 => Err(Failure::Refused(format!(
            "no token of label {label} may still be used; see `ecard client token list`"
        ))),
        many => output::line(&format!("ended {many}: nobody registers with it any more")),
    }
}
