//! What a client may get: grants, scopes, and APIs of its own (RFC 8707).

use super::super::uri::Uri;
use super::super::{Client, Finding, GrantType};
use super::Setting;
use crate::domain::scope::Scope;

/// More than this many nobody can look over.
const MOST: usize = 32;

pub(super) fn check(client: &Client, setting: &Setting<'_>, found: &mut Vec<Finding>) {
    grants(client, found);
    scopes(client, found);
    resources(client, setting, found);
}

fn with_citizen(client: &Client) -> bool {
    client.may_use(GrantType::AuthorizationCode) || client.may_use(GrantType::DeviceCode)
}

fn grants(client: &Client, found: &mut Vec<Finding>) {
    if client.grant_types.is_empty() {
        let text = "is empty; name at least one, such as authorization_code";
        found.push(Finding::new("grant_types", text));
    }
    if client.may_use(GrantType::RefreshToken) && !with_citizen(client) {
        let text = "has refresh_token, but nothing that would bring one; add authorization_code \
                    or the device grant, or leave it out";
        found.push(Finding::new("grant_types", text));
    }
}

fn scopes(client: &Client, found: &mut Vec<Finding>) {
    if client.scope.is_empty() {
        found.push(Finding::new("scope", "names nothing the client may have; name a scope"));
    }
    let of_citizens = client.scope.iter().find(|scope| Scope::OF_CITIZENS.contains(scope));
    if let Some(scope) = of_citizens.filter(|_| !with_citizen(client)) {
        let text = format!(
            "has {}, which a citizen gives, but no grant asks one; register a redirect URI (grant \
             authorization_code) or the device grant, or leave the scope out",
            scope.as_str()
        );
        found.push(Finding::new("scope", text));
    }
    if client.may_ask(Scope::Identity) && client.purpose.is_none() {
        let text = "is missing: scope identity brings the whole ID number, and the consent page \
                    says what for; state it";
        found.push(Finding::new("ecard_purpose", text));
    }
}

fn resources(client: &Client, setting: &Setting<'_>, found: &mut Vec<Finding>) {
    let member = "ecard_resources";
    if client.resources.len() > MOST {
        found.push(Finding::new(member, format!("are more than {MOST}")));
    }
    for (at, text) in client.resources.iter().take(MOST).enumerate() {
        let why = match Uri::parse(text) {
            Err(bad) => bad.to_string(),
            Ok(uri) if uri.scheme != "https" => "is not https; use https".to_owned(),
            Ok(uri) if uri.has_fragment => "has a fragment; leave it out".to_owned(),
            Ok(uri) if uri.has_userinfo => "has a user's name before the host".to_owned(),
            Ok(_) if is_of(setting.issuer, text) => "is this service itself".to_owned(),
            Ok(_) if client.resources.iter().take(at).any(|earlier| earlier == text) => {
                "stands there twice".to_owned()
            }
            Ok(_) => continue,
        };
        found.push(Finding::new(member, format!("{text:?} {why}")));
    }
}

/// Whether a URI is the issuer's or below it.
pub(super) fn is_of(issuer: &str, uri: &str) -> bool {
    let rest = uri.strip_prefix(issuer.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
}
