//! The audit: append-only, each row chained to the one before it by a hash over its stored bytes.
//!
//! What an event says of a citizen is sealed under that citizen's key, so that deletion destroys
//! a key and the chain still stands. A lane's head commits to every row of the lane: an operator
//! who notes the heads elsewhere ([`heads`]) will notice a rewritten chain too.

mod append;
mod chain;

pub use append::{CitizenEvent, append, append_all};
pub use chain::{Broken, ChainError, Fault, Head, heads, verify_all, verify_chain};

use super::vault::citizen;
use super::vault::{Place, Vault};
use super::{DbError, Tx, run};
use crate::domain::ids::{CitizenId, Reference};
use crate::domain::time::Timestamp;
use ring::digest::{SHA256, digest};
use serde_json::Value;

/// Chains that grow side by side; a citizen's events stay in one.
pub const LANES: i64 = 16;

const OF_CITIZEN: &str = "SELECT lane, seq, at, event, reference, body FROM audit \
     WHERE citizen = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3";

pub(super) fn statements() -> Vec<&'static str> {
    [&[OF_CITIZEN], append::STATEMENTS, chain::STATEMENTS].concat()
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct AuditEvent<'a> {
    /// When.
    pub at: Timestamp,
    /// What, by a stable name such as `card.issued`.
    pub event: &'a str,
    /// The reference number the person was shown.
    pub reference: &'a Reference,
    /// The particulars: sealed when the event is a citizen's, else stored as they are and
    /// therefore free of personal data.
    pub body: Value,
}

/// A row read back.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditRecord {
    /// Its number: a citizen's events stand in one lane, so this is their order.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub event: String,
    /// The reference number.
    pub reference: String,
    /// The particulars; `None` once the citizen's key is destroyed.
    pub body: Option<Value>,
}

fn row_name(lane: i64, seq: i64) -> String {
    format!("{lane}/{seq}")
}

fn body_place(row: &str) -> Place<'_> {
    Place { table: "audit", column: "body", row }
}

/// The lane that holds the events of a citizen, or of nobody under this reference.
pub fn lane_of(citizen: Option<&CitizenId>, reference: &Reference) -> i64 {
    let name = citizen.map_or(reference.as_str(), CitizenId::as_str);
    let first = digest(&SHA256, name.as_bytes()).as_ref().first().copied().unwrap_or(0);
    i64::from(first) % LANES
}

/// A citizen's events before the one numbered `before` (none: the latest), newest first.
///
/// # Errors
/// [`DbError`].
pub async fn of_citizen(
    tx: &mut Tx,
    vault: &Vault,
    citizen: &CitizenId,
    before: Option<i64>,
    max: i64,
) -> Result<Vec<AuditRecord>, DbError> {
    type Row = (i64, i64, i64, String, String, String);
    let key = citizen::find_citizen_key(tx, vault, citizen).await?;
    let (citizen, before) = (citizen.as_str(), before.unwrap_or(i64::MAX));
    let rows = run!(
        tx,
        fetch_all,
        sqlx::query_as::<_, Row>(OF_CITIZEN).bind(citizen).bind(before).bind(max)
    )?;
    let read = |(lane, seq, at, event, reference, body): Row| {
        let row = row_name(lane, seq);
        let plain = key.as_ref().and_then(|key| key.unseal(body_place(&row), &body).ok());
        let body = plain.and_then(|plain| serde_json::from_slice(&plain).ok());
        AuditRecord { seq, at: Timestamp::from_epoch_seconds(at), event, reference, body }
    };
    Ok(rows.into_iter().map(read).collect())
}
