//! The findings of `ecard check`, by what they are about.

mod clients;

use super::{certificates, leftovers};
use crate::config::providers::{ProviderConfig, ProviderKind};
use crate::config::{Config, unsafe_in_production};
use crate::demo_data;
use crate::domain::time::Timestamp;
use crate::keyfile;
use crate::storage::Db;
use crate::storage::audit::verify_all;
use crate::token::keyring::{KeyRing, KeyRow, KeyState};
use crate::token::signer::SigningAlgorithm;
use serde::Serialize;
use std::os::unix::fs::MetadataExt as _;
use std::time::Duration;
use tokio::net::TcpStream;

/// A signing key that signs longer than this should have a successor.
const OLD_KEY: u64 = 180 * 24 * 3600;
/// How long a provider has to take a connection.
const PATIENCE: Duration = Duration::from_secs(3);
/// Before this a clock was never set: the project is younger.
const YOUNGEST: i64 = 1_760_000_000;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Severity {
    /// As it should be.
    Good,
    /// Worth knowing.
    Warning,
    /// Not to go live with.
    Serious,
}

impl Severity {
    /// The word printed.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Serious => "serious",
        }
    }
}

/// One line of the answer.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Finding {
    pub(super) severity: Severity,
    pub(super) about: &'static str,
    pub(super) text: String,
}

#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, severity: Severity, about: &'static str, text: impl Into<String>) {
        self.0.push(Finding { severity, about, text: text.into() });
    }
}

/// Looks at everything; changes nothing.
pub(super) async fn look(config: &Config, now: Timestamp) -> Vec<Finding> {
    let mut findings = Findings::default();
    settings(&mut findings, config);
    keys(&mut findings, config, now);
    for (severity, text) in certificates::look(config, now) {
        findings.add(severity, "certificates", text);
    }
    if now.epoch_seconds() < YOUNGEST {
        findings.add(Severity::Serious, "clock", format!("says {}: set it", now.rfc3339()));
    }
    let providers = &config.providers;
    for (name, provider) in
        [("registry", &providers.registry), ("face", &providers.face), ("sms", &providers.sms)]
    {
        reach(&mut findings, name, provider).await;
    }
    database(&mut findings, config, now).await;
    findings.0
}

fn settings(findings: &mut Findings, config: &Config) {
    if config.is_demo() {
        findings.add(
            Severity::Serious,
            "configuration",
            "profile: demo, for demonstrations only: anybody can be anybody; to go live set \
             --profile production, an https issuer and the providers (README, Configuration)",
        );
    }
    let found = unsafe_in_production(config);
    if !config.is_demo() && found.is_empty() {
        findings.add(Severity::Good, "configuration", "nothing that may not go live");
    }
    for text in found {
        findings.add(Severity::Serious, "configuration", text);
    }
}

fn keys(findings: &mut Findings, config: &Config, now: Timestamp) {
    let about = "keys";
    let shown = config.keys.display();
    let Ok(folder) = std::fs::metadata(&config.keys) else {
        let text = format!("{shown}: not there; the first start of `ecard serve` makes it");
        return findings.add(Severity::Warning, about, text);
    };
    if folder.mode() & 0o022 != 0 {
        let text = format!("{shown}: others may write to it; run `chmod 700 {shown}`");
        findings.add(Severity::Serious, about, text);
    }
    if !config.keys.join("signing.json").exists() {
        let text = format!("{shown}: holds no signing key; the first start makes one");
        return findings.add(Severity::Warning, about, text);
    }
    private_files(findings, config);
    if !config.is_demo() {
        left(findings, demo_data::secret_left(config));
    }
    let ring = match KeyRing::open_or_create(&config.keys, now) {
        Ok(ring) => ring,
        Err(error) => return findings.add(Severity::Serious, about, error.to_string()),
    };
    let rows = ring.keys_table(now);
    for alg in SigningAlgorithm::ALL {
        if !rows.iter().any(|key| key.alg == alg && key.state == KeyState::Active) {
            let text = format!("none for {alg} yet; the next start of `ecard serve` makes one");
            findings.add(Severity::Warning, about, text);
        }
    }
    for KeyRow { kid, alg, state, activates_at, .. } in rows {
        match state {
            KeyState::Active if now.seconds_since(activates_at) > OLD_KEY => {
                let text = format!(
                    "{kid} signs {alg} for over 180 days; run `ecard keys rotate --alg {alg}`"
                );
                findings.add(Severity::Warning, about, text);
            }
            KeyState::Active => {
                findings.add(Severity::Good, about, format!("{kid} signs {alg}"));
            }
            KeyState::Next => {
                let text = format!("{kid} signs {alg} from {}", activates_at.rfc3339());
                findings.add(Severity::Good, about, text);
            }
            KeyState::Retiring | KeyState::Retired => {}
        }
    }
}

/// Every file in the folder that a key may be in.
fn private_files(findings: &mut Findings, config: &Config) {
    for entry in std::fs::read_dir(&config.keys).into_iter().flatten().flatten() {
        let path = entry.path();
        let secret = path.extension().is_some_and(|e| e == "json" || e == "pem" || e == "secret");
        if secret && let Err(error) = keyfile::read(&path) {
            findings.add(Severity::Serious, "keys", error.to_string());
        }
    }
}

async fn reach(findings: &mut Findings, name: &'static str, provider: &ProviderConfig) {
    if provider.kind == ProviderKind::Simulated {
        return;
    }
    let url = provider.url.as_deref().and_then(|url| url.parse::<axum::http::Uri>().ok());
    let place = url.as_ref().and_then(|url| {
        let usual = if url.scheme_str() == Some("https") { 443 } else { 80 };
        Some((url.host()?, url.port_u16().unwrap_or(usual)))
    });
    let Some((host, port)) = place else {
        let text = format!("providers.{name}.url is missing or no URL");
        return findings.add(Severity::Serious, "providers", text);
    };
    let connected = tokio::time::timeout(PATIENCE, TcpStream::connect((host, port))).await;
    match connected {
        Ok(Ok(_)) => findings.add(Severity::Good, "providers", format!("{name}: answers")),
        _ => {
            let text = format!("{name}: {host}:{port} takes no connection");
            findings.add(Severity::Serious, "providers", text);
        }
    }
}

async fn database(findings: &mut Findings, config: &Config, now: Timestamp) {
    let about = "database";
    let file = config.database.strip_prefix("sqlite://");
    if file.is_some_and(|path| !std::path::Path::new(path).exists()) {
        let text = "not there yet; `ecard migrate` makes it";
        return findings.add(Severity::Warning, about, text);
    }
    let db = match Db::open(&config.database).await {
        Ok(db) => db,
        Err(error) => return findings.add(Severity::Serious, about, error.to_string()),
    };
    match db.schema_version().await {
        Ok(version) if version == Db::latest_version() => {
            findings.add(Severity::Good, about, format!("answers, version {version}"));
            content(findings, config, &db, now).await;
        }
        Ok(version) => {
            let text =
                format!("at version {version} of {}; run `ecard migrate`", Db::latest_version());
            findings.add(Severity::Serious, about, text);
        }
        Err(error) => findings.add(Severity::Serious, about, error.to_string()),
    }
    db.close().await;
}

async fn content(findings: &mut Findings, config: &Config, db: &Db, now: Timestamp) {
    match verify_all(db).await {
        Ok(rows) => {
            findings.add(Severity::Good, "audit", format!("{rows} rows, every chain holds"));
        }
        Err(error) => findings.add(Severity::Serious, "audit", error.to_string()),
    }
    clients::look(findings, config, db, now).await;
    if config.is_demo() {
        return;
    }
    match leftovers::people(config, db, now).await {
        Ok(0) => {}
        Ok(left) => {
            let text = format!("{left} demo people: begin with an empty database");
            findings.add(Severity::Serious, "demo", text);
        }
        Err(error) => findings.add(Severity::Serious, "demo", error.to_string()),
    }
    match demo_data::client_left(db).await {
        Ok(found) => left(findings, found),
        Err(error) => findings.add(Severity::Serious, "demo", error.to_string()),
    }
}

fn left(findings: &mut Findings, found: Option<String>) {
    if let Some(text) = found {
        findings.add(Severity::Serious, "demo", text);
    }
}
