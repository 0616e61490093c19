//! Where a client's citizens are sent: redirect URIs (RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700
//! §4.1), places after logging out, and the sector they share (OpenID Connect Core §8.1).

use super::super::uri::Uri;
use super::super::{ApplicationType, Client, Finding, GrantType};
use super::Setting;
use super::reach::is_of;

/// More than this many nobody can look over.
const MOST: usize = 32;

pub(super) fn check(client: &Client, setting: &Setting<'_>, found: &mut Vec<Finding>) {
    let uris = &client.redirect_uris;
    each(client, setting, "redirect_uris", uris, found);
    each(client, setting, "post_logout_redirect_uris", &client.post_logout_redirect_uris, found);
    let codes = client.may_use(GrantType::AuthorizationCode);
    if codes && uris.is_empty() {
        let text = "is empty, but the grant authorization_code needs one; name where answers go";
        found.push(Finding::new("redirect_uris", text));
    }
    if !codes && !uris.is_empty() {
        let text = "lacks authorization_code, without which redirect URIs are of no use; add it";
        found.push(Finding::new("grant_types", text));
    }
    sector(client, found);
}

fn each(
    client: &Client,
    setting: &Setting<'_>,
    member: &str,
    uris: &[String],
    found: &mut Vec<Finding>,
) {
    if uris.len() > MOST {
        found.push(Finding::new(member, format!("are more than {MOST}")));
    }
    for (at, uri) in uris.iter().take(MOST).enumerate() {
        if let Some(why) = against(client, setting, uri) {
            found.push(Finding::new(member, format!("{uri:?} {why}")));
        }
        if uris.iter().take(at).any(|earlier| earlier == uri) {
            found.push(Finding::new(member, format!("{uri:?} stands there twice")));
        }
    }
}

/// What stands against sending a browser to a URI.
fn against(client: &Client, setting: &Setting<'_>, text: &str) -> Option<String> {
    if is_of(setting.issuer, text) {
        return Some("is this service itself; name a page of yours".to_owned());
    }
    let uri = match Uri::parse(text) {
        Ok(uri) => uri,
        Err(bad) => return Some(bad.to_string()),
    };
    if uri.has_fragment {
        return Some("has a fragment; leave out `#` and what follows".to_owned());
    }
    if uri.has_userinfo {
        return Some("has a user's name before the host; leave it out".to_owned());
    }
    let native = client.application_type == ApplicationType::Native;
    match uri.scheme {
        "https" => None,
        "http" if setting.demo && uri.is_loopback() => None,
        "http" if native && uri.is_loopback_address() => None,
        "http" if native => Some(
            "is http beyond this device; use https, or http://127.0.0.1 or http://[::1] for a \
             loopback redirect"
                .to_owned(),
        ),
        "http" => Some(
            "is not https; a native app may use http on 127.0.0.1 (application_type native)"
                .to_owned(),
        ),
        scheme => own_scheme(native, scheme),
    }
}

/// A scheme of an app's own, in reverse-domain form, so that no two apps share one by accident
/// (RFC 8252 §7.1).
fn own_scheme(native: bool, scheme: &str) -> Option<String> {
    if !native {
        return Some("is not https; other schemes are for application_type native".to_owned());
    }
    let labels: Vec<&str> = scheme.split('.').collect();
    let reversed = labels.len() >= 2 && labels.iter().all(|label| !label.is_empty());
    (!reversed).then(|| {
        "has a scheme that is no domain of yours backwards; use one such as com.example.app:/cb"
            .to_owned()
    })
}

/// The host of a URI that tells one partner from another: loopback addresses and schemes of an
/// app's own belong to everybody.
pub fn sector_host(text: &str) -> Option<&str> {
    let uri = Uri::parse(text).ok()?;
    uri.host.filter(|_| uri.scheme == "https" && !uri.is_loopback())
}

/// The host that every answer of a client's citizens goes to, and no other: to be sent there proves
/// it. A loopback address, a scheme of an app's own or a device prove nothing, and whoever has one
/// of them beside a host could fetch the subjects of that host's citizens.
pub fn only_host(client: &Client) -> Option<&str> {
    if client.may_use(GrantType::DeviceCode) {
        return None;
    }
    let first = sector_host(client.redirect_uris.first()?)?;
    let mut told = client.redirect_uris.iter().chain(&client.backchannel_logout_uri);
    told.all(|uri| sector_host(uri) == Some(first)).then_some(first)
}

/// What stands against a client that names a sector by itself: the document proves where its
/// redirect URIs belong, and nothing of where else subjects go.
pub fn beyond_its_sector(client: &Client) -> Vec<Finding> {
    let Some(host) = client.sector_identifier_uri.as_deref().and_then(sector_host) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    if client.may_use(GrantType::DeviceCode) {
        let text = "has the device grant beside a sector_identifier_uri, whose document cannot \
                    vouch for devices; register two clients, or ask the operator";
        found.push(Finding::new("grant_types", text));
    }
    let told = client.backchannel_logout_uri.as_deref();
    if told.is_some_and(|uri| sector_host(uri) != Some(host)) {
        let text = format!(
            "is not on {host}, the host of sector_identifier_uri: logout tokens \
                            name citizens of that sector"
        );
        found.push(Finding::new("backchannel_logout_uri", text));
    }
    found
}

fn sector(client: &Client, found: &mut Vec<Finding>) {
    if let Some(named) = &client.sector_identifier_uri {
        let fits = Uri::parse(named)
            .is_ok_and(|u| u.scheme == "https" && !u.has_userinfo && !u.has_fragment);
        if !fits {
            let text = "is no https URI; name the document that lists your redirect URIs";
            found.push(Finding::new("sector_identifier_uri", text));
        }
        return;
    }
    let mut hosts = client.redirect_uris.iter().filter_map(|uri| sector_host(uri));
    let first = hosts.next();
    if let Some(other) = hosts.find(|host| Some(*host) != first) {
        let text = format!(
            "is missing: redirect URIs are on {} and {other}, and a citizen's subject belongs to \
             one host; name a document that lists them all (OpenID Connect Registration §5)",
            first.unwrap_or_default()
        );
        found.push(Finding::new("sector_identifier_uri", text));
    }
}

/// The document behind `sector_identifier_uri`: a JSON array of URIs.
#[derive(Clone, Debug)]
pub struct SectorDocument(Vec<String>);

impl SectorDocument {
    /// Reads the document.
    ///
    /// # Errors
    /// A [`Finding`] when it is no array of texts.
    pub fn parse(document: &[u8]) -> Result<Self, Finding> {
        serde_json::from_slice(document).map(Self).map_err(|_| {
            Finding::new("sector_identifier_uri", "is no JSON array of redirect URIs; publish one")
        })
    }

    /// The redirect URIs of a client that the document does not list: somebody else's sector.
    pub fn check(&self, client: &Client) -> Vec<Finding> {
        let missing = client.redirect_uris.iter().filter(|uri| !self.0.contains(uri));
        missing
            .map(|uri| {
                let text = format!("does not list {uri:?}; add it to the document, then try again");
                Finding::new("sector_identifier_uri", text)
            })
            .collect()
    }
}
