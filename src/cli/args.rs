//! The command line's grammar and its help.

use super::Failure;
use crate::config::{Config, Overrides, load};
use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// Issues China's electronic social-security card (电子社保卡) and verifies it.
#[derive(Debug, Parser)]
#[command(name = "ecard", version, after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Configuration file; by default `ecard.toml` in the working folder, if it is there.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Database: `sqlite://path` or `postgres://…` [ECARD_DATABASE].
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    /// Folder of private keys [ECARD_KEYS].
    #[arg(long, global = true, value_name = "FOLDER")]
    keys: Option<String>,
    /// `demo` or `production` [ECARD_PROFILE].
    // Under another name than its flag, because `client add` has a `--profile` of its own.
    #[arg(long, global = true, id = "deployment", value_name = "PROFILE")]
    profile: Option<String>,
    /// Where to listen [ECARD_LISTEN].
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    pub(super) listen: Option<String>,
    /// The service's own URL, as citizens and partners see it [ECARD_ISSUER].
    #[arg(long, global = true, value_name = "URL")]
    pub(super) issuer: Option<String>,
    /// Certificate chain for own TLS, PEM [ECARD_TLS_CERT].
    #[arg(long, global = true, value_name = "FILE")]
    tls_cert: Option<String>,
    /// The private key that belongs to it, PEM, mode 0600 [ECARD_TLS_KEY].
    #[arg(long, global = true, value_name = "FILE")]
    tls_key: Option<String>,
    /// Where the demo's partner app listens [ECARD_PARTNER_LISTEN]; it is addressed as `localhost`.
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    partner_listen: Option<String>,
    /// Where to answer `/metrics`, apart from everything else; nowhere unless set
    /// [ECARD_METRICS_LISTEN].
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    metrics_listen: Option<String>,
    /// Filter of log lines, such as `info` or `ecard=debug` [ECARD_LOG].
    #[arg(long, global = true, value_name = "FILTER")]
    pub(super) log: Option<String>,
    /// `text` or `json` [ECARD_LOG_FORMAT].
    #[arg(long, global = true)]
    log_format: Option<String>,
    /// Lets the demo profile be reached from other machines. Everybody who reaches it can be
    /// anybody.
    #[arg(long, global = true)]
    demo_on_network: bool,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

const EXAMPLES: &str = "\
Examples:
  ecard                                      run the demo at http://127.0.0.1:8080
  ecard people import people.jsonl           fill the simulated population registry
  ecard keys rotate                          publish the next signing key; it signs in ten minutes
  curl -sb cookies http://127.0.0.1:8080/card/token | ecard verify --issuer http://127.0.0.1:8080 -

Exit codes: 0 done, 1 refused or invalid, 2 usage or unavailable.";

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run the service (what `ecard` alone does).
    ///
    /// With nothing configured this is the demo: an SQLite database in data/, keys made in keys/,
    /// simulated registry, face match and SMS. Ctrl-C or SIGTERM finishes open requests.
    Serve,
    /// Bring the database up to date, and exit.
    ///
    /// `serve` does the same by itself; on PostgreSQL instances take turns under a lock.
    Migrate,
    /// Signing keys, and the keys that seal personal fields.
    #[command(subcommand, after_help = super::keys::EXAMPLES)]
    Keys(super::keys::Keys),
    /// Partner apps and relying services.
    #[command(subcommand, after_help = super::client::EXAMPLES)]
    Client(super::client::Clients),
    /// What citizens have allowed clients.
    #[command(subcommand, after_help = super::grant::EXAMPLES)]
    Grant(super::grant::Grants),
    /// The simulated population registry.
    #[command(subcommand, after_help = super::people::EXAMPLES)]
    People(super::people::People),
    /// Manual reviews and counter codes.
    #[command(subcommand, after_help = super::review::EXAMPLES)]
    Review(super::review::Review),
    /// Tell whether a card token or an offline code is good: exit code 0 yes, 1 no, 2 could not tell.
    #[command(after_help = super::verify::EXAMPLES)]
    Verify(super::verify::Verify),
    /// Status lists as files, for a CDN.
    #[command(subcommand, after_help = super::status::EXAMPLES)]
    Status(super::status::Status),
    /// Run a terminal for a counter: scan a code, see green, amber or red.
    ///
    /// Works with the network cable pulled: from keys and status lists fetched every minute.
    #[command(after_help = super::terminal::EXAMPLES)]
    Terminal(super::terminal::Run),
    /// What to know before going live, a line a finding; exit code 1 if any is serious.
    #[command(after_help = super::check::EXAMPLES)]
    Check(super::check::Check),
}

impl Arguments {
    /// The configuration, with the flags on top.
    pub(super) fn configuration(&self) -> Result<Config, Failure> {
        let flags = [
            ("database", &self.database),
            ("keys", &self.keys),
            ("profile", &self.profile),
            ("listen", &self.listen),
            ("issuer", &self.issuer),
            ("tls_cert", &self.tls_cert),
            ("tls_key", &self.tls_key),
            ("partner_listen", &self.partner_listen),
            ("metrics_listen", &self.metrics_listen),
            ("log", &self.log),
            ("log_format", &self.log_format),
        ];
        let mut values: Vec<_> =
            flags.into_iter().filter_map(|(key, v)| Some((key, v.clone()?))).collect();
        if self.demo_on_network {
            values.push(("demo_on_network", "true".to_owned()));
        }
        let overrides = Overrides { file: self.config.clone(), values };
        load(&overrides, std::env::vars()).map_err(|e| Failure::Unavailable(e.to_string()))
    }
}
