//! What a partner's engineer has in the drawer: keys, assertions, proofs, requests, and a citizen
//! who walks through the pages. Every knob can be turned the wrong way.

mod ask;
mod call;
mod check;
mod end;
mod jwt;
mod keys;
mod listener;
mod partner;
mod proof;
pub(super) mod secured;
mod world;

pub(crate) use ask::Ask;
pub(crate) use call::{Call, wants_nonce};
pub(crate) use check::{challenged, error, granted, refused, shown, told, unknown_client};
pub(crate) use end::{End, Walk, send_form};
pub(crate) use jwt::{Opened, at_hash, digest, encoded, open, peek};
pub(crate) use keys::Key;
pub(crate) use listener::Listener;
pub(crate) use partner::{EVERY_SCOPE, Partner};
pub(crate) use proof::{Assertion, Draft, Proof, hs256};
pub(crate) use world::{Granted, World};

/// Where a partner's client authentication by assertion is named (RFC 7521 §4.2).
pub(crate) const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

pub(crate) const AUTHORIZE: &str = "/oauth/authorize";
pub(crate) const PAR: &str = "/oauth/par";
pub(crate) const TOKEN: &str = "/oauth/token";
pub(crate) const INTROSPECT: &str = "/oauth/introspect";
pub(crate) const REVOKE: &str = "/oauth/revoke";
pub(crate) const USERINFO: &str = "/oauth/userinfo";
pub(crate) const LOGOUT: &str = "/oauth/logout";

/// A value nobody used before in this process.
pub(crate) fn fresh(prefix: &str) -> String {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("{prefix}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
