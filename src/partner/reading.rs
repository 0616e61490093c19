//! Reads the tokens: nothing of them is used before it is checked.

use super::Partner;
use super::journal::{Journal, Kind, Step};
use super::notes::scope;
use super::provider::{Client, IdToken, Provider, Tokens};
use super::session::SignedIn;
use super::trouble::Trouble;
use super::{card, claims};
use openidconnect::core::CoreGenderClaim;
use openidconnect::{
    AccessToken, AccessTokenHash, AdditionalClaims, Nonce, OAuth2TokenResponse as _,
    SubjectIdentifier, TokenResponse as _,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Userinfo claims beyond OpenID Connect Core, as they come.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Told {
    #[serde(flatten)]
    further: Map<String, Value>,
}

impl AdditionalClaims for Told {}

type UserInfo = openidconnect::UserInfoClaims<Told, CoreGenderClaim>;

impl Partner {
    /// Checks the tokens and asks for the citizen's data.
    pub(super) async fn read(
        &self,
        provider: &Provider,
        tokens: Tokens,
        reading: Reading,
    ) -> Result<SignedIn, Trouble> {
        let Reading { nonce, state, mut journal } = reading;
        let none = || Trouble::Untrusted("no ID token".to_owned());
        let id_token = tokens.id_token().ok_or_else(none)?.clone();
        let (subject, sid) = check_id_token(&provider.client, &id_token, &nonce, &tokens)?;
        journal.note(Step::new(Kind::IdToken, "").claims(&claims::shown(&id_token.to_string())));
        let told = self.ask(provider, tokens.access_token().clone(), &subject).await?;
        let address = provider.metadata.userinfo_endpoint().map_or("", |url| url.as_str());
        let step = Step::new(Kind::UserInfo, format!("GET {address}"));
        let step = step.sent("Authorization", "Bearer …").claims(&told);
        let facts = step.received.clone();
        journal.note(step);
        let mut shown = None;
        if let Some(token) = &tokens.extra_fields().extra_fields().ecard_token {
            let id = self.settings.client_id.as_str();
            let (card, token) =
                card::read(token, &provider.metadata, id, subject.as_str(), self.now())?;
            journal.note(Step::new(Kind::Card, "").claims(&token.header).claims(&token.claims));
            shown = Some(card);
        }
        Ok(SignedIn {
            subject: subject.to_string(),
            sid,
            nonce,
            state,
            scope: scope(&tokens),
            id_token,
            refresh_token: tokens.refresh_token().cloned(),
            card: shown,
            told: facts,
            journal,
        })
    }

    async fn ask(
        &self,
        provider: &Provider,
        token: AccessToken,
        subject: &SubjectIdentifier,
    ) -> Result<Value, Trouble> {
        let told: UserInfo = provider
            .client
            .user_info(token, Some(subject.clone()))
            .map_err(|_| Trouble::Untrusted("the issuer names no userinfo endpoint".to_owned()))?
            .request_async(&self.http)
            .await?;
        serde_json::to_value(&told).map_err(|error| Trouble::Untrusted(error.to_string()))
    }
}

/// What tokens are read with.
pub(super) struct Reading {
    pub(super) nonce: Nonce,
    pub(super) state: String,
    pub(super) journal: Journal,
}

/// Signature, issuer, audience, times and nonce of the ID token, and that the access token beside
/// it is the one it was made for (`at_hash`, OpenID Connect Core §3.1.3.6).
fn check_id_token(
    client: &Client,
    id_token: &IdToken,
    nonce: &Nonce,
    tokens: &Tokens,
) -> Result<(SubjectIdentifier, Option<String>), Trouble> {
    let verifier = client.id_token_verifier();
    let claims = id_token.claims(&verifier, nonce)?;
    if let Some(expected) = claims.access_token_hash() {
        let broken = |error: &dyn std::fmt::Display| Trouble::Untrusted(error.to_string());
        let algorithm = id_token.signing_alg().map_err(|e| broken(&e))?;
        let key = id_token.signing_key(&verifier).map_err(|e| broken(&e))?;
        let actual = AccessTokenHash::from_token(tokens.access_token(), algorithm, key);
        if actual.map_err(|e| broken(&e))? != *expected {
            return Err(Trouble::Untrusted("the access token is not the ID token's".to_owned()));
        }
    }
    Ok((claims.subject().clone(), claims.additional_claims().sid.clone()))
}
