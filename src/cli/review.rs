//! `ecard review`: what staff decides, until the desks have a page.

use super::work::{fault, with_app};
use super::{Failure, input, output};
use crate::app::App;
use crate::claim::review::{self, ReviewError};
use crate::config::Config;
use crate::domain::id_number::IdNumber;
use crate::domain::ids::ReviewId;
use crate::domain::time::Timestamp;
use clap::{ArgGroup, Subcommand};
use serde_json::json;

pub(super) const EXAMPLES: &str = "\
Examples:
  ecard review list
  ecard review decide ID --approve --note 'papers seen at the counter'
  echo 11010119900307002X | ecard review code        a one-time code for the person in front of you

Exit codes: 0 done, 1 refused or invalid, 2 usage or unavailable.";

/// What staff does.
#[derive(Debug, Subcommand)]
pub(super) enum Review {
    /// Every open review, the oldest first: the name as typed, with what no font shows as
    /// `\u{E000}`, and the whole ID number, since staff compares both with the papers. For staff's
    /// eyes alone: keep it out of logs and tickets.
    List {
        /// For scripts.
        #[arg(long)]
        json: bool,
    },
    /// Decide a review: the citizen goes on at the face match, or is refused.
    #[command(group = ArgGroup::new("decision").required(true))]
    Decide {
        /// The review's number, as `ecard review list` shows it.
        // Base64url: one name in 64 begins with a hyphen and is no flag.
        #[arg(allow_hyphen_values = true)]
        id: String,
        /// The identity is confirmed.
        #[arg(long, group = "decision")]
        approve: bool,
        /// The identity is not confirmed.
        #[arg(long, group = "decision")]
        refuse: bool,
        /// Why: kept with the decision.
        #[arg(long, value_name = "TEXT")]
        note: String,
    },
    /// Make a one-time counter code for a person whose document you have looked at. An earlier
    /// code of that person is void from then on.
    Code {
        /// The person's ID number; without it, read from standard input and so kept out of the
        /// shell's history.
        #[arg(long)]
        id_number: Option<String>,
        /// For scripts.
        #[arg(long)]
        json: bool,
    },
}

impl Review {
    /// Runs the command.
    pub(super) fn run(self, config: Config) -> Result<(), Failure> {
        with_app(config, |app, now| async move {
            match self {
                Self::List { json } => list(&app, now, json).await,
                Self::Decide { id, approve, note, .. } => {
                    decide(&app, &id, approve, note, now).await
                }
                Self::Code { id_number, json } => code(&app, id_number, now, json).await,
            }
        })
    }
}

async fn list(app: &App, now: Timestamp, json: bool) -> Result<(), Failure> {
    let open = review::list(app, now).await.map_err(fault)?;
    if json {
        return output::json(&open);
    }
    if open.is_empty() {
        return output::line("no review is open");
    }
    let rows: Vec<_> = open
        .into_iter()
        .map(|r| [r.id.as_str().to_owned(), r.since, r.reason, r.reference, r.name, r.id_number])
        .collect();
    output::table(["ID", "SINCE", "REASON", "REFERENCE", "NAME", "ID NUMBER"], &rows)
}

async fn decide(
    app: &App,
    id: &str,
    approve: bool,
    note: String,
    now: Timestamp,
) -> Result<(), Failure> {
    if note.trim().is_empty() {
        return Err(Failure::Refused("--note: say why, it is kept with the decision".to_owned()));
    }
    let decided = review::decide(app, &ReviewId::from_stored(id), approve, note, now).await;
    decided.map_err(|error| match error {
        ReviewError::Unknown(_) => Failure::Refused(format!("{error}; see `ecard review list`")),
        ReviewError::Fault(error) => fault(error),
    })?;
    output::line(if approve {
        "approved: the citizen goes on at the face match"
    } else {
        "refused: the citizen is told when they look"
    })
}

async fn code(
    app: &App,
    id_number: Option<String>,
    now: Timestamp,
    json: bool,
) -> Result<(), Failure> {
    let typed = match id_number {
        Some(typed) => typed,
        None => input::line("ID number")?,
    };
    let id = IdNumber::parse(&typed, now.shanghai_date())
        .map_err(|e| Failure::Refused(format!("ID number: {e}")))?;
    let (code, until) = review::issue_counter_code(app, &id, now).await.map_err(fault)?;
    if json {
        return output::json(&json!({ "code": code.expose(), "valid_until": until.rfc3339() }));
    }
    output::line(&format!(
        "{} (once, until {}): hand it to {}",
        code.expose(),
        output::moment(until),
        id.masked()
    ))
}
