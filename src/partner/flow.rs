//! The sign-in: asked for, answered, renewed. The library does the protocol; this calls it in
//! order and writes down what happened.

use super::Partner;
use super::journal::{Fact, Journal, Kind, Step, shortened};
use super::notes::{received, redirected, token_request};
use super::provider::{Metadata, Tokens};
use super::reading::Reading;
use super::session::{Pending, SignedIn};
use super::trouble::Trouble;
use openidconnect::core::CoreAuthenticationFlow;
use openidconnect::url::Url;
use openidconnect::{
    AuthorizationCode, CsrfToken, LanguageTag, LogoutRequest, Nonce, PkceCodeChallenge,
    PkceCodeVerifier, Scope,
};
use serde::Deserialize;

/// What the centre asks for at first; `openid` is added by the library.
pub(super) const SCOPES: &[&str] = &["profile", "phone", "ecard", "offline_access"];
/// What it asks for when the citizen presses "more".
pub(super) const MORE: &[&str] = &["profile", "phone", "ecard", "identity", "offline_access"];

/// The answer of the authorization endpoint (RFC 6749 §4.1.2, RFC 9207 §2).
#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    pub(super) state: Option<String>,
    pub(super) code: Option<String>,
    pub(super) iss: Option<String>,
    pub(super) error: Option<String>,
}

impl Partner {
    /// Begins a sign-in: what to remember, and where to send the browser.
    ///
    /// # Errors
    /// [`Trouble`].
    pub(super) async fn begin(
        &self,
        scopes: &[&str],
        language: &str,
    ) -> Result<(Pending, Url), Trouble> {
        let provider = self.provider().await?;
        let mut journal = Journal::default();
        journal.note(self.discovered(&provider.metadata));
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let scopes = scopes.iter().map(|name| Scope::new((*name).to_owned()));
        let (full, state, nonce) = provider
            .client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scopes(scopes)
            .set_pkce_challenge(challenge)
            .add_ui_locale(LanguageTag::new(language.to_owned()))
            .url();
        let further = provider.metadata.additional_metadata();
        let url = match &further.pushed_authorization_request_endpoint {
            Some(endpoint) => self.push(endpoint, &full, &mut journal).await?,
            None => full,
        };
        journal.note(redirected(&url));
        let verifier = verifier.into_secret();
        Ok((Pending { state, nonce, verifier, journal }, url))
    }

    fn discovered(&self, metadata: &Metadata) -> Step {
        let address = self.settings.at_issuer("/.well-known/openid-configuration");
        let further = metadata.additional_metadata();
        let or_none = |url: Option<String>| url.unwrap_or_else(|| "-".to_owned());
        let pushed = &further.pushed_authorization_request_endpoint;
        Step::new(Kind::Discovery, format!("GET {address}"))
            .received("issuer", metadata.issuer().as_str())
            .received("authorization_endpoint", metadata.authorization_endpoint().as_str())
            .received(
                "pushed_authorization_request_endpoint",
                or_none(pushed.as_ref().map(Url::to_string)),
            )
            .received("token_endpoint", or_none(metadata.token_endpoint().map(|u| u.to_string())))
            .received("jwks_uri", metadata.jwks_uri().as_str())
            .received("keys", metadata.jwks().keys().len().to_string())
    }

    /// Finishes a sign-in with the answer the browser brought back.
    ///
    /// # Errors
    /// [`Trouble`]; nothing of a refused answer is used.
    pub(super) async fn finish(
        &self,
        pending: Pending,
        answer: &Answer,
    ) -> Result<SignedIn, Trouble> {
        let provider = self.provider().await?;
        let mut journal = pending.journal;
        self.check_issuer(answer, &provider.metadata)?;
        let code = match (&answer.error, &answer.code) {
            (Some(error), _) if error == "access_denied" => return Err(Trouble::Refused),
            (Some(error), _) => return Err(Trouble::Answered(error.clone())),
            (None, Some(code)) => code,
            (None, None) => return Err(Trouble::Untrusted("neither code nor error".to_owned())),
        };
        journal.note(self.came_back(answer, code));
        let tokens: Tokens = provider
            .client
            .exchange_code(AuthorizationCode::new(code.clone()))
            .map_err(|_| Trouble::Untrusted("the issuer names no token endpoint".to_owned()))?
            .set_pkce_verifier(PkceCodeVerifier::new(pending.verifier))
            .request_async(&self.http)
            .await?;
        let step = Step::new(Kind::Tokens, token_request(&provider))
            .sent("Authorization", "Basic …")
            .sent("grant_type", "authorization_code")
            .sent("code", shortened(code))
            .sent("code_verifier", "…");
        journal.note(received(step, &tokens));
        let state = pending.state.into_secret();
        self.read(&provider, tokens, Reading { nonce: pending.nonce, state, journal }).await
    }

    /// The issuer must be the one that was asked, or its answer may be meant for another
    /// (mix-up, RFC 9207 §2.4).
    fn check_issuer(&self, answer: &Answer, metadata: &Metadata) -> Result<(), Trouble> {
        let promised =
            metadata.additional_metadata().authorization_response_iss_parameter_supported;
        match &answer.iss {
            Some(iss) if self.settings.is_issuer(iss) => Ok(()),
            None if !promised => Ok(()),
            _ => Err(Trouble::Untrusted("the answer is of another issuer".to_owned())),
        }
    }

    fn came_back(&self, answer: &Answer, code: &str) -> Step {
        let state = answer.state.as_deref().unwrap_or_default();
        Step::new(Kind::Callback, format!("GET {}", self.settings.own("/callback")))
            .received("code", shortened(code))
            .received("state", shortened(state))
            .received("iss", answer.iss.as_deref().unwrap_or("-"))
    }

    /// New tokens for the old; the citizen is not asked.
    ///
    /// # Errors
    /// [`Trouble`]: `invalid_grant` when the citizen has withdrawn the permission.
    pub(super) async fn refresh(&self, signed_in: SignedIn) -> Result<SignedIn, Trouble> {
        let provider = self.provider().await?;
        let token = signed_in.refresh_token.ok_or_else(|| {
            Trouble::Untrusted("there is no refresh token: offline_access was not given".to_owned())
        })?;
        let tokens: Tokens = provider
            .client
            .exchange_refresh_token(&token)
            .map_err(|_| Trouble::Untrusted("the issuer names no token endpoint".to_owned()))?
            .request_async(&self.http)
            .await?;
        let mut journal = signed_in.journal;
        let step = Step::new(Kind::Refresh, token_request(&provider))
            .sent("Authorization", "Basic …")
            .sent("grant_type", "refresh_token")
            .sent("refresh_token", shortened(token.secret()));
        journal.note(received(step, &tokens));
        let reading = Reading { nonce: signed_in.nonce, state: signed_in.state, journal };
        let fresh = self.read(&provider, tokens, reading).await?;
        if fresh.subject != signed_in.subject {
            return Err(Trouble::Untrusted("refreshing changed who signed in".to_owned()));
        }
        Ok(SignedIn { refresh_token: fresh.refresh_token.or(Some(token)), ..fresh })
    }

    /// Where a citizen who logs out here is sent, to log out there too (OpenID Connect
    /// RP-Initiated Logout §2); none when the issuer has no such place or does not answer.
    pub(super) async fn farewell(&self, signed_in: &SignedIn, state: &str) -> Option<Url> {
        let provider = self.provider().await.ok()?;
        let endpoint = provider.metadata.additional_metadata().end_session_endpoint.clone()?;
        let request = LogoutRequest::from(endpoint)
            .set_id_token_hint(&signed_in.id_token)
            .set_client_id(self.settings.client_id.clone())
            .set_post_logout_redirect_uri(self.settings.post_logout_url.clone())
            .set_state(CsrfToken::new(state.to_owned()));
        Some(request.http_get_url())
    }
}

impl SignedIn {
    /// A fact the issuer told, by its claim's name.
    pub(super) fn told(&self, name: &str) -> Option<&str> {
        let fact: &Fact = self.told.iter().find(|fact| fact.name == name)?;
        Some(&fact.value)
    }

    /// Whether a scope was given.
    pub(super) fn has(&self, scope: &str) -> bool {
        self.scope.split(' ').any(|given| given == scope)
    }
}
