//! `ecard serve`: run until told to stop, then finish what was begun.

use super::listen::{self, Limits};
use super::partner;
use super::tls::Tls;
use super::{Failure, keys, output};
use crate::app::App;
use crate::assembly::{AssemblyError, Surroundings, assemble};
use crate::config::{Config, ConfigError, LogFormat, unsafe_in_production};
use crate::demo_data::SeedError;
use crate::ports::clock::SystemClock;
use crate::ports::entropy::SystemEntropy;
use crate::site::metrics_router;
use crate::web::paths;
use crate::{demo_data, jobs, router};
use std::io::IsTerminal as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tracing_subscriber::EnvFilter;

/// Runs the service.
pub(super) fn run(config: Config) -> Result<(), Failure> {
    logging(&config)?;
    let found = unsafe_in_production(&config);
    if !found.is_empty() {
        return Err(Failure::Refused(ConfigError::Unsafe(found).to_string()));
    }
    let runtime = tokio::runtime::Runtime::new().map_err(unavailable)?;
    let served = runtime.block_on(serve(config));
    runtime.shutdown_timeout(Duration::from_secs(1));
    served
}

/// Starts writing log lines, to standard error.
pub(super) fn logging(config: &Config) -> Result<(), Failure> {
    let filter =
        EnvFilter::try_new(&config.log).map_err(|e| Failure::Unavailable(format!("log: {e}")))?;
    // Colours are for a terminal; in a file they are noise that breaks a search.
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
    Ok(())
}

/// The clock and the randomness of the machine.
pub(super) fn surroundings() -> Result<Surroundings, Failure> {
    let entropy = SystemEntropy::new().map_err(unavailable)?;
    Ok(Surroundings { clock: Arc::new(SystemClock), entropy: Arc::new(entropy) })
}

pub(super) fn unavailable(error: impl std::fmt::Display) -> Failure {
    Failure::Unavailable(error.to_string())
}

pub(super) fn seeding_failed(error: SeedError) -> Failure {
    match error {
        SeedError::Keys(_) => Failure::Refused(error.to_string()),
        other => unavailable(other),
    }
}

/// Which exit code a failed start has: what an operator must change is refused, what does not
/// answer is unavailable.
pub(super) fn failed(error: AssemblyError) -> Failure {
    match error {
        AssemblyError::Database(_) | AssemblyError::Fault(_) => unavailable(error),
        refused => Failure::Refused(refused.to_string()),
    }
}

async fn serve(mut config: Config) -> Result<(), Failure> {
    let tls = Tls::from_config(&config).map_err(keys::untrusted)?;
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(|e| Failure::Unavailable(format!("listen: {}: {e}", config.listen)))?;
    // Whether the partner takes a free port too is decided by what was asked for.
    let partner = partner::listen(&mut config).await;
    let metrics = metrics_listener(&config).await?;
    config.listen = listener.local_addr().map_err(unavailable)?;
    let address = config.listening();
    let app = begin(config).await?;
    // Before anybody is told that the service is ready: who is told may stop it.
    let signals = Signals::heard()?;
    let (stop, stopped) = watch::channel(false);
    let mut running = jobs::start(&app, &stopped);
    let acceptor = tls.as_ref().map(Tls::acceptor);
    if let Some(tls) = tls {
        running.spawn(tls.follow(stopped.clone()));
    }
    output::line(&format!("listening on {address}"))?;
    if app.config.is_demo() {
        output::line(&format!(
            "demo: open {address}/ in a browser; who you can be: {address}/demo"
        ))?;
    }
    if let Some(listener) = partner {
        running.spawn(partner::serve(listener, &app, stopped.clone())?);
        output::line(&format!("demo partner: {}/", app.config.partner_url()))?;
    }
    if let Some(listener) = metrics {
        let address = listener.local_addr().map_err(unavailable)?;
        output::line(&format!("metrics: http://{address}{}", paths::METRICS))?;
        let operators = metrics_router(app.clone());
        running.spawn(listen::serve(listener, None, operators, stopped.clone(), Limits::SERVICE));
    }
    let served = listen::serve(listener, acceptor, router(app.clone()), stopped, Limits::SERVICE);
    let ended = tokio::spawn(served);
    signals.wait().await;
    tracing::info!("stopping: finishing open requests");
    stop.send_replace(true);
    let ended = ended.await;
    while running.join_next().await.is_some() {}
    app.db.close().await;
    ended.map_err(unavailable)
}

/// Takes the address for operators, if one is set.
async fn metrics_listener(config: &Config) -> Result<Option<TcpListener>, Failure> {
    let Some(address) = config.metrics_listen else { return Ok(None) };
    let taken = TcpListener::bind(address).await;
    let taken =
        taken.map_err(|e| Failure::Unavailable(format!("metrics_listen: {address}: {e}")))?;
    Ok(Some(taken))
}

/// Everything that must be there before the first request.
async fn begin(config: Config) -> Result<App, Failure> {
    let around = surroundings()?;
    let now = around.clock.now();
    let app = assemble(config, around).await.map_err(failed)?;
    let keys = Arc::clone(&app.keys);
    // In a thread of its own: making an RSA key is long work.
    let completed = tokio::task::spawn_blocking(move || keys.complete(now)).await;
    completed.map_err(unavailable)?.map_err(keys::refused)?;
    if app.config.is_demo() {
        demo_data::seed(&app, now).await.map_err(seeding_failed)?;
    }
    Ok(app)
}

/// SIGTERM and Ctrl-C, which from here on ask this process to end and do not end it.
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Begins to hear them.
    pub(super) fn heard() -> Result<Self, Failure> {
        let heard = |kind| signal(kind).map_err(unavailable);
        Ok(Self {
            terminate: heard(SignalKind::terminate())?,
            interrupt: heard(SignalKind::interrupt())?,
        })
    }

    /// Waits for one of them.
    pub(super) async fn wait(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
