//! Identifiers of client assertions and DPoP proofs that were accepted (RFC 7523 §3, RFC 9449
//! §11.1): each once, on every instance.

use super::{DbError, Tx, execute};
use crate::domain::time::Timestamp;

const CONSUME: &str = "INSERT INTO used_jtis (digest, expires_at) VALUES ($1, $2)
    ON CONFLICT (digest) DO NOTHING";
const SWEEP: &str = "DELETE FROM used_jtis WHERE expires_at < $1";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[CONSUME, SWEEP];

/// An identifier to use up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedJti {
    /// Keyed digest of who sent it and the identifier.
    pub digest: String,
    /// Until when it must be remembered.
    pub expires_at: Timestamp,
}

/// Uses the identifiers up; `false` when one was used before: then the unit of work must end with
/// an error, so that nothing of it is kept.
///
/// # Errors
/// [`DbError`].
pub async fn consume(tx: &mut Tx, jtis: &[UsedJti]) -> Result<bool, DbError> {
    for jti in jtis {
        if execute!(
            tx,
            sqlx::query(CONSUME).bind(jti.digest.as_str()).bind(jti.expires_at.epoch_seconds())
        )? == 0
        {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Removes what no proof can repeat any more.
///
/// # Errors
/// [`DbError`].
pub async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64, DbError> {
    execute!(tx, sqlx::query(SWEEP).bind(before.epoch_seconds()))
}
