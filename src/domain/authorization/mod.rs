//! An authorization request (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1), read and checked
//! against the client that makes it. Pure: what needs keys or a database is checked elsewhere.

mod claims;
mod params;
mod prompt;
mod read;
#[cfg(test)]
mod tests;

pub use claims::{AcrWish, ClaimsWish};
pub use params::{Params, Repeated};
pub use prompt::Prompt;
pub use read::{RequestProblem, Rules, read, read_redirect, state_for_errors};

use super::client::RedirectUri;
use super::field::FieldSet;
use super::grant::Allowed;
use super::scope::ScopeSet;
use serde::{Deserialize, Serialize};

/// How the answer travels (OAuth 2.0 Multiple Response Types, Form Post Response Mode).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the redirect URI's query.
    #[default]
    Query,
    /// In a form that the browser posts to the redirect URI.
    FormPost,
}

impl ResponseMode {
    /// Every mode.
    pub const ALL: [Self; 2] = [Self::Query, Self::FormPost];

    /// The registered name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::FormPost => "form_post",
        }
    }
}

/// A request that was checked. It is kept as JSON while the citizen decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// Who asks.
    pub client_id: String,
    /// Where the answer goes.
    #[serde(with = "stored_uri")]
    pub redirect_uri: RedirectUri,
    /// Whether the request named it: then the token request must repeat it (RFC 6749 §4.1.3).
    pub redirect_uri_named: bool,
    /// What is asked for, as far as the client may ask.
    pub scope: ScopeSet,
    /// What is asked for claim by claim.
    #[serde(default)]
    pub claims: ClaimsWish,
    /// Returned as it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Returned in the ID token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// The S256 challenge (RFC 7636).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_challenge: Option<String>,
    /// How the answer travels.
    #[serde(default)]
    pub response_mode: ResponseMode,
    /// What the citizen must or must not be asked.
    #[serde(default)]
    pub prompt: Prompt,
    /// How old the login may be (s).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age: Option<u64>,
    /// The mobile number to offer on the login page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login_hint: Option<String>,
    /// Languages the citizen may prefer (BCP 47), best first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ui_locales: Option<String>,
    /// An earlier ID token: only its subject may be answered for. Not checked here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token_hint: Option<String>,
    /// What the access token is for (RFC 8707); empty: the service itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// Thumbprint of the key the code is bound to (RFC 9449 §10).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dpop_jkt: Option<String>,
}

impl AuthorizationRequest {
    /// What the citizen has to allow: scopes, and the fields of the scopes and of `claims`.
    pub fn asked(&self) -> Allowed {
        let fields: FieldSet = self.scope.fields().chain(self.claims.fields()).collect();
        Allowed { scope: self.scope.clone(), fields }
    }
}

mod stored_uri {
    use super::RedirectUri;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(uri: &RedirectUri, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(uri.as_str())
    }

    pub(super) fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<RedirectUri, D::Error> {
        Ok(RedirectUri::from_stored(String::deserialize(from)?))
    }
}
