//! `ecard people`: fill the simulated population registry.

use super::progress::Progress;
use super::serve::unavailable;
use super::work::{fault, with_app};
use super::{Failure, input, output, work};
use crate::app::{App, Fault, Hasher};
use crate::config::Config;
use crate::config::providers::ProviderKind;
use crate::domain::password::Password;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::people_file::{self, Generator, Loaded, NAMED_LINES, Outcome, PeopleFileError, Spool};
use crate::simulator::demo_people::PASSWORD;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::{Args, Subcommand};
use serde_json::json;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

pub(super) const EXAMPLES: &str = "\
Examples:
  ecard people import people.jsonl          all of the file, or nothing of it
  ecard people generate --count 100000 --seed 7
  ecard people generate --count 1000 --seed 7 --out people.jsonl

A line is a person:
  {\"id_number\":\"11010119900307002X\",\"name\":\"王䶮\",\"sex\":\"2\",\"ethnicity\":\"01\",\"hukou\":\"110101\",
   \"mobile\":\"13800000001\",\"portrait\":\"portraits/01.png\",\"state\":\"alive\",\"account\":{\"password\":\"…\"},
   \"physical_card\":{\"number\":\"A12345678\",\"region\":\"110100\",\"bank\":\"ICBC\",\"type\":\"adult\",\"state\":\"normal\"},
   \"insurance\":{\"pension\":{\"months\":[\"2010-07/2026-10\"]}}}   (on one line)
`id_number` and `name` must be there. `portrait` is a path beside the file, a data: URL, or
drawn:SEED; `account` holds `password`, or `password_hash` (Argon2, PHC string). A person who is
there already is updated. With SQLite a running service cannot write meanwhile.

Exit codes: 0 done, 1 refused (nothing was stored), 2 usage or unavailable.";

/// How the registry is filled.
#[derive(Debug, Subcommand)]
pub(super) enum People {
    /// Read a people file (JSON Lines): everything is checked first, then stored at once.
    Import {
        /// The file, or `-` for standard input.
        file: String,
        /// For scripts.
        #[arg(long)]
        json: bool,
    },
    /// Make people up: the same ones for the same seed.
    Generate(Generate),
}

/// People to make up.
#[derive(Debug, Args)]
pub(super) struct Generate {
    /// How many.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    count: u64,
    /// What decides who they are.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Write a people file instead of storing them; `-` is standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<String>,
    /// Read everybody's password from standard input instead of `demo-pass-1`.
    #[arg(long)]
    password_stdin: bool,
    /// For scripts.
    #[arg(long)]
    json: bool,
}

impl People {
    /// Runs the command.
    pub(super) fn run(self, config: Config) -> Result<(), Failure> {
        let writes = !matches!(&self, Self::Generate(generate) if generate.out.is_some());
        if writes && config.providers.registry.kind != ProviderKind::Simulated {
            let text = "providers.registry is a real registry: people come from there, and what is \
                        stored here would be accounts for nobody";
            return Err(Failure::Refused(text.to_owned()));
        }
        match self {
            Self::Import { file, json } => {
                with_app(config, |app, now| async move { import(&app, &file, now, json).await })
            }
            Self::Generate(generate) if generate.out.is_some() => generate.write(&config),
            Self::Generate(generate) => {
                with_app(config, |app, now| async move { generate.store(&app, now).await })
            }
        }
    }
}

fn failed(error: PeopleFileError) -> Failure {
    match error {
        PeopleFileError::Fault(error) => fault(error),
        other => unavailable(format!("{other}; nothing was stored")),
    }
}

async fn import(app: &App, file: &str, now: Timestamp, json: bool) -> Result<(), Failure> {
    let unreadable = |e: std::io::Error| Failure::Unavailable(format!("{file}: {e}"));
    let (source, beside): (Box<dyn BufRead>, PathBuf) = match file {
        "-" => (Box::new(BufReader::new(std::io::stdin())), PathBuf::from(".")),
        path => {
            let folder = Path::new(path).parent().map(Path::to_owned).unwrap_or_default();
            (Box::new(BufReader::new(File::open(path).map_err(unreadable)?)), folder)
        }
    };
    let name = URL_SAFE_NO_PAD.encode(app.random::<12>());
    let mut spool = Spool::create(&name).map_err(unavailable)?;
    let progress = Progress::start("lines checked", None);
    let checked = people_file::prepare(app, source, &beside, &mut spool, now, progress.counter());
    let outcome = checked.await.map_err(failed)?;
    drop(progress);
    if outcome.bad > 0 {
        return refuse(&outcome, json);
    }
    let progress = Progress::start("people stored", Some(outcome.people));
    let loaded = people_file::load(app, spool, now, progress.counter()).await.map_err(failed)?;
    drop(progress);
    summary(loaded, json)
}

fn refuse(outcome: &Outcome, json: bool) -> Result<(), Failure> {
    if json {
        output::json(outcome)?;
    }
    for bad in &outcome.named {
        output::tell(&format!("line {}: {}", bad.line, bad.reason));
    }
    if outcome.bad > NAMED_LINES as u64 {
        output::tell(&format!("… and {} more", outcome.bad - NAMED_LINES as u64));
    }
    Err(Failure::Refused(format!(
        "{} bad lines, {} good ones: nothing was stored; mend the lines and import again",
        outcome.bad, outcome.people
    )))
}

fn summary(loaded: Loaded, json: bool) -> Result<(), Failure> {
    if json {
        return output::json(&loaded);
    }
    output::line(&format!(
        "stored {} people; accounts: {} made, {} updated",
        loaded.people, loaded.accounts_new, loaded.accounts_updated
    ))
}

impl Generate {
    fn password(&self) -> Result<Secret, Failure> {
        let typed = if self.password_stdin {
            input::line("--password-stdin")?
        } else {
            PASSWORD.to_owned()
        };
        let password = Password::parse(&typed)
            .map_err(|e| Failure::Refused(format!("--password-stdin: {e}")))?;
        Ok(Secret::new(password.expose()))
    }

    async fn generator(&self, hasher: &Hasher, now: Timestamp) -> Result<Generator, Failure> {
        let hash = hasher.hash(self.password()?).await.map_err(unavailable)?;
        Ok(Generator::new(self.seed, now.shanghai_date(), hash))
    }

    async fn store(self, app: &App, now: Timestamp) -> Result<(), Failure> {
        let generator = self.generator(&app.hasher, now).await?;
        let progress = Progress::start("people stored", Some(self.count));
        let (done, parts) = (progress.counter().clone(), app.clone());
        let stored = app.db.write_bulk::<_, PeopleFileError, _>(move |tx| {
            Box::pin(async move {
                let mut loaded = Loaded::default();
                for number in 0..self.count {
                    let row = person(&parts, &generator, number, now)?;
                    people_file::save(tx, row, now, &mut loaded).await?;
                    done.store(loaded.people, Ordering::Relaxed);
                }
                Ok(loaded)
            })
        });
        let loaded = stored.await.map_err(failed)?;
        drop(progress);
        summary(loaded, self.json)
    }

    fn lines(
        &self,
        generator: &Generator,
        target: &mut impl Write,
        done: &AtomicU64,
    ) -> io::Result<()> {
        for number in 0..self.count {
            let line = generator.line(number).map_err(io::Error::other)?;
            serde_json::to_writer(&mut *target, &line)?;
            target.write_all(b"\n")?;
            done.store(number + 1, Ordering::Relaxed);
        }
        target.flush()
    }

    fn write(&self, config: &Config) -> Result<(), Failure> {
        work::on_runtime(async {
            let now = work::now()?;
            let hasher = Hasher::new(&config.hashing).map_err(unavailable)?;
            let generator = self.generator(&hasher, now).await?;
            let progress = Progress::start("people written", Some(self.count));
            let target: Box<dyn Write> = match self.out.as_deref() {
                None | Some("-") => Box::new(std::io::stdout().lock()),
                Some(path) => Box::new(File::create(path).map_err(unavailable)?),
            };
            let mut target = BufWriter::new(target);
            let written = self.lines(&generator, &mut target, progress.counter());
            drop(progress);
            match written {
                // A reader that has seen enough, such as `head`.
                Err(e) if e.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
                other => other.map_err(unavailable)?,
            }
            if self.json {
                let told = json!({ "people": self.count, "seed": self.seed });
                output::tell(&told.to_string());
            }
            Ok(())
        })
    }
}

fn person(
    app: &App,
    generator: &Generator,
    number: u64,
    now: Timestamp,
) -> Result<people_file::Prepared, PeopleFileError> {
    let line = generator.line(number).map_err(crate::app::internal)?;
    let hash = line.password_hash().map(str::to_owned);
    let checked = line.check(Path::new("."), now.shanghai_date()).map_err(crate::app::internal)?;
    Ok::<_, Fault>(people_file::person(app, &checked, hash)?).map_err(PeopleFileError::from)
}
