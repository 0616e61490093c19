//! Whether an access token is good now.

use crate::app::App;
use crate::domain::time::Timestamp;
use crate::token::access::{AccessClaims, TokenName};
use std::sync::Arc;

/// The claims of a token that this service signed, whose time has not run out, and that has not
/// ended before its time. In memory alone.
pub fn live(app: &App, token: &str, now: Timestamp) -> Option<Arc<AccessClaims>> {
    let claims = app.access_tokens.open(&app.keys, &app.issuer, token, now)?;
    let name = TokenName::parse(&claims.jti)?;
    let dead = app.revocations.is_dead(&name);
    (!dead).then_some(claims)
}
