//! Client assertions (RFC 7523) and DPoP proofs (RFC 9449), right until a knob is turned.

use super::{Key, Partner, World, digest, fresh};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// A JWT before it is signed.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) header: Map<String, Value>,
    pub(crate) claims: Map<String, Value>,
    key: Arc<Key>,
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        other => panic!("no object: {other}"),
    }
}

impl Draft {
    /// The same with a header member replaced or added.
    pub(crate) fn head(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header.insert(name.to_owned(), value.into());
        self
    }

    /// The same without a header member.
    pub(crate) fn headless(mut self, name: &str) -> Self {
        self.header.remove(name);
        self
    }

    /// The same with a claim replaced or added.
    pub(crate) fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(name.to_owned(), value.into());
        self
    }

    /// The same without a claim.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.claims.remove(name);
        self
    }

    /// The same signed by another key; the header stays.
    pub(crate) fn signed_by(mut self, key: &Arc<Key>) -> Self {
        self.key = Arc::clone(key);
        self
    }

    /// The same with `alg: none` and no signature.
    pub(crate) fn unsigned(self) -> String {
        let signed = self.head("alg", "none").made();
        let (message, _) = signed.rsplit_once('.').unwrap();
        format!("{message}.")
    }

    /// The JWT.
    pub(crate) fn made(self) -> String {
        self.key.sign(&Value::Object(self.header), &Value::Object(self.claims))
    }
}

/// Makes client assertions.
pub(crate) struct Assertion;

impl Assertion {
    /// One that breaks no rule.
    pub(crate) fn of(world: &World, partner: &Partner) -> Draft {
        let now = world.house.now().epoch_seconds();
        Draft {
            header: object(json!({"alg": partner.key.alg, "kid": partner.key.kid})),
            claims: object(json!({
                "iss": partner.id(), "sub": partner.id(), "aud": world.issuer(),
                "jti": fresh("assertion"), "iat": now, "exp": now + 60,
            })),
            key: Arc::clone(&partner.key),
        }
    }
}

/// Makes DPoP proofs.
pub(crate) struct Proof;

impl Proof {
    /// One that breaks no rule, with the newest nonce the service gave.
    pub(crate) fn of(world: &World, key: &Arc<Key>, method: &str, path: &str) -> Draft {
        let now = world.house.now().epoch_seconds();
        let draft = Draft {
            header: object(json!({"typ": "dpop+jwt", "alg": key.alg, "jwk": key.jwk()})),
            claims: object(json!({
                "jti": fresh("proof"), "htm": method, "iat": now,
                "htu": format!("{}{path}", world.issuer()),
            })),
            key: Arc::clone(key),
        };
        match world.nonce() {
            Some(nonce) => draft.claim("nonce", nonce),
            None => draft,
        }
    }

    /// The same for a resource: bound to the access token.
    pub(crate) fn at(world: &World, key: &Arc<Key>, method: &str, token: &str) -> Draft {
        Self::of(world, key, method, super::USERINFO).claim("ath", digest(token))
    }
}

/// A JWT by HMAC under any text: what a verifier that believes the token's `alg` would take.
pub(crate) fn hs256(draft: Draft, secret: &[u8]) -> String {
    let Draft { header, claims, .. } = draft.head("alg", "HS256");
    let part = |members| super::encoded(Value::Object(members).to_string().as_bytes());
    let message = format!("{}.{}", part(header), part(claims));
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret);
    let tag = ring::hmac::sign(&key, message.as_bytes());
    format!("{message}.{}", super::encoded(tag.as_ref()))
}
