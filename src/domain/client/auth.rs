//! How a client proves who it is.

use serde::{Deserialize, Serialize};

/// `token_endpoint_auth_method` (RFC 7591 §2, RFC 8705 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuth {
    /// Identifier and secret in the `Authorization` header (RFC 6749 §2.3.1).
    ClientSecretBasic,
    /// Identifier and secret in the form (RFC 6749 §2.3.1).
    ClientSecretPost,
    /// A signed assertion (RFC 7523 §2.2).
    PrivateKeyJwt,
    /// A certificate of a known subject from a trusted authority (RFC 8705 §2.1).
    TlsClientAuth,
    /// A certificate whose key is registered (RFC 8705 §2.2).
    SelfSignedTlsClientAuth,
    /// Nothing: the client keeps no secret, PKCE holds its codes.
    None,
}

impl ClientAuth {
    /// Every method, in the order the metadata lists them.
    pub const ALL: [Self; 6] = [
        Self::PrivateKeyJwt,
        Self::ClientSecretBasic,
        Self::ClientSecretPost,
        Self::TlsClientAuth,
        Self::SelfSignedTlsClientAuth,
        Self::None,
    ];

    /// The method's registered name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::TlsClientAuth => "tls_client_auth",
            Self::SelfSignedTlsClientAuth => "self_signed_tls_client_auth",
            Self::None => "none",
        }
    }

    /// The method of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == name)
    }

    /// Whether a shared secret is what proves.
    pub const fn has_secret(self) -> bool {
        matches!(self, Self::ClientSecretBasic | Self::ClientSecretPost)
    }

    /// Whether a client certificate is what proves.
    pub const fn is_mtls(self) -> bool {
        matches!(self, Self::TlsClientAuth | Self::SelfSignedTlsClientAuth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_has_one_name_everywhere() {
        for method in ClientAuth::ALL {
            assert_eq!(ClientAuth::parse(method.as_str()), Some(method));
            assert_eq!(serde_json::to_value(method).unwrap(), method.as_str());
        }
        assert_eq!(ClientAuth::parse("client_secret_jwt"), None);
    }
}
