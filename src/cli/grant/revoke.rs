//! `ecard grant revoke`.

use super::super::work::fault;
use super::super::{Failure, output};
use super::named::{Named, of_token, one};
use crate::app::App;
use crate::auth::ending::{self, Ending};
use crate::domain::ids::LineId;
use crate::domain::time::Timestamp;
use clap::Args;
use serde_json::json;

/// What to end.
#[derive(Debug, Args)]
pub(in crate::cli) struct Revoke {
    #[command(flatten)]
    named: Named,
    /// Only this line of tokens under `--grant`: what came of one sign-in.
    #[arg(long, requires = "grant", allow_hyphen_values = true)]
    line: Option<String>,
    /// Every grant of `--client`: nobody is signed in there any more.
    #[arg(long)]
    all: bool,
    /// Why: kept in the audit trail.
    #[arg(long, value_name = "TEXT")]
    note: String,
    /// For scripts.
    #[arg(long)]
    json: bool,
}

impl Revoke {
    /// Runs the command.
    pub(super) async fn run(self, app: &App, now: Timestamp) -> Result<(), Failure> {
        let plain = self.note.trim();
        if plain.is_empty() || self.note.chars().any(char::is_control) {
            let text = "--note: say why in one line, it is kept in the audit trail";
            return Err(Failure::Refused(text.to_owned()));
        }
        let endings = self.endings(app, now).await?;
        let mut ended = 0_usize;
        for ending in endings {
            let done = ending::end(app, ending, self.note.clone(), now).await.map_err(fault)?;
            ended += usize::from(done);
        }
        match (self.json, ended) {
            (true, _) => output::json(&json!({ "ended": ended })),
            (false, 0) => Err(Failure::Refused("nothing in force was found".to_owned())),
            (false, _) => output::line(&format!("ended {ended}; instances know within a second")),
        }
    }

    async fn endings(&self, app: &App, now: Timestamp) -> Result<Vec<Ending>, Failure> {
        if let Some(jti) = &self.named.jti {
            let grant = of_token(app, jti).await?;
            return Ok(vec![Ending::Token(jti.clone(), grant)]);
        }
        if let (Some(line), Some(grant)) = (&self.line, &self.named.grant) {
            let line = LineId::parse(line)
                .ok_or_else(|| Failure::Refused("--line: no line of this service".to_owned()))?;
            let grant = one(app, grant).await?;
            return Ok(grant.map(|grant| Ending::Line(line, grant)).into_iter().collect());
        }
        let found = self.named.find(app, now).await?;
        if self.names_a_client_alone() && !self.all {
            return Err(Failure::Refused(format!(
                "{} grants are in force: name one (--grant, --sub, --citizen), or all with --all",
                found.len()
            )));
        }
        Ok(found.into_iter().filter(|grant| grant.is_live).map(Ending::Grant).collect())
    }

    fn names_a_client_alone(&self) -> bool {
        self.named.client.is_some() && !self.named.citizen && !self.named.is_of_subject()
    }
}
