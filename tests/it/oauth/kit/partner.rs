//! Clients of every kind, as they stand in the service's register and as they act.

use super::{Key, fresh};
use ecard::domain::client::{
    ApplicationType, Client, ClientAuth, ClientProfile, GrantType, TokenAlgorithm,
};
use ecard::domain::scope::ScopeSet;
use serde_json::json;
use std::sync::Arc;

/// Everything a citizen may be asked for.
pub(crate) const EVERY_SCOPE: &str =
    "openid ecard profile phone identity insurance:read offline_access";

/// A client, with what it proves itself by.
#[derive(Clone)]
pub(crate) struct Partner {
    /// What is registered.
    pub(crate) client: Client,
    /// Its secret, when it has one.
    pub(crate) secret: String,
    /// Signs its assertions.
    pub(crate) key: Arc<Key>,
    /// Binds its tokens, when it uses DPoP.
    pub(crate) dpop: Option<Arc<Key>>,
}

impl Partner {
    fn new(id: &str, auth: ClientAuth) -> Self {
        let key = Key::es256(&format!("{id}-key"));
        let mut client = Client::new(id, "测试应用", auth);
        client.client_name_en = Some("Test App".to_owned());
        client.legal_entity = Some("测试公司".to_owned());
        client.purpose = Some("测试".to_owned());
        client.initiate_login_uri = Some(format!("https://{id}.example/start"));
        client.redirect_uris = vec![format!("https://{id}.example/cb")];
        client.post_logout_redirect_uris = vec![format!("https://{id}.example/out")];
        client.grant_types = vec![GrantType::AuthorizationCode, GrantType::RefreshToken];
        client.scope = ScopeSet::parse(EVERY_SCOPE);
        if auth == ClientAuth::PrivateKeyJwt {
            client.jwks = Some(json!({"keys": [key.registered()]}));
        }
        let secret = fresh("a secret: with / everything+%");
        Self { client, secret, key, dpop: None }
    }

    /// `client_secret_basic`, OpenID Connect.
    pub(crate) fn basic(id: &str) -> Self {
        Self::new(id, ClientAuth::ClientSecretBasic)
    }

    /// `client_secret_post`, OpenID Connect.
    pub(crate) fn post(id: &str) -> Self {
        Self::new(id, ClientAuth::ClientSecretPost)
    }

    /// `private_key_jwt`, OpenID Connect.
    pub(crate) fn assertion(id: &str) -> Self {
        Self::new(id, ClientAuth::PrivateKeyJwt)
    }

    /// FAPI 2.0: `private_key_jwt` and DPoP.
    pub(crate) fn fapi(id: &str) -> Self {
        let mut partner = Self::assertion(id);
        partner.client.profile = ClientProfile::Fapi2;
        partner.client.dpop_bound_access_tokens = true;
        partner.dpop = Some(Key::es256("dpop"));
        partner
    }

    /// A native app: no secret, a loopback redirect.
    pub(crate) fn native(id: &str) -> Self {
        let mut partner = Self::new(id, ClientAuth::None);
        partner.client.application_type = ApplicationType::Native;
        partner.client.redirect_uris = vec!["http://127.0.0.1/cb".to_owned()];
        partner
    }

    /// A service of its own: client credentials alone.
    pub(crate) fn service(id: &str) -> Self {
        let mut partner = Self::basic(id);
        partner.client.redirect_uris = Vec::new();
        partner.client.grant_types = vec![GrantType::ClientCredentials];
        partner.client.scope = ScopeSet::parse("medical.settle pharmacy.pay");
        partner
    }

    /// The same, registered otherwise.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Client)) -> Self {
        change(&mut self.client);
        self
    }

    /// The same with RS256 ID tokens.
    pub(crate) fn rs256(self) -> Self {
        self.with(|client| client.id_token_signed_response_alg = TokenAlgorithm::Rs256)
    }

    /// The same with this key for its assertions.
    pub(crate) fn signing(mut self, key: &Arc<Key>) -> Self {
        self.client.jwks = Some(json!({"keys": [key.registered()]}));
        self.key = Arc::clone(key);
        self
    }

    /// The same with tokens bound to a key of its own.
    pub(crate) fn binding(mut self) -> Self {
        self.dpop = Some(Key::es256("dpop"));
        self
    }

    /// Its identifier.
    pub(crate) fn id(&self) -> &str {
        &self.client.client_id
    }

    /// Its first redirect URI.
    pub(crate) fn redirect(&self) -> &str {
        self.client.redirect_uris.first().map_or("", String::as_str)
    }
}
