//! What operators look for among grants: those of a client, and the lines of one.

use super::{DbError, Tx, run};
use crate::domain::ids::{GrantId, LineId};
use crate::domain::time::Timestamp;

const OF_CLIENT: &str = "SELECT id FROM grants
    WHERE client = $1 AND state = 'live' AND id > $2 ORDER BY id LIMIT 500";
const LINES: &str = "SELECT id, state, used, created_at, expires_at FROM refresh_lines
    WHERE grant_id = $1 ORDER BY created_at DESC LIMIT 100";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[OF_CLIENT, LINES];

/// A line of refresh tokens, as an operator sees it.
#[derive(Clone, Debug)]
pub struct LineShown {
    /// Its identifier: the middle part of its access tokens' `jti`.
    pub id: LineId,
    /// Whether its tokens are good.
    pub is_live: bool,
    /// How many of its refresh tokens were presented.
    pub presented: i64,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// The next live grants of a client after `after` (empty: from the start), at most 500.
///
/// # Errors
/// [`DbError`].
pub async fn of_client(tx: &mut Tx, client: &str, after: &str) -> Result<Vec<GrantId>, DbError> {
    let found =
        run!(tx, fetch_all, sqlx::query_as::<_, (String,)>(OF_CLIENT).bind(client).bind(after))?;
    Ok(found.into_iter().map(|(id,)| GrantId::from_stored(id)).collect())
}

/// The newest hundred lines of a grant.
///
/// # Errors
/// [`DbError`].
pub async fn lines(tx: &mut Tx, grant: &GrantId) -> Result<Vec<LineShown>, DbError> {
    type Row = (String, String, i64, i64, i64);
    let found = run!(tx, fetch_all, sqlx::query_as::<_, Row>(LINES).bind(grant.as_str()))?;
    let line = |(id, state, used, created, expires): Row| LineShown {
        id: LineId::from_stored(id),
        is_live: state == "live",
        presented: used.saturating_add(1),
        created_at: Timestamp::from_epoch_seconds(created),
        expires_at: Timestamp::from_epoch_seconds(expires),
    };
    Ok(found.into_iter().map(line).collect())
}
