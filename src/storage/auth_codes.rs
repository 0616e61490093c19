//! Authorization codes (RFC 6749 §4.1): used once, whatever runs at the same time.

use super::{DbError, Tx, execute, run};
use crate::domain::ids::{GrantId, LineId};
use crate::domain::time::Timestamp;

const INSERT: &str = "INSERT INTO auth_codes
        (digest, client, grant_id, line, body, state, expires_at)
    VALUES ($1, $2, $3, $4, $5, 'open', $6)";
const REDEEM: &str = "UPDATE auth_codes SET state = 'used'
    WHERE digest = $1 AND client = $2 AND state = 'open' AND expires_at > $3 RETURNING line";
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

/// Uses the code up; `false` when it was used, has ended or is another client's.
///
/// # Errors
/// [`DbError`].
pub async fn redeem(
    tx: &mut Tx,
    digest: &str,
    client: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    Ok(run!(
        tx,
        fetch_optional,
        sqlx::query_as::<_, (String,)>(REDEEM).bind(digest).bind(client).bind(now.epoch_seconds())
    )?
    .is_some())
}

/// Removes codes that ended before `before`.
///
/// # Errors
/// [`DbError`].
pub async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64, DbError> {
    execute!(tx, sqlx::query(SWEEP).bind(before.epoch_seconds()))
}
