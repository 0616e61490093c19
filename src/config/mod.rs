//! Typed configuration: file, environment and flags say the same thing, in that order of weight.
//!
//! A wrong or unknown key stops the start with the key's name.

mod hashing;
mod limits;
mod load;
pub mod providers;
mod safety;

pub use hashing::Hashing;
pub use limits::{DAY, Limits, hours, minutes};
pub use load::{ConfigError, Overrides, load};
pub use safety::unsafe_in_production;

use providers::ProvidersConfig;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::PathBuf;

/// What kind of service this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Simulated registry, face and SMS, demo people, nothing to configure.
    Demo,
    /// The real thing: refuses to start on anything that is only safe in a demo.
    Production,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Where the demo's partner app is looked for.
const PARTNER_PORT: u16 = 8081;

/// The whole configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The service's own URL, as citizens and partners see it; by default that of `listen`.
    pub issuer: Option<String>,
    /// `sqlite://path` or `postgres://…`.
    pub database: String,
    /// The folder of private keys.
    pub keys: PathBuf,
    /// Demo or production.
    pub profile: Profile,
    /// The proxies that end TLS in front of this service. Naming one says that the network between
    /// it and `listen` is private: without, production speaks its plain HTTP on loopback alone.
    /// No header is believed on their account: nothing is decided by a client's address.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// Filter of log lines, in `tracing`'s syntax.
    pub log: String,
    /// How log lines are written.
    pub log_format: LogFormat,
    /// Lets the demo profile listen beyond loopback. Everybody who reaches it can be anybody.
    pub demo_on_network: bool,
    /// Where the demo's partner app listens; none: where [`Config::partner`] says.
    pub partner_listen: Option<SocketAddr>,
    /// Prefixes of the region codes this issuer serves; none means all.
    pub regions: Vec<String>,
    /// Every limit.
    pub limits: Limits,
    /// The cost of passwords and PINs.
    pub hashing: Hashing,
    /// Registry, face and SMS: whom to ask.
    pub providers: ProvidersConfig,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            issuer: None,
            database: "sqlite://data/ecard.db".to_owned(),
            keys: PathBuf::from("keys"),
            profile: Profile::Demo,
            trusted_proxies: Vec::new(),
            log: "info".to_owned(),
            log_format: LogFormat::Text,
            demo_on_network: false,
            partner_listen: None,
            regions: Vec::new(),
            limits: Limits::default(),
            hashing: Hashing::default(),
            providers: ProvidersConfig::default(),
        }
    }
}

impl Config {
    /// The issuer, without a slash at its end.
    pub fn issuer(&self) -> String {
        let issuer = self.issuer.clone().unwrap_or_else(|| format!("http://{}", self.listen));
        issuer.trim_end_matches('/').to_owned()
    }

    /// Whether citizens reach the service by https.
    pub fn is_https(&self) -> bool {
        self.issuer().starts_with("https://")
    }

    /// Where the demo's partner app is to listen: by default on port 8081, and on a free one beside
    /// a service that takes a free one. None in production.
    pub fn partner(&self) -> Option<SocketAddr> {
        let port = if self.listen.port() == 0 { 0 } else { PARTNER_PORT };
        let usual = SocketAddr::from(([127, 0, 0, 1], port));
        self.is_demo().then(|| self.partner_listen.unwrap_or(usual))
    }

    /// The partner app's own URL, without a slash at its end. Browsers keep one jar of cookies for
    /// all ports of a host: the service is `127.0.0.1`, so the partner is `localhost`.
    pub fn partner_url(&self) -> String {
        let port = self.partner_listen.map_or(PARTNER_PORT, |address| address.port());
        format!("http://localhost:{port}")
    }

    /// Where the demo's pages point to its partner app: nowhere when it does not run.
    pub fn partner_link(&self) -> Option<String> {
        self.partner_listen.filter(|_| self.is_demo()).map(|_| format!("{}/", self.partner_url()))
    }

    /// Whether this is the demo.
    pub fn is_demo(&self) -> bool {
        self.profile == Profile::Demo
    }
}
