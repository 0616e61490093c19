//! Partner apps and relying services, by their names in RFC 7591 and OpenID Connect Registration.

mod auth;
mod change;
mod finding;
mod grant_type;
mod id;
mod issuer;
mod kinds;
pub mod metadata;
mod redirect;
pub mod rules;
#[cfg(test)]
mod tests;
mod uri;

pub use auth::ClientAuth;
pub use finding::{Finding, RegistrationError};
pub use grant_type::GrantType;
pub use id::{BadClientId, check_client_id};
pub use issuer::{BadIssuer, is_local, issuer_host};
pub use kinds::{ApplicationType, ClientProfile, Keeper, PkceRule, TokenAlgorithm};
pub use redirect::{RedirectUri, origin_of};
pub use uri::BadUri;

use super::scope::{Scope, ScopeSet};
use super::time::Timestamp;
use serde::{Deserialize, Serialize};

fn none<T>(value: &[T]) -> bool {
    value.is_empty()
}

fn not(value: &bool) -> bool {
    !*value
}

/// A registered client. Members beyond the registries' own begin with `ecard_`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// Its identifier.
    pub client_id: String,
    /// Its name in Chinese.
    pub client_name: String,
    /// Its name in English.
    #[serde(default, rename = "client_name#en", skip_serializing_if = "Option::is_none")]
    pub client_name_en: Option<String>,
    /// The legal entity behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_entity: Option<String>,
    /// Its logo: a `data:` URL of at most 64 KiB, so that the consent page fetches nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<String>,
    /// Its home page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_uri: Option<String>,
    /// Where a citizen starts again after something expired (OpenID Connect Core §4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initiate_login_uri: Option<String>,
    /// What it wants the data for, in Chinese.
    #[serde(default, rename = "ecard_purpose", skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// What it wants the data for, in English.
    #[serde(default, rename = "ecard_purpose#en", skip_serializing_if = "Option::is_none")]
    pub purpose_en: Option<String>,
    /// How strictly it is held.
    #[serde(default, rename = "ecard_profile")]
    pub profile: ClientProfile,
    /// Whether it may go without PKCE.
    #[serde(default, rename = "ecard_pkce")]
    pub pkce: PkceRule,
    /// Web or native.
    #[serde(default)]
    pub application_type: ApplicationType,
    /// Where answers of the authorization endpoint may go, exactly.
    #[serde(default, skip_serializing_if = "none")]
    pub redirect_uris: Vec<String>,
    /// Where a citizen may be sent after logging out.
    #[serde(default, skip_serializing_if = "none")]
    pub post_logout_redirect_uris: Vec<String>,
    /// Where logout tokens go (OpenID Connect Back-Channel Logout).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<String>,
    /// Whether it needs `sid` in logout tokens.
    #[serde(default, skip_serializing_if = "not")]
    pub backchannel_logout_session_required: bool,
    /// How it proves who it is.
    pub token_endpoint_auth_method: ClientAuth,
    /// The one algorithm of its assertions; none: any that is supported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_signing_alg: Option<String>,
    /// Its public keys (RFC 7517), as registered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks: Option<serde_json::Value>,
    /// Where its public keys are found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// The subject of its certificate (RFC 8705 §2.1.2), as in RFC 4514.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_subject_dn: Option<String>,
    /// Whether its tokens are bound to its certificate (RFC 8705 §3.4).
    #[serde(default, skip_serializing_if = "not")]
    pub tls_client_certificate_bound_access_tokens: bool,
    /// Whether its tokens are always bound to a DPoP key (RFC 9449 §5.2).
    #[serde(default, skip_serializing_if = "not")]
    pub dpop_bound_access_tokens: bool,
    /// Whether it may only push its requests (RFC 9126 §6).
    #[serde(default, skip_serializing_if = "not")]
    pub require_pushed_authorization_requests: bool,
    /// The grants it may use.
    #[serde(default = "relying", skip_serializing_if = "none")]
    pub grant_types: Vec<GrantType>,
    /// What it may ask for.
    #[serde(default)]
    pub scope: ScopeSet,
    /// What signs its ID tokens.
    #[serde(default)]
    pub id_token_signed_response_alg: TokenAlgorithm,
    /// What signs its userinfo answers; none: they are plain JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub userinfo_signed_response_alg: Option<TokenAlgorithm>,
    /// Whose subjects it shares (OpenID Connect Core §8.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sector_identifier_uri: Option<String>,
    /// `max_age` for requests that do not say (s).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_max_age: Option<u64>,
    /// APIs this client runs: others may ask for tokens for them (RFC 8707).
    #[serde(default, rename = "ecard_resources", skip_serializing_if = "none")]
    pub resources: Vec<String>,
    /// Who looks after the registration.
    #[serde(default, rename = "ecard_keeper")]
    pub keeper: Keeper,
    /// Since when citizens read other words of it than at first: who allowed something before is
    /// asked again.
    #[serde(default, rename = "ecard_named_at", skip_serializing_if = "Option::is_none")]
    pub named_at: Option<Timestamp>,
}

fn relying() -> Vec<GrantType> {
    vec![GrantType::ClientCredentials]
}

impl Client {
    /// A client with these and nothing else: a relying service that may use the credentials grant.
    pub fn new(client_id: &str, client_name: &str, auth: ClientAuth) -> Self {
        Self {
            client_id: client_id.to_owned(),
            client_name: client_name.to_owned(),
            client_name_en: None,
            legal_entity: None,
            logo_uri: None,
            client_uri: None,
            initiate_login_uri: None,
            purpose: None,
            purpose_en: None,
            profile: ClientProfile::Oidc,
            pkce: PkceRule::Required,
            application_type: ApplicationType::Web,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            backchannel_logout_uri: None,
            backchannel_logout_session_required: false,
            token_endpoint_auth_method: auth,
            token_endpoint_auth_signing_alg: None,
            jwks: None,
            jwks_uri: None,
            tls_client_auth_subject_dn: None,
            tls_client_certificate_bound_access_tokens: false,
            dpop_bound_access_tokens: false,
            require_pushed_authorization_requests: false,
            grant_types: relying(),
            scope: ScopeSet::default(),
            id_token_signed_response_alg: TokenAlgorithm::Es256,
            userinfo_signed_response_alg: None,
            sector_identifier_uri: None,
            default_max_age: None,
            resources: Vec::new(),
            keeper: Keeper::Operator,
            named_at: None,
        }
    }

    /// The name of the sector its subjects are made for (OpenID Connect Core §8.1): the host of
    /// its sector identifier, else the one host that every answer of its citizens goes to, else
    /// its own identifier.
    pub fn sector(&self) -> &str {
        let named = self.sector_identifier_uri.as_deref().and_then(rules::sector_host);
        named.or_else(|| rules::only_host(self)).unwrap_or(&self.client_id)
    }

    /// Whether it keeps no secret (RFC 6749 §2.1).
    pub fn is_public(&self) -> bool {
        self.token_endpoint_auth_method == ClientAuth::None
    }

    /// Whether it is held to FAPI 2.0.
    pub fn is_fapi2(&self) -> bool {
        self.profile == ClientProfile::Fapi2
    }

    /// Whether a request must bring a PKCE challenge. A confidential client of OpenID Connect Core
    /// may go without when it registered so, or when its request carries a `nonce`.
    pub fn needs_pkce(&self, has_nonce: bool) -> bool {
        self.is_public() || self.is_fapi2() || (self.pkce == PkceRule::Required && !has_nonce)
    }

    /// Whether its requests must be pushed first.
    pub fn must_push(&self) -> bool {
        self.is_fapi2() || self.require_pushed_authorization_requests
    }

    /// Whether its tokens must be bound to a key of its own.
    pub fn must_bind(&self) -> bool {
        self.is_fapi2()
            || self.dpop_bound_access_tokens
            || self.tls_client_certificate_bound_access_tokens
    }

    /// Whether it may use a grant.
    pub fn may_use(&self, grant: GrantType) -> bool {
        self.grant_types.contains(&grant)
    }

    /// Whether it may ask for a scope.
    pub fn may_ask(&self, scope: Scope) -> bool {
        self.scope.contains(scope)
    }

    /// Its name in English where there is one and it is wanted.
    pub fn name(&self, english: bool) -> &str {
        match &self.client_name_en {
            Some(name) if english => name,
            _ => &self.client_name,
        }
    }

    /// What it wants the data for, in English where that is there and wanted.
    pub fn purpose(&self, english: bool) -> Option<&str> {
        let chosen = if english { self.purpose_en.as_ref() } else { None };
        chosen.or(self.purpose.as_ref()).map(String::as_str)
    }

    /// Where a citizen starts again at the partner.
    pub fn start_uri(&self) -> Option<&str> {
        self.initiate_login_uri.as_deref().or(self.client_uri.as_deref())
    }
}
