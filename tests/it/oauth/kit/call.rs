//! A request of a partner's server: no browser, no cookies.

use super::ask::form;
use super::{
    ASSERTION_TYPE, Assertion, INTROSPECT, Key, PAR, Partner, Proof, REVOKE, TOKEN, World,
};
use super::{Ask, USERINFO, digest};
use crate::common::house::answer::Answer;
use crate::common::house::browser::escape;
use axum::Router;
use axum::http::{HeaderName, Method, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ecard::domain::client::ClientAuth;
use std::sync::Arc;

/// A call before it is sent.
#[derive(Clone)]
pub(crate) struct Call {
    method: Method,
    path: &'static str,
    fields: Vec<(String, String)>,
    headers: Vec<(&'static str, String)>,
    by: Option<Partner>,
    proof: Option<Arc<Key>>,
    token: Option<String>,
    retries: bool,
    router: Option<Router>,
}

impl Call {
    /// A form for an endpoint.
    pub(crate) fn to(path: &'static str) -> Self {
        Self {
            method: Method::POST,
            path,
            fields: Vec::new(),
            headers: Vec::new(),
            by: None,
            proof: None,
            token: None,
            retries: true,
            router: None,
        }
    }

    /// Redeems a code, as this partner.
    pub(crate) fn code(partner: &Partner, code: &str, ask: &Ask) -> Self {
        let mut call = Self::to(TOKEN)
            .by(partner)
            .field("grant_type", "authorization_code")
            .field("code", code)
            .field("redirect_uri", ask.value("redirect_uri"));
        if !ask.value("code_challenge").is_empty() {
            call = call.field("code_verifier", &ask.verifier);
        }
        call.proving(partner)
    }

    /// Redeems a refresh token, as this partner.
    pub(crate) fn refresh(partner: &Partner, token: &str) -> Self {
        let call = Self::to(TOKEN).by(partner).field("grant_type", "refresh_token");
        call.field("refresh_token", token).proving(partner)
    }

    /// Pushes a request, as this partner.
    pub(crate) fn push(partner: &Partner, ask: &Ask) -> Self {
        let mut call = Self::to(PAR).by(partner);
        call.fields.extend(ask.fields.iter().cloned());
        call
    }

    /// Asks about a token, as this partner.
    pub(crate) fn introspect(partner: &Partner, token: &str) -> Self {
        Self::to(INTROSPECT).by(partner).field("token", token)
    }

    /// Revokes a token, as this partner.
    pub(crate) fn revoke(partner: &Partner, token: &str) -> Self {
        Self::to(REVOKE).by(partner).field("token", token)
    }

    /// Asks userinfo with a token, bound by `key` or not at all.
    pub(crate) fn userinfo(token: &str, key: Option<&Arc<Key>>) -> Self {
        let mut call = Self::to(USERINFO).method(Method::GET);
        let scheme = if key.is_some() { "DPoP" } else { "Bearer" };
        call.proof = key.cloned();
        call.token = Some(token.to_owned());
        call.header("authorization", &format!("{scheme} {token}"))
    }

    pub(crate) fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    pub(crate) fn field(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(n, _)| n != name);
        self
    }

    /// The same with one field replaced.
    pub(crate) fn instead(self, name: &str, value: &str) -> Self {
        self.without(name).field(name, value)
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// The same with one header replaced.
    pub(crate) fn instead_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.retain(|(n, _)| *n != name);
        self.header(name, value)
    }

    /// Authenticated the way this partner is registered.
    pub(crate) fn by(mut self, partner: &Partner) -> Self {
        self.by = Some(partner.clone());
        self
    }

    /// Sent to another instance.
    pub(crate) fn at(mut self, router: &Router) -> Self {
        self.router = Some(router.clone());
        self
    }

    /// Not authenticated at all.
    pub(crate) fn by_nobody(mut self) -> Self {
        self.by = None;
        self
    }

    /// Authenticated by exactly this assertion.
    pub(crate) fn asserting(self, assertion: &str) -> Self {
        self.by_nobody()
            .field("client_assertion_type", ASSERTION_TYPE)
            .field("client_assertion", assertion)
    }

    /// With a fresh proof by this key.
    pub(crate) fn proved_by(mut self, key: &Arc<Key>) -> Self {
        self.proof = Some(Arc::clone(key));
        self
    }

    /// With exactly this proof, and no second try.
    pub(crate) fn proof(self, proof: &str) -> Self {
        self.unproved().once().header("dpop", proof)
    }

    /// Without a proof.
    pub(crate) fn unproved(mut self) -> Self {
        self.proof = None;
        self
    }

    /// Not repeated when the service asks for a nonce.
    pub(crate) fn once(mut self) -> Self {
        self.retries = false;
        self
    }

    fn proving(mut self, partner: &Partner) -> Self {
        self.proof = partner.dpop.clone();
        self
    }

    /// Sends it; once more when the service gives a nonce to prove with.
    pub(crate) async fn send(&self, world: &World) -> Answer {
        let answer = self.try_once(world).await;
        let refused = self.retries && self.proof.is_some() && wants_nonce(&answer);
        if refused { self.try_once(world).await } else { answer }
    }

    async fn try_once(&self, world: &World) -> Answer {
        let (mut fields, mut headers) = (self.fields.clone(), self.headers.clone());
        if let Some(partner) = &self.by {
            identify(world, partner, &mut fields, &mut headers);
        }
        if let Some(key) = &self.proof {
            let mut draft = Proof::of(world, key, self.method.as_str(), self.path);
            if let Some(token) = &self.token {
                draft = draft.claim("ath", digest(token));
            }
            headers.push(("dpop", draft.made()));
        }
        let mut sender = world.house.browser();
        sender.headers = headers;
        if let Some(router) = &self.router {
            sender.router = router.clone();
        }
        let form = form(&fields);
        let answer = if self.method == Method::GET {
            let query = if form.is_empty() { String::new() } else { format!("?{form}") };
            sender.send(Method::GET, &format!("{}{query}", self.path), "", Vec::new()).await
        } else {
            let kind = "application/x-www-form-urlencoded";
            sender.send(self.method.clone(), self.path, kind, form.into_bytes()).await
        };
        world.note_nonce(&answer);
        answer
    }
}

/// Whether an answer asks for a proof with a nonce (RFC 9449 §8, §9).
pub(crate) fn wants_nonce(answer: &Answer) -> bool {
    let named = answer.body.contains("use_dpop_nonce")
        || answer.header(header::WWW_AUTHENTICATE).contains("use_dpop_nonce");
    named && !answer.header(HeaderName::from_static("dpop-nonce")).is_empty()
}

fn identify(
    world: &World,
    partner: &Partner,
    fields: &mut Vec<(String, String)>,
    headers: &mut Vec<(&'static str, String)>,
) {
    let mut field = |name: &str, value: &str| {
        fields.retain(|(n, _)| n != name);
        fields.push((name.to_owned(), value.to_owned()));
    };
    match partner.client.token_endpoint_auth_method {
        ClientAuth::ClientSecretBasic => {
            let pair = format!("{}:{}", escape(partner.id()), escape(&partner.secret));
            headers.push(("authorization", format!("Basic {}", STANDARD.encode(pair))));
        }
        ClientAuth::ClientSecretPost => {
            field("client_id", partner.id());
            field("client_secret", &partner.secret);
        }
        ClientAuth::PrivateKeyJwt => {
            field("client_assertion_type", ASSERTION_TYPE);
            field("client_assertion", &Assertion::of(world, partner).made());
        }
        _ => field("client_id", partner.id()),
    }
}
