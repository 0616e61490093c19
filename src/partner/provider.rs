//! The issuer as its metadata describes it, and the library's types for what it answers.

use super::Partner;
use super::http::HttpError;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreClaimName, CoreClaimType, CoreClientAuthMethod,
    CoreErrorResponseType, CoreGenderClaim, CoreGrantType, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm,
    CoreResponseMode, CoreResponseType, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreSubjectIdentifierType, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::url::Url;
use openidconnect::{
    AdditionalClaims, AdditionalProviderMetadata, DiscoveryError, EndSessionUrl, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, ExtraTokenFields, IdTokenFields, ProviderMetadata,
    StandardErrorResponse, StandardTokenResponse,
};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// How long metadata and keys are used before they are asked for again: less than the time an
/// issuer publishes a new key before it signs.
const FRESH: Duration = Duration::from_secs(300);

/// Metadata beyond OpenID Connect Discovery.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Further {
    /// RFC 9126 §5.
    pub(super) pushed_authorization_request_endpoint: Option<Url>,
    /// RFC 9207 §3.
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
    /// OpenID Connect RP-Initiated Logout §2.1.
    pub(super) end_session_endpoint: Option<EndSessionUrl>,
}

impl AdditionalProviderMetadata for Further {}

/// The issuer's metadata with its keys.
pub(super) type Metadata = ProviderMetadata<
    Further,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// Claims of an ID token beyond OpenID Connect Core.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct SessionClaims {
    /// The citizen's session at the issuer (OpenID Connect Back-Channel Logout §2.1).
    pub(super) sid: Option<String>,
}

impl AdditionalClaims for SessionClaims {}

/// What a token answer holds beyond OAuth.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct CardField {
    /// The card token, under scope `ecard`.
    pub(super) ecard_token: Option<String>,
}

impl fmt::Debug for CardField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CardField").finish_non_exhaustive()
    }
}

impl ExtraTokenFields for CardField {}

/// An ID token.
pub(super) type IdToken = openidconnect::IdToken<
    SessionClaims,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

/// A token answer.
pub(super) type Tokens = StandardTokenResponse<
    IdTokenFields<
        SessionClaims,
        CardField,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;

/// The library's client, made from the metadata.
pub(super) type Client = openidconnect::Client<
    SessionClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The issuer, and the client to talk to it with.
#[derive(Debug)]
pub(super) struct Provider {
    pub(super) metadata: Metadata,
    pub(super) client: Client,
}

/// The metadata last read, while it is fresh.
#[derive(Debug, Default)]
pub(super) struct Cache(Mutex<Option<(Instant, Arc<Provider>)>>);

impl Partner {
    /// The issuer; discovered, or as it was a short while ago. Whoever waits here waits for the
    /// one question that is under way.
    pub(super) async fn provider(&self) -> Result<Arc<Provider>, DiscoveryError<HttpError>> {
        let mut cached = self.provider.0.lock().await;
        if let Some((read, provider)) = cached.as_ref()
            && read.elapsed() < FRESH
        {
            return Ok(Arc::clone(provider));
        }
        let provider = Arc::new(self.discover().await?);
        *cached = Some((Instant::now(), Arc::clone(&provider)));
        Ok(provider)
    }

    async fn discover(&self) -> Result<Provider, DiscoveryError<HttpError>> {
        let settings = &self.settings;
        let metadata = Metadata::discover_async(settings.issuer.clone(), &self.http).await?;
        let client = Client::from_provider_metadata(
            metadata.clone(),
            settings.client_id.clone(),
            Some(settings.client_secret.clone()),
        )
        .set_redirect_uri(settings.redirect_url.clone());
        Ok(Provider { metadata, client })
    }
}
