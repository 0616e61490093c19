//! What a client may be, as its registration says.

use serde::{Deserialize, Serialize};

/// How strictly a client is held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientProfile {
    /// OpenID Connect Core with this service's own rules.
    #[default]
    Oidc,
    /// FAPI 2.0 Security Profile: pushed requests, asymmetric client authentication,
    /// sender-constrained tokens.
    Fapi2,
}

/// Whether a client must bring a PKCE challenge (RFC 7636). Public and `fapi2` clients always must.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PkceRule {
    /// Every request brings one.
    #[default]
    Required,
    /// A request may go without.
    Optional,
}

/// Where a client runs (OpenID Connect Registration §2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ApplicationType {
    /// On a server, reached by https.
    #[default]
    Web,
    /// On the citizen's own device: loopback and claimed-https redirects (RFC 8252).
    Native,
}

/// Who looks after a registration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keeper {
    /// An operator registered it and vouches for it.
    #[default]
    Operator,
    /// It registered itself (RFC 7591), and changes itself (RFC 7592).
    Itself,
    /// It registered itself, and an operator has changed it since: its own changes have ended.
    TakenOver,
}

/// What signs a client's ID tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum TokenAlgorithm {
    /// ECDSA on P-256.
    #[default]
    #[serde(rename = "ES256")]
    Es256,
    /// RSA PKCS#1 v1.5: only for clients of OpenID Connect Core that register it.
    #[serde(rename = "RS256")]
    Rs256,
}
