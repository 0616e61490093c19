//! What implementers of authorization servers fail, row by row: `docs/protocol.md` is made from
//! the comments of these tests.

mod assertion;
mod authorize;
mod code;
mod dpop;
mod dpop_claims;
mod dpop_use;
mod interaction;
mod keys;
mod logout;
mod metadata;
mod par;
mod pkce;
mod pushed;
mod refresh;
mod request;
mod session;
mod tls;
mod tokens;
mod userinfo;

use crate::common::suite::Suite;

pub(crate) fn register(suite: &mut Suite) {
    assertion::register(suite);
    par::register(suite);
    pushed::register(suite);
    pkce::register(suite);
    authorize::register(suite);
    request::register(suite);
    session::register(suite);
    code::register(suite);
    dpop::register(suite);
    dpop_claims::register(suite);
    dpop_use::register(suite);
    tokens::register(suite);
    refresh::register(suite);
    userinfo::register(suite);
    metadata::register(suite);
    keys::register(suite);
    tls::register(suite);
    logout::register(suite);
    interaction::register(suite);
}
