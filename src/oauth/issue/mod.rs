//! Makes the tokens of a line: nothing here is stored or consumed.

mod answer;
mod card;
mod line;
pub(super) mod person;

pub(super) use answer::TokenAnswer;
pub(super) use line::{Line, LineBody};

use super::grants::Ask;
use crate::app::{App, Fault, internal};
use crate::auth::face::face;
use crate::auth::subject::subject;
use crate::domain::client::{Client, TokenAlgorithm};
use crate::domain::ecard::{CardFace, ECardState};
use crate::domain::field::FieldSet;
use crate::domain::scope::{Scope, ScopeSet};
use crate::token::access::{
    ACCESS_TOKEN_LIFETIME, ACCESS_TOKEN_TYPE, AccessClaims, Audience, Confirmation, jti,
};
use crate::token::id::{ID_TOKEN_LIFETIME, IdClaims, at_hash};
use crate::token::signer::SigningAlgorithm;
use std::cell::OnceCell;

/// What of a line one answer is for.
pub(super) struct Wish {
    /// Its scope.
    pub scope: ScopeSet,
    /// Its resources; empty: the service itself.
    pub resources: Vec<String>,
    /// The refresh token to hand out.
    pub refresh_token: Option<String>,
}

/// An answer, and the name of its access token.
pub(super) struct Issued {
    /// What is sent.
    pub answer: TokenAnswer,
    /// `jti` of the access token.
    pub jti: String,
}

/// Makes the tokens.
///
/// # Errors
/// [`Fault`] when the card cannot be opened or nothing signs.
pub(super) fn tokens(ask: &Ask, line: &Line, wish: Wish) -> Result<Issued, Fault> {
    let making = Making {
        ask,
        line,
        client: ask.client(),
        subject: subject(&ask.app, ask.client(), &line.grant.citizen),
        face: OnceCell::new(),
    };
    let scope = wish.scope.and(&line.grant.allowed.scope).and(&ask.client().scope);
    let name = jti(&line.grant.id, &line.id, ask.app.random());
    let access = making.access(&name, &scope, wish.resources)?;
    let id_token = scope.contains(Scope::Openid).then(|| making.id(&access)).transpose()?;
    let with_card = scope.contains(Scope::Ecard) && line.card.state == ECardState::Active;
    let ecard_token = with_card.then(|| making.card(&scope)).transpose()?;
    let answer = TokenAnswer {
        access_token: access,
        token_type: token_type(ask.confirmation().as_ref()),
        expires_in: ACCESS_TOKEN_LIFETIME.as_secs(),
        scope,
        id_token,
        refresh_token: wish.refresh_token,
        ecard_token,
    };
    Ok(Issued { answer, jti: name })
}

/// What an access token with this confirmation is called.
pub(super) fn token_type(cnf: Option<&Confirmation>) -> &'static str {
    if cnf.is_some_and(|cnf| cnf.jkt.is_some()) { "DPoP" } else { "Bearer" }
}

struct Making<'a> {
    ask: &'a Ask,
    line: &'a Line,
    client: &'a Client,
    subject: String,
    face: OnceCell<CardFace>,
}

impl Making<'_> {
    fn app(&self) -> &App {
        &self.ask.app
    }

    fn access(
        &self,
        name: &str,
        scope: &ScopeSet,
        resources: Vec<String>,
    ) -> Result<String, Fault> {
        let (now, context) = (self.ask.now, &self.line.body.context);
        let claims = AccessClaims {
            iss: self.app().issuer.clone(),
            sub: self.subject.clone(),
            aud: Audience::of(resources, &self.app().issuer),
            client_id: self.client.client_id.clone(),
            iat: now,
            exp: now + ACCESS_TOKEN_LIFETIME,
            jti: name.to_owned(),
            scope: scope.clone(),
            auth_time: Some(context.auth_time),
            acr: Some(context.acr),
            amr: context.amr.clone(),
            cnf: self.ask.confirmation(),
        };
        self.app().keys.sign(ACCESS_TOKEN_TYPE, &claims, now).map_err(internal)
    }

    fn id(&self, access_token: &str) -> Result<String, Fault> {
        let (now, body) = (self.ask.now, &self.line.body);
        let fields = body.id_token.and(&self.line.grant.allowed.fields);
        let person = match fields.is_empty() {
            true => serde_json::Map::new(),
            false => person::claims(self.face()?, &fields),
        };
        let claims = IdClaims {
            iss: self.app().issuer.clone(),
            sub: self.subject.clone(),
            aud: self.client.client_id.clone(),
            iat: now,
            exp: now + ID_TOKEN_LIFETIME,
            auth_time: body.context.auth_time,
            nonce: body.nonce.clone(),
            acr: body.context.acr,
            amr: body.context.amr.clone(),
            at_hash: at_hash(access_token),
            sid: body.sid.clone(),
            person,
        };
        let algorithm = algorithm(self.client, self.client.id_token_signed_response_alg);
        self.app().keys.sign_with(algorithm, None, &claims, now).map_err(internal)
    }

    fn card(&self, scope: &ScopeSet) -> Result<String, Fault> {
        let by_scope: FieldSet = scope.fields().collect();
        let to = card::For {
            client: &self.client.client_id,
            subject: self.subject.clone(),
            confirmation: self.ask.confirmation(),
            fields: by_scope.and(&self.line.grant.allowed.fields),
        };
        card::token(self.app(), self.line, self.face()?, to, self.ask.now)
    }

    /// The card's face, opened once for all tokens that need it.
    fn face(&self) -> Result<&CardFace, Fault> {
        if let Some(open) = self.face.get() {
            return Ok(open);
        }
        let opened = face(self.app(), &self.line.card)?;
        Ok(self.face.get_or_init(|| opened))
    }
}

/// What signs for a client: RS256 only where it registered that, and never under FAPI 2.0.
pub(super) fn algorithm(client: &Client, registered: TokenAlgorithm) -> SigningAlgorithm {
    match registered {
        TokenAlgorithm::Rs256 if !client.is_fapi2() => SigningAlgorithm::Rs256,
        TokenAlgorithm::Rs256 | TokenAlgorithm::Es256 => SigningAlgorithm::Es256,
    }
}
