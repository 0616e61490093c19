//! What a registration must keep, every finding at once: RFC 7591, OpenID Connect Registration,
//! RFC 8252 for native apps, RFC 9700, the FAPI 2.0 Security Profile, and this service's own.

mod authentication;
mod jwks;
mod profile;
mod reach;
mod redirects;
mod shown;
#[cfg(test)]
mod tests;

pub use redirects::{SectorDocument, beyond_its_sector, only_host, sector_host};

use super::{Client, Finding, check_client_id};

/// Where a client is registered.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// Whether this is the demo, where web clients may live on this machine.
    pub demo: bool,
    /// This service's own URL.
    pub issuer: &'a str,
}

/// Everything that stands against a client; nothing when it may be registered.
pub fn check(client: &Client, setting: &Setting<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    if let Err(error) = check_client_id(&client.client_id) {
        found.push(Finding::new("client_id", error.to_string()));
    }
    shown::check(client, setting, &mut found);
    redirects::check(client, setting, &mut found);
    authentication::check(client, setting, &mut found);
    profile::check(client, &mut found);
    reach::check(client, setting, &mut found);
    found
}
