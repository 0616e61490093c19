//! `ecard status`: the status lists as files, for a server that only hands out files.

mod folder;

use super::serve::{Signals, unavailable};
use super::work::{no_database, with_app};
use super::{Failure, output};
use crate::app::App;
use crate::config::Config;
use crate::status::StatusError;
use clap::{Args, Subcommand};
use folder::Folder;
use serde::Serialize;
use std::path::PathBuf;
use std::time::Duration;

pub(super) const EXAMPLES: &str = "\
Examples:
  ecard status publish --out /srv/status              once; for a timer that runs every minute
  ecard status publish --out /srv/status --watch      until told to stop, every 20 seconds
  ecard status publish --out /srv/status --json

The folder gets a file a list, named by its number, the same in gzip beside it (`0` and `0.gz`), and
`index.json`, which names all lists. They belong at <issuer>/status/<number> and <issuer>/status, as
application/statuslist+jwt. A file is replaced whole, and only when its list changed or was signed
anew, at the latest every quarter of an hour; a newer list is never replaced by an older one.

Exit codes: 0 done, 1 refused (the folder holds another issuer's lists), 2 usage or unavailable.";

/// Lists that changed must be out within a minute.
const EVERY: Duration = Duration::from_secs(20);

/// What to do with the status lists.
#[derive(Debug, Subcommand)]
pub(super) enum Status {
    /// Write every status list into a folder, signed anew where it is due.
    #[command(after_help = EXAMPLES)]
    Publish(Publish),
}

/// Where to, and how often.
#[derive(Debug, Args)]
pub(super) struct Publish {
    /// The folder; made when it is not there.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Go on until SIGTERM or Ctrl-C. A database that does not answer is asked again.
    #[arg(long)]
    watch: bool,
    /// For scripts: one object, with `--watch` one a line and round.
    #[arg(long)]
    json: bool,
}

impl Status {
    /// Runs the command.
    pub(super) fn run(self, config: Config) -> Result<(), Failure> {
        let Self::Publish(publish) = self;
        with_app(config, |app, _| async move { publish.run(&app).await })
    }
}

/// What one round came to.
#[derive(Debug, Serialize)]
struct Told {
    lists: usize,
    signed: usize,
    written: usize,
    unchanged: usize,
}

impl Publish {
    async fn run(self, app: &App) -> Result<(), Failure> {
        let folder = Folder::open(&self.out)?;
        if !self.watch {
            return self.tell(&round(app, &folder).await?);
        }
        let signals = Signals::heard()?;
        tokio::select! {
            () = signals.wait() => Ok(()),
            failed = self.rounds(app, &folder) => failed,
        }
    }

    /// Round after round, until one is refused.
    async fn rounds(&self, app: &App, folder: &Folder) -> Result<(), Failure> {
        loop {
            match round(app, folder).await {
                Ok(told) => self.tell(&told)?,
                Err(Failure::Unavailable(why)) => {
                    output::tell(&format!("ecard: {why}; trying again"));
                }
                Err(failure) => return Err(failure),
            }
            tokio::time::sleep(EVERY).await;
        }
    }

    fn tell(&self, told: &Told) -> Result<(), Failure> {
        if self.json {
            return output::line(&serde_json::to_string(told).map_err(unavailable)?);
        }
        let Told { lists, signed, written, unchanged } = told;
        output::line(&format!(
            "{lists} lists: {written} written, {unchanged} unchanged ({signed} signed anew)"
        ))
    }
}

async fn round(app: &App, folder: &Folder) -> Result<Told, Failure> {
    app.status.follow().await.map_err(no_database)?;
    let done = app.status.publish_due(app.clock.now()).await.map_err(not_published)?;
    let numbers = app.status.lists().await.map_err(no_database)?;
    if numbers.is_empty() {
        return Err(Failure::Unavailable(
            "there is no status list here: run this where the service runs, with its --database \
             and --keys, once it has issued a card"
                .to_owned(),
        ));
    }
    let mut told = Told { lists: done.lists, signed: done.signed, written: 0, unchanged: 0 };
    for number in &numbers {
        // One that was opened a moment ago is for the next round.
        let Some(list) = app.status.published(*number) else { continue };
        if folder.put(&app.status.uri(*number), &list)? {
            told.written += 1;
        } else {
            told.unchanged += 1;
        }
    }
    folder.put_index(&numbers.iter().map(|n| app.status.uri(*n)).collect::<Vec<_>>())?;
    Ok(told)
}

fn not_published(error: StatusError) -> Failure {
    match error {
        StatusError::Db(error) => no_database(error),
        other => unavailable(other),
    }
}
