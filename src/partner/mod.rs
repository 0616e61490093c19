//! The demo's partner app, 示范市民中心: a citizen centre whose social-security corner asks the
//! issuer for the citizen's card.
//!
//! It stands where any partner would stand: on an origin of its own, with a client secret and the
//! issuer's address, an ordinary OpenID Connect library, and nothing of what the issuer is made
//! of. Every step of a sign-in is written down in a `journal` and shown.

mod card;
mod claims;
mod flow;
mod http;
mod journal;
mod logout_token;
mod notes;
mod pages;
mod provider;
mod pushed;
mod reading;
mod session;
mod settings;
mod site;
mod trouble;

pub use settings::{Settings, SettingsError};
pub use site::router;

use http::Http;
use logout_token::Seen;
use session::Sessions;
use std::fmt;
use std::sync::Arc;

/// Tells the time (seconds since 1970).
pub type Clock = Box<dyn Fn() -> i64 + Send + Sync>;

/// A running partner app: what its pages share.
pub struct Partner {
    settings: Settings,
    clock: Clock,
    http: Http,
    sessions: Sessions,
    logout_tokens: Seen,
    provider: provider::Cache,
}

impl Partner {
    /// A partner nobody has visited yet. It asks the issuer for nothing before the first sign-in.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(settings: Settings, clock: Clock) -> Result<Arc<Self>, SettingsError> {
        Ok(Arc::new(Self {
            settings,
            clock,
            http: Http::new()?,
            sessions: Sessions::default(),
            logout_tokens: Seen::default(),
            provider: provider::Cache::default(),
        }))
    }

    fn now(&self) -> i64 {
        (self.clock)()
    }
}

impl fmt::Debug for Partner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Partner").field("settings", &self.settings).finish_non_exhaustive()
    }
}
