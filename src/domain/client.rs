//! Partner apps and relying services.

use serde::{Deserialize, Serialize};

/// How a client proves who it is (`token_endpoint_auth_method`, RFC 7591 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuth {
    /// Identifier and secret in the `Authorization` header (RFC 6749 §2.3.1).
    ClientSecretBasic,
}

impl ClientAuth {
    /// The method's registered name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
        }
    }

    /// The method of that name, if it is one this service knows.
    pub fn parse(name: &str) -> Option<Self> {
        (name == Self::ClientSecretBasic.as_str()).then_some(Self::ClientSecretBasic)
    }
}

/// A registered client, by its names in RFC 7591.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// Its identifier.
    pub client_id: String,
    /// Its name in Chinese.
    pub client_name: String,
    /// Its name in English.
    #[serde(rename = "client_name#en", skip_serializing_if = "Option::is_none")]
    pub client_name_en: Option<String>,
    /// The legal entity behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_entity: Option<String>,
    /// How it proves who it is.
    pub token_endpoint_auth_method: ClientAuth,
}

impl Client {
    /// The sector its subjects are made for (OpenID Connect Core §8.1): its own.
    pub fn sector(&self) -> &str {
        &self.client_id
    }
}

/// Why an identifier cannot be a client's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a client id has 1 to 64 letters, digits, `-`, `_` or `.`")]
pub struct BadClientId;

/// Checks a client's identifier: it stands in URLs, headers and logs.
///
/// # Errors
/// [`BadClientId`].
pub fn check_client_id(id: &str) -> Result<(), BadClientId> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    if (1..=64).contains(&id.len()) && id.bytes().all(plain) { Ok(()) } else { Err(BadClientId) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_short_and_plain() {
        assert!(check_client_id("demo-hospital").is_ok());
        for bad in ["", "a b", "a:b", "医院", &"x".repeat(65), "a/b"] {
            assert_eq!(check_client_id(bad), Err(BadClientId), "{bad}");
        }
    }
}
