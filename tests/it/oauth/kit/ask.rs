//! An authorization request, parameter by parameter.

use super::{Partner, digest, fresh};
use crate::common::house::browser::escape;

/// Parameters in their order, and the verifier behind the challenge among them.
#[derive(Clone)]
pub(crate) struct Ask {
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) verifier: String,
}

impl Ask {
    /// A request that breaks no rule: code, PKCE, `state`, `nonce`, `openid profile`.
    pub(crate) fn of(partner: &Partner) -> Self {
        let verifier = fresh("a-verifier-of-forty-three-letters-at-the-least");
        let challenge = digest(&verifier);
        let ask = Self { fields: Vec::new(), verifier };
        ask.set("client_id", partner.id())
            .set("response_type", "code")
            .set("redirect_uri", partner.redirect())
            .set("scope", "openid profile")
            .set("state", &fresh("state"))
            .set("nonce", &fresh("nonce"))
            .set("code_challenge", &challenge)
            .set("code_challenge_method", "S256")
    }

    /// Nothing but these: what is sent to the authorization endpoint after a push.
    pub(crate) fn pushed(client_id: &str, request_uri: &str) -> Self {
        let ask = Self { fields: Vec::new(), verifier: String::new() };
        ask.set("client_id", client_id).set("request_uri", request_uri)
    }

    /// The same with one parameter replaced or added.
    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(n, _)| n != name);
        self.also(name, value)
    }

    /// The same with one parameter more, whether or not it is there.
    pub(crate) fn also(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same without a parameter.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(n, _)| n != name);
        self
    }

    /// The same without PKCE.
    pub(crate) fn without_pkce(self) -> Self {
        self.without("code_challenge").without("code_challenge_method")
    }

    /// A parameter's value; empty when it is not there.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    /// As a query or a form.
    pub(crate) fn encoded(&self) -> String {
        form(&self.fields)
    }

    /// As a path with its query.
    pub(crate) fn path(&self) -> String {
        format!("{}?{}", super::AUTHORIZE, self.encoded())
    }
}

/// Pairs as `application/x-www-form-urlencoded`.
pub(crate) fn form(fields: &[(String, String)]) -> String {
    let pairs = fields.iter().map(|(n, v)| format!("{}={}", escape(n), escape(v)));
    pairs.collect::<Vec<_>>().join("&")
}
