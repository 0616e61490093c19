//! Authorization codes (RFC 6749 §4.1): used once, whatever runs at the same time.

use super::{DbError, Tx, execute, run};
use crate::domain::ids::{GrantId, LineId};
use crate::domain::time::Timestamp;

const INSERT: &str = "INSERT INTO auth_codes
        (digest, client, grant_id, line, body, state, expires_at)
    VALUES ($1, $2, $3, $4, $5, 'open', $6)";
const REDEEM: &str = "UPDATE auth_codes SET state = 'used'
    WHERE digest = $1 AND client = $2 AND state = 'open' AND expires_at > $3
    RETURNING (SELECT g.id FROM grants g WHERE g.id = auth_codes.grant_id AND g.state = 'live'),
        (SELECT g.last_used_at FROM grants g WHERE g.id = auth_codes.grant_id)";
const SWEEP: &str = "DELETE FROM auth_codes WHERE expires_at < $1";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[INSERT, REDEEM, SWEEP];

/// A code as stored.
#[derive(Clone, Debug)]
pub struct CodeRow {
    /// Keyed digest of the code.
    pub digest: String,
    /// Whose it is.
    pub client: String,
    /// Under which grant.
    pub grant: GrantId,
    /// The name of all tokens that come of it.
    pub line: LineId,
    /// What it is good for, as JSON.
    pub body: String,
    /// Whether it may still be redeemed.
    pub is_open: bool,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Stores a code, at the end of the unit of work.
pub fn insert(tx: &mut Tx, row: &CodeRow) {
    let values = vec![
        row.digest.as_str().into(),
        row.client.as_str().into(),
        row.grant.as_str().into(),
        row.line.as_str().into(),
        row.body.as_str().into(),
        row.expires_at.epoch_seconds().into(),
    ];
    tx.later(INSERT, values);
}

/// What a code that was just used up stands on, as of this transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Redeemed {
    /// Whether its grant still lives.
    pub grant_is_live: bool,
    /// When the grant was last used, as far as that was noted.
    pub grant_used_at: Option<Timestamp>,
}

/// Uses the code up; `None` when it was used, has ended or is another client's.
///
/// # Errors
/// [`DbError`].
pub async fn redeem(
    tx: &mut Tx,
    digest: &str,
    client: &str,
    now: Timestamp,
) -> Result<Option<Redeemed>, DbError> {
    let found = run!(
        tx,
        fetch_optional,
        sqlx::query_as::<_, (Option<String>, Option<i64>)>(REDEEM)
            .bind(digest)
            .bind(client)
            .bind(now.epoch_seconds())
    )?;
    Ok(found.map(|(grant, used_at)| Redeemed {
        grant_is_live: grant.is_some(),
        grant_used_at: used_at.map(Timestamp::from_epoch_seconds),
    }))
}

/// Removes codes that ended before `before`.
///
/// # Errors
/// [`DbError`].
pub async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64, DbError> {
    execute!(tx, sqlx::query(SWEEP).bind(before.epoch_seconds()))
}
