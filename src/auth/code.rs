//! What an authorization code is good for, from the citizen's consent to the token endpoint.

use super::context::LoginContext;
use crate::app::App;
use crate::domain::authorization::ClaimsWish;
use crate::domain::ids::{CardId, CitizenId};
use crate::domain::scope::ScopeSet;
use crate::storage::vault::Purpose;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long a code may be redeemed (RFC 6749 §4.1.2 advises ten minutes at most).
pub const AUTH_CODE_LIFETIME: Duration = Duration::from_secs(60);

/// What a code, and the line of tokens that comes of it, is good for. No personal data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeBody {
    /// The redirect URI, if the request named it: the token request must repeat it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<String>,
    /// The S256 challenge (RFC 7636).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_challenge: Option<String>,
    /// Thumbprint of the key the code is bound to (RFC 9449 §10).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dpop_jkt: Option<String>,
    /// What was allowed of what was asked.
    pub scope: ScopeSet,
    /// What was allowed claim by claim.
    #[serde(default)]
    pub claims: ClaimsWish,
    /// Returned in ID tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// What the access token is for; empty: the service itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// How and when the citizen authenticated.
    pub context: LoginContext,
    /// The browser session's name towards this client; none for a device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// Who allowed it.
    pub citizen: CitizenId,
    /// The card it was allowed with.
    pub card: CardId,
}

/// A fresh code: 256 random bits.
pub fn fresh(app: &App) -> String {
    URL_SAFE_NO_PAD.encode(app.random::<32>())
}

/// What a code is stored under.
pub fn digest(app: &App, code: &str) -> String {
    app.vault.index(Purpose::AuthCode, code)
}
