//! `ecard grant revoke`.

use super::super::work::fault;
use super::super::{Failure, output};
use super::named::{Named, of_token, one};
use crate::app::App;
use crate::auth::ending::{self, Ended, Ending};
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
        check_note(&self.note)?;
        let (mut ended, mut told) = (0_usize, None);
        for ending in self.endings(app, now).await? {
            let done = ending::end(app, ending, self.note.clone(), now).await.map_err(fault)?;
            ended += usize::from(done == Ended::Now);
            told = Some(done);
        }
        if self.json {
            output::json(&json!({ "ended": ended }))?;
        }
        match (ended, told) {
            (0, Some(Ended::Unwritten)) => self.say(
                "noted: what clients get for themselves is not written down, so nobody can tell \
                 whether there is such a token; if there is, it is dead within a second",
            ),
            (0, Some(Ended::Unknown)) => Err(Failure::Refused(
                "nothing was ended: no such token or line was issued under this grant; see \
                 `ecard grant search`, or end the whole grant"
                    .to_owned(),
            )),
            (0, _) => Err(Failure::Refused("nothing in force was found".to_owned())),
            _ => self.say(&format!("ended {ended}; instances know within a second")),
        }
    }

    fn say(&self, line: &str) -> Result<(), Failure> {
        if self.json { Ok(()) } else { output::line(line) }
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

/// The longest note (letters).
const LONGEST_NOTE: usize = 500;

fn check_note(note: &str) -> Result<(), Failure> {
    let fits = note.chars().count() <= LONGEST_NOTE && !note.chars().any(char::is_control);
    if fits && !note.trim().is_empty() {
        return Ok(());
    }
    Err(Failure::Refused(format!(
        "--note: say why in one line of at most {LONGEST_NOTE} letters, it is kept in the audit trail"
    )))
}
