//! A registration as it is sent: JSON members by the names of RFC 7591, OpenID Connect Registration
//! and their kin, read into a [`Client`] with what was left out filled in.

mod defaults;
mod names;
mod reader;
#[cfg(test)]
mod tests;

use super::rules::{self, Setting};
use super::{
    ApplicationType, Client, ClientAuth, ClientProfile, Finding, GrantType, Keeper, PkceRule,
    TokenAlgorithm,
};
use crate::domain::scope::ScopeSet;
use reader::Reader;
use serde_json::{Map, Value};

/// Who sends a registration: they mean different things by what they leave out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sender {
    /// An operator, who wants to hear of every mistake; ID tokens are ES256 unless they say
    /// otherwise.
    Operator,
    /// Software at the registration endpoint: unknown members are passed over (RFC 7591 §2), ID
    /// tokens are RS256 unless it says otherwise (OpenID Connect Registration §2), and it may have
    /// these scopes at most.
    Software {
        /// What its initial access token allows.
        scope: ScopeSet,
    },
}

/// The client a registration comes to: read, and held to the rules.
///
/// # Errors
/// Everything that stands against it, at once.
pub fn accept(
    client_id: &str,
    members: &Map<String, Value>,
    sender: &Sender,
    setting: &Setting<'_>,
) -> Result<Client, Vec<Finding>> {
    let (client, mut found) = read(client_id, members, sender);
    // What could not be read was filled in: no rule is broken by that.
    let unread: Vec<String> = found.iter().map(|finding| finding.member.clone()).collect();
    let broken = rules::check(&client, setting);
    found.extend(broken.into_iter().filter(|finding| !unread.contains(&finding.member)));
    if found.is_empty() { Ok(client) } else { Err(found) }
}

/// The client, and every member that could not be read.
fn read(client_id: &str, members: &Map<String, Value>, sender: &Sender) -> (Client, Vec<Finding>) {
    let mut reader = Reader::new(members);
    let mut client = Client::new(client_id, "", ClientAuth::ClientSecretBasic);
    shown(&mut client, &mut reader);
    places(&mut client, &mut reader);
    authentication(&mut client, &mut reader, sender);
    tokens(&mut client, &mut reader, sender);
    if *sender != Sender::Operator {
        client.keeper = Keeper::Itself;
    }
    names::check(members, &client, sender, &mut reader.found);
    (client, reader.found)
}

fn shown(client: &mut Client, reader: &mut Reader<'_>) {
    let chinese = ["client_name", "client_name#zh-CN", "client_name#zh"];
    client.client_name =
        chinese.into_iter().find_map(|member| reader.text(member)).unwrap_or_default();
    let english = ["client_name#en", "client_name#en-US", "client_name#en-GB"];
    client.client_name_en = english.into_iter().find_map(|member| reader.text(member));
    client.legal_entity = reader.text("legal_entity");
    client.logo_uri = reader.text("logo_uri");
    client.client_uri = reader.text("client_uri");
    client.initiate_login_uri = reader.text("initiate_login_uri");
    client.purpose = reader.text("ecard_purpose");
    client.purpose_en = reader.text("ecard_purpose#en");
}

fn places(client: &mut Client, reader: &mut Reader<'_>) {
    let kinds = [("web", ApplicationType::Web), ("native", ApplicationType::Native)];
    client.application_type = reader.choice("application_type", &kinds).unwrap_or_default();
    client.redirect_uris = reader.texts("redirect_uris").unwrap_or_default();
    client.post_logout_redirect_uris =
        reader.texts("post_logout_redirect_uris").unwrap_or_default();
    client.backchannel_logout_uri = reader.text("backchannel_logout_uri");
    client.backchannel_logout_session_required =
        reader.flag("backchannel_logout_session_required").unwrap_or_default();
    client.sector_identifier_uri = reader.text("sector_identifier_uri");
    client.resources = reader.texts("ecard_resources").unwrap_or_default();
}

fn authentication(client: &mut Client, reader: &mut Reader<'_>, sender: &Sender) {
    let profiles = [("oidc", ClientProfile::Oidc), ("fapi2", ClientProfile::Fapi2)];
    client.profile = reader.choice("ecard_profile", &profiles).unwrap_or_default();
    client.jwks = reader.object("jwks");
    client.jwks_uri = reader.text("jwks_uri");
    client.tls_client_auth_subject_dn = reader.text("tls_client_auth_subject_dn");
    client.token_endpoint_auth_signing_alg = reader.text("token_endpoint_auth_signing_alg");
    let methods = ClientAuth::ALL.map(|method| (method.as_str(), method));
    client.token_endpoint_auth_method = reader
        .choice("token_endpoint_auth_method", &methods)
        .unwrap_or_else(|| defaults::method(client, sender));
    let bound = defaults::binding(client);
    let dpop = reader.flag("dpop_bound_access_tokens");
    let certificate = reader.flag("tls_client_certificate_bound_access_tokens");
    client.dpop_bound_access_tokens = dpop.unwrap_or(bound.dpop && certificate != Some(true));
    client.tls_client_certificate_bound_access_tokens =
        certificate.unwrap_or(bound.certificate && dpop != Some(true));
}

fn tokens(client: &mut Client, reader: &mut Reader<'_>, sender: &Sender) {
    client.require_pushed_authorization_requests =
        reader.flag("require_pushed_authorization_requests").unwrap_or(client.is_fapi2());
    let rules = [("required", PkceRule::Required), ("optional", PkceRule::Optional)];
    client.pkce = reader.choice("ecard_pkce", &rules).unwrap_or_default();
    let grants = GrantType::ALL.map(|grant| (grant.as_str(), grant));
    let named = reader.choices("grant_types", &grants);
    client.scope = scope(client, reader, sender, named.as_deref());
    client.grant_types = named.unwrap_or_else(|| defaults::grants(client));
    let algs = [("ES256", TokenAlgorithm::Es256), ("RS256", TokenAlgorithm::Rs256)];
    client.id_token_signed_response_alg = reader
        .choice("id_token_signed_response_alg", &algs)
        .unwrap_or_else(|| defaults::id_token(client, sender));
    client.userinfo_signed_response_alg = reader.choice("userinfo_signed_response_alg", &algs);
    client.default_max_age = reader.number("default_max_age");
}

fn scope(
    client: &Client,
    reader: &mut Reader<'_>,
    sender: &Sender,
    grants: Option<&[GrantType]>,
) -> ScopeSet {
    let named = reader.text("scope");
    let wanted = |named: Option<String>| match named {
        Some(text) => ScopeSet::parse(&text),
        None => defaults::scope(client, grants),
    };
    match sender {
        // What is registered stands in the answer (RFC 7591 §3.2.1).
        Sender::Software { scope } => wanted(named).and(scope),
        Sender::Operator => {
            if let Some(Err(unknown)) = named.as_deref().map(ScopeSet::parse_strictly) {
                let known = ScopeSet::from_iter(crate::domain::scope::Scope::all());
                let text = format!("has {unknown:?}, which is none; there are {known}");
                reader.found.push(Finding::new("scope", text));
            }
            wanted(named)
        }
    }
}
