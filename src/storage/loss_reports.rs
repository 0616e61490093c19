//! Loss reports and their receipts.

use super::{DbError, Tx, run};
use crate::domain::ids::{CardId, Reference};
use crate::domain::time::Timestamp;

const INSERT: &str = "INSERT INTO loss_reports (receipt, card, kind, reported_at)
    VALUES ($1, $2, $3, $4)";
const LATEST: &str = "SELECT receipt, reported_at FROM loss_reports WHERE card = $1
    ORDER BY reported_at DESC LIMIT 1";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[INSERT, LATEST];

/// A report by the holder, to be confirmed in writing.
const TEMPORARY: &str = "temporary";

/// A report as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LossReport {
    /// The number its holder was shown.
    pub receipt: String,
    /// When it was made.
    pub reported_at: Timestamp,
}

/// Stores a temporary report at the end of this unit of work.
pub fn insert(tx: &mut Tx, receipt: &Reference, card: &CardId, now: Timestamp) {
    let values = vec![
        receipt.as_str().into(),
        card.as_str().into(),
        TEMPORARY.into(),
        now.epoch_seconds().into(),
    ];
    tx.later(INSERT, values);
}

/// The card's latest report.
///
/// # Errors
/// [`DbError`].
pub async fn latest(tx: &mut Tx, card: &CardId) -> Result<Option<LossReport>, DbError> {
    let found =
        run!(tx, fetch_optional, sqlx::query_as::<_, (String, i64)>(LATEST).bind(card.as_str()))?;
    Ok(found.map(|(receipt, at)| LossReport {
        receipt,
        reported_at: Timestamp::from_epoch_seconds(at),
    }))
}
