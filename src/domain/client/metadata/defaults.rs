//! What a registration means by what it leaves out.

use super::Sender;
use crate::domain::client::{Client, ClientAuth, GrantType, TokenAlgorithm};
use crate::domain::function::CardFunction;
use crate::domain::scope::{Scope, ScopeSet};

/// The method that fits what was registered. Software that says nothing means
/// `client_secret_basic` (RFC 7591 §2).
pub(super) fn method(client: &Client, sender: &Sender) -> ClientAuth {
    let operator = *sender == Sender::Operator;
    if operator && client.tls_client_auth_subject_dn.is_some() {
        ClientAuth::TlsClientAuth
    } else if client.is_fapi2() || (operator && has_keys(client)) {
        ClientAuth::PrivateKeyJwt
    } else {
        ClientAuth::ClientSecretBasic
    }
}

fn has_keys(client: &Client) -> bool {
    client.jwks.is_some() || client.jwks_uri.is_some()
}

/// To what a client's tokens are bound.
pub(super) struct Binding {
    pub(super) dpop: bool,
    pub(super) certificate: bool,
}

/// FAPI 2.0 binds every token: to the certificate where there is one, else by DPoP.
pub(super) fn binding(client: &Client) -> Binding {
    let mtls = client.token_endpoint_auth_method.is_mtls();
    Binding { dpop: client.is_fapi2() && !mtls, certificate: client.is_fapi2() && mtls }
}

/// A partner app has codes, and refresh tokens where it may ask for access while the citizen is
/// away; a relying service has its credentials.
pub(super) fn grants(client: &Client) -> Vec<GrantType> {
    if client.redirect_uris.is_empty() {
        return vec![GrantType::ClientCredentials];
    }
    if client.may_ask(Scope::OfflineAccess) {
        return vec![GrantType::AuthorizationCode, GrantType::RefreshToken];
    }
    vec![GrantType::AuthorizationCode]
}

/// A partner app may ask for the card and what is masked; a relying service about every function.
pub(super) fn scope(client: &Client, grants: Option<&[GrantType]>) -> ScopeSet {
    let has = |grant| grants.is_some_and(|grants| grants.contains(&grant));
    let partner = match grants {
        None => !client.redirect_uris.is_empty(),
        Some(_) => has(GrantType::AuthorizationCode) || has(GrantType::DeviceCode),
    };
    let service = grants.map_or(!partner, |_| has(GrantType::ClientCredentials));
    let asked = [Scope::Openid, Scope::Profile, Scope::Ecard, Scope::OfflineAccess];
    let citizens = asked.into_iter().filter(|_| partner);
    let functions = CardFunction::ALL.into_iter().map(Scope::Function).filter(|_| service);
    citizens.chain(functions).collect()
}

/// What signs ID tokens. OpenID Connect Registration §2 makes RS256 the default, so software that
/// says nothing expects it; `fapi2` forbids it.
pub(super) fn id_token(client: &Client, sender: &Sender) -> TokenAlgorithm {
    let software = *sender != Sender::Operator;
    if software && !client.is_fapi2() { TokenAlgorithm::Rs256 } else { TokenAlgorithm::Es256 }
}
