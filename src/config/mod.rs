//! Typed configuration: file, environment and flags say the same thing, in that order of weight.
//!
//! A wrong or unknown key stops the start with the key's name.

mod hashing;
mod limits;
mod load;
mod oauth;
pub mod providers;
mod safety;

pub use hashing::Hashing;
pub use limits::{DAY, Limits, hours, minutes};
pub use load::{ConfigError, Overrides, load};
pub use oauth::{NonceRule, OauthConfig};
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

impl Profile {
    /// Its name in the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Demo => "demo",
            Self::Production => "production",
        }
    }
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
    /// it and `listen` is private: without one, production speaks plain HTTP on loopback alone.
    /// Of their headers `client_certificate_header` alone is believed.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// Certificate chain (PEM, the server's own first) for TLS without a proxy; with `tls_key`.
    pub tls_cert: Option<PathBuf>,
    /// The private key that belongs to `tls_cert` (PEM, mode 0600).
    pub tls_key: Option<PathBuf>,
    /// Whether own TLS asks clients for a certificate (RFC 8705). Nobody must have one, but a
    /// browser that holds some may ask its user which to show.
    pub client_certificates: bool,
    /// The header in which a proxy of `trusted_proxies` hands on the certificate a client has
    /// proved with. From anybody else it is ignored.
    pub client_certificate_header: Option<String>,
    /// Certificates (PEM) of those who issue client certificates for `tls_client_auth`.
    pub client_ca: Option<PathBuf>,
    /// Filter of log lines, in `tracing`'s syntax.
    pub log: String,
    /// How log lines are written.
    pub log_format: LogFormat,
    /// Lets the demo profile listen beyond loopback. Everybody who reaches it can be anybody.
    pub demo_on_network: bool,
    /// Where the demo's partner app listens; none: where [`Config::partner`] says.
    pub partner_listen: Option<SocketAddr>,
    /// Where operators get `/metrics`; nowhere unless set. Nothing there is personal, but it is not
    /// for the world: a private address.
    pub metrics_listen: Option<SocketAddr>,
    /// Prefixes of the region codes this issuer serves; none means all.
    pub regions: Vec<String>,
    /// The authorization server's choices.
    pub oauth: OauthConfig,
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
            tls_cert: None,
            tls_key: None,
            client_certificates: true,
            client_certificate_header: None,
            client_ca: None,
            log: "info".to_owned(),
            log_format: LogFormat::Text,
            demo_on_network: false,
            partner_listen: None,
            metrics_listen: None,
            regions: Vec::new(),
            oauth: OauthConfig::default(),
            limits: Limits::default(),
            hashing: Hashing::default(),
            providers: ProvidersConfig::default(),
        }
    }
}

impl Config {
    /// The issuer, without a slash at its end. No header of a request changes it.
    pub fn issuer(&self) -> String {
        let issuer = self.issuer.clone().unwrap_or_else(|| self.listening());
        issuer.trim_end_matches('/').to_owned()
    }

    /// Where the service listens, as a URL.
    pub fn listening(&self) -> String {
        let scheme = if self.has_own_tls() { "https" } else { "http" };
        format!("{scheme}://{}", self.listen)
    }

    /// Whether the service ends TLS itself.
    pub fn has_own_tls(&self) -> bool {
        self.tls_cert.is_some() || self.tls_key.is_some()
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

    /// Whether clients can show certificates (RFC 8705): in a handshake with us, or through a proxy.
    pub fn takes_certificates(&self) -> bool {
        let own = self.tls_cert.is_some() && self.client_certificates;
        own || self.client_certificate_header.is_some()
    }

    /// Whether this is the demo.
    pub fn is_demo(&self) -> bool {
        self.profile == Profile::Demo
    }
}
