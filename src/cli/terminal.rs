//! `ecard terminal`: a page for a counter, on a machine of a relying service.

use super::listen::{self, Limits};
use super::serve::{Signals, logging, surroundings, unavailable};
use super::{Failure, input, output, work};
use crate::config::Config;
use crate::domain::function::CardFunction;
use crate::domain::secret::Secret;
use crate::ports::http::relying::Credentials;
use crate::terminal::{Terminal, TerminalSettings, refresh, router, upload};
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;

pub(super) const EXAMPLES: &str = "\
Examples:
  ecard terminal --issuer https://ecard.example --client-id my-hospital --secret-file secret --function medical.settle
  ecard terminal --issuer http://127.0.0.1:8080 --client-id demo-hospital --secret-file keys/demo-hospital.secret

It listens on 127.0.0.1:8090 unless --listen names another port; of the options above it knows
--issuer, --listen and --log alone. Open the address it prints in a browser on the same machine. A scanner that types and ends with
Enter works as it is; the page can use a camera too. Without the network, codes that begin with
EC1: and card tokens are judged by themselves; 24-digit codes need the network.

Green: good. Amber: nobody can tell, such as when the status is older than --max-status-age. Red:
not good. What was judged offline is handed in once the network is back.

Exit codes: 0 stopped, 2 usage or unavailable.";

const LISTEN: &str = "127.0.0.1:8090";

/// Between two refreshes of keys and lists.
const REFRESH: Duration = Duration::from_secs(60);

/// Between two tries to hand in what waits: first, and at most.
const UPLOAD: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(300));

/// Run a terminal for a counter: scan a code, see green, amber or red.
#[derive(Debug, Args)]
pub(super) struct Run {
    /// Who asks: the relying service's `client_id`. Without it every answer is the terminal's own.
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// The secret is the first line of standard input.
    #[arg(long, requires = "client_id", conflicts_with = "secret_file")]
    secret_stdin: bool,
    /// The secret is the first line of this file.
    #[arg(long, requires = "client_id", value_name = "FILE")]
    secret_file: Option<String>,
    /// The terminal's own folder: keys, lists, codes seen, and what waits to be handed in.
    #[arg(long, value_name = "FOLDER", default_value = "terminal")]
    data: PathBuf,
    /// What cards are used for here, such as `medical.settle`.
    #[arg(long, value_name = "FUNCTION")]
    function: Option<String>,
    /// The oldest status that still makes green: seconds, or with `s`, `m` or `h`.
    #[arg(long, value_name = "AGE", default_value = "5m")]
    max_status_age: String,
}

impl Run {
    /// Serves until told to stop.
    pub(super) fn run(
        self,
        issuer: Option<&str>,
        listen: Option<&str>,
        log: Option<&str>,
    ) -> Result<(), Failure> {
        let issuer = issuer.ok_or_else(|| {
            Failure::Unavailable("whose cards? name the issuer by --issuer URL".to_owned())
        })?;
        let listen = listen.unwrap_or(LISTEN);
        let address: SocketAddr = listen
            .parse()
            .map_err(|_| Failure::Unavailable(format!("--listen {listen}: not an address")))?;
        if !address.ip().is_loopback() {
            return Err(Failure::Unavailable(format!(
                "--listen {listen}: whoever reaches the terminal can use it; it serves this \
                 machine alone (127.0.0.1 or [::1])"
            )));
        }
        let settings = self.settings(issuer)?;
        let default = Config::default();
        logging(&Config { log: log.map_or(default.log.clone(), str::to_owned), ..default })?;
        work::on_runtime(serve(settings, address))
    }

    fn settings(self, issuer: &str) -> Result<TerminalSettings, Failure> {
        let function: Option<CardFunction> =
            self.function.as_deref().map(str::parse).transpose().map_err(|_| {
                let all: Vec<_> = CardFunction::ALL.iter().map(|f| f.as_str()).collect();
                Failure::Unavailable(format!("--function: one of {}", all.join(", ")))
            })?;
        let secret = match (&self.secret_file, self.secret_stdin) {
            (Some(file), _) => {
                let read = input::read(file, 16 * 1024)?;
                let text = String::from_utf8_lossy(&read)
                    .lines()
                    .next()
                    .unwrap_or_default()
                    .trim()
                    .to_owned();
                Some(Secret::new(text))
            }
            (None, true) => Some(Secret::new(input::line("--secret-stdin")?)),
            (None, false) => None,
        };
        let credentials = match (self.client_id, secret) {
            (Some(id), Some(secret)) => Some(Credentials { id, secret }),
            (None, _) => None,
            (Some(_), None) => {
                return Err(Failure::Unavailable(
                    "--client-id needs its secret: --secret-file FILE or --secret-stdin".to_owned(),
                ));
            }
        };
        Ok(TerminalSettings {
            issuer: issuer.trim_end_matches('/').to_owned(),
            credentials,
            function,
            max_status_age: age(&self.max_status_age)?,
            data: self.data,
        })
    }
}

/// `90`, `90s`, `5m` or `1h`.
fn age(text: &str) -> Result<Duration, Failure> {
    let (number, unit) = match text.char_indices().next_back() {
        Some((at, 's')) => (text.get(..at), 1),
        Some((at, 'm')) => (text.get(..at), 60),
        Some((at, 'h')) => (text.get(..at), 3600),
        _ => (Some(text), 1),
    };
    let seconds = number.and_then(|n| n.parse::<u64>().ok()).and_then(|n| n.checked_mul(unit));
    seconds.filter(|s| *s > 0).map(Duration::from_secs).ok_or_else(|| {
        Failure::Unavailable(format!("--max-status-age {text}: such as 90s, 5m or 1h"))
    })
}

async fn serve(settings: TerminalSettings, address: SocketAddr) -> Result<(), Failure> {
    let around = surroundings()?;
    let opened = Terminal::open(settings, around.clock, around.entropy);
    let terminal = Arc::new(opened.map_err(unavailable)?);
    let listener = TcpListener::bind(address)
        .await
        .map_err(|e| Failure::Unavailable(format!("{address}: {e}; choose another by --listen")))?;
    let address = listener.local_addr().map_err(unavailable)?;
    let (stop, stopped) = watch::channel(false);
    let beside = [
        tokio::spawn(keep_young(Arc::clone(&terminal))),
        tokio::spawn(hand_in(Arc::clone(&terminal))),
    ];
    // Whoever is told may stop it.
    let signals = Signals::heard()?;
    output::line(&format!("listening on http://{address}"))?;
    let served = listen::serve(listener, None, router(terminal), stopped, Limits::SERVICE);
    let ended = tokio::spawn(served);
    signals.wait().await;
    stop.send_replace(true);
    for task in beside {
        task.abort();
    }
    ended.await.map_err(unavailable)
}

async fn keep_young(terminal: Arc<Terminal>) {
    loop {
        let pause = if refresh(&terminal).await { REFRESH } else { REFRESH / 4 };
        tokio::time::sleep(pause).await;
    }
}

async fn hand_in(terminal: Arc<Terminal>) {
    let (first, most) = UPLOAD;
    let mut pause = first;
    loop {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            // What waited is handed in as soon as the cable is back.
            () = terminal.comes_up() => {}
        }
        pause = if upload(&terminal).await { first } else { (pause * 2).min(most) };
    }
}
