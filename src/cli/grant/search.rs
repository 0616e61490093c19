//! `ecard grant search`.

use super::super::serve::unavailable;
use super::super::{Failure, output};
use super::named::Named;
use crate::app::App;
use crate::domain::time::Timestamp;
use crate::storage::DbError;
use crate::storage::grant_search::{self, LineShown};
use crate::storage::grants::GrantRow;
use clap::Args;
use serde_json::{Value, json};

/// Which grants to show.
#[derive(Debug, Args)]
pub(in crate::cli) struct Search {
    #[command(flatten)]
    named: Named,
    /// For scripts; with the lines of tokens that came of each.
    #[arg(long)]
    json: bool,
}

impl Search {
    /// Runs the command.
    pub(super) async fn run(self, app: &App, now: Timestamp) -> Result<(), Failure> {
        let found = self.named.find(app, now).await?;
        if self.json {
            let mut shown = Vec::new();
            for grant in &found {
                shown.push(as_json(grant, &lines(app, grant).await?, now));
            }
            return output::json(&shown);
        }
        if found.is_empty() {
            return Err(Failure::Refused("no grant found".to_owned()));
        }
        let cells: Vec<_> = found.iter().map(|grant| cells(grant, now)).collect();
        let head = ["GRANT", "CLIENT", "STATE", "SINCE", "UNTIL", "LAST USED", "SCOPE"];
        output::table(head, &cells)?;
        let ([grant], true) = (found.as_slice(), self.is_of_one()) else { return Ok(()) };
        let cells: Vec<_> = lines(app, grant).await?.iter().map(line_cells).collect();
        if cells.is_empty() {
            return Ok(());
        }
        output::line("")?;
        output::table(["LINE", "STATE", "REFRESHED", "SINCE", "UNTIL"], &cells)
    }

    fn is_of_one(&self) -> bool {
        self.named.jti.is_some() || self.named.grant.is_some()
    }
}

async fn lines(app: &App, grant: &GrantRow) -> Result<Vec<LineShown>, Failure> {
    let id = grant.id.clone();
    let work = app.db.read::<_, DbError, _>(move |tx| {
        Box::pin(async move { grant_search::lines(tx, &id).await })
    });
    work.await.map_err(unavailable)
}

fn state(grant: &GrantRow, now: Timestamp) -> &'static str {
    if grant.is_live && now < grant.expires_at { "live" } else { "ended" }
}

fn cells(grant: &GrantRow, now: Timestamp) -> [String; 7] {
    let until = grant.ended_at.unwrap_or(grant.expires_at);
    [
        grant.id.as_str().to_owned(),
        grant.client.clone(),
        state(grant, now).to_owned(),
        grant.created_at.rfc3339(),
        until.rfc3339(),
        grant.last_used_at.map(Timestamp::rfc3339).unwrap_or_default(),
        grant.allowed.scope.to_string(),
    ]
}

fn line_cells(line: &LineShown) -> [String; 5] {
    [
        line.id.as_str().to_owned(),
        if line.is_live { "live" } else { "ended" }.to_owned(),
        line.presented.to_string(),
        line.created_at.rfc3339(),
        line.expires_at.rfc3339(),
    ]
}

fn as_json(grant: &GrantRow, lines: &[LineShown], now: Timestamp) -> Value {
    let line = |line: &LineShown| {
        json!({
            "line": line.id, "live": line.is_live, "refreshed": line.presented,
            "created_at": line.created_at.rfc3339(), "expires_at": line.expires_at.rfc3339(),
        })
    };
    json!({
        "grant": grant.id,
        "client": grant.client,
        "state": state(grant, now),
        "scope": grant.allowed.scope,
        "fields": grant.allowed.fields,
        "created_at": grant.created_at.rfc3339(),
        "expires_at": grant.expires_at.rfc3339(),
        "ended_at": grant.ended_at.map(Timestamp::rfc3339),
        "last_used_at": grant.last_used_at.map(Timestamp::rfc3339),
        "lines": lines.iter().map(line).collect::<Vec<_>>(),
    })
}
