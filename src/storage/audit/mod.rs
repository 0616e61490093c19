//! The audit: append-only, each row chained to the one before it by a hash over its stored bytes.
//!
//! What an event says of a citizen is sealed under that citizen's key, so that deletion destroys
//! a key and the chain still stands. A lane's head commits to every row of the lane: an operator
//! who notes the heads elsewhere ([`heads`]) will notice a rewritten chain too.

mod chain;

pub use chain::{Broken, ChainError, Fault, Head, heads, verify_all, verify_chain};

use super::lanes::{self, End};
use super::vault::citizen::{self, CitizenKey};
use super::vault::{Place, Vault};
use super::{DbError, Tx, run};
use crate::domain::ids::{CitizenId, Reference};
use crate::domain::time::Timestamp;
use chain::Link;
use ring::digest::{SHA256, digest};
use serde_json::Value;
use std::sync::Arc;

/// Chains that grow side by side; a citizen's events stay in one.
pub const LANES: i64 = 16;

/// Takes the lane until the transaction ends; the citizen's key comes along in the same trip.
const ADVANCE: &str = "UPDATE audit_lanes SET seq = seq + $2 WHERE lane = $1 RETURNING seq, head, \
     (SELECT sealed_key FROM citizen_keys WHERE citizen = $3)";
const APPEND: &str = "INSERT INTO audit (lane, seq, at, citizen, event, reference, body, prev, hash) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const SET_HEAD: &str = "UPDATE audit_lanes SET head = $2 WHERE lane = $1 AND seq = $3";
const OF_CITIZEN: &str = "SELECT lane, seq, at, event, reference, body FROM audit \
     WHERE citizen = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3";
const OWN: &[&str] = &[ADVANCE, APPEND, SET_HEAD, OF_CITIZEN];

pub(super) fn statements() -> Vec<&'static str> {
    [OWN, chain::STATEMENTS].concat()
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

/// Appends events of one citizen, or of nobody. The lane is held until the transaction ends:
/// let this be the last thing a unit of work does, and hand over its events together.
///
/// # Errors
/// [`DbError`].
pub async fn append(
    tx: &mut Tx,
    vault: &Vault,
    citizen: Option<&CitizenId>,
    events: &[AuditEvent<'_>],
) -> Result<(), DbError> {
    let (Some(first), Ok(count)) = (events.first(), i64::try_from(events.len())) else {
        return Ok(());
    };
    let lane = lane_of(citizen, first.reference);
    if tx.lanes().is_some() {
        return append_carried(tx, vault, citizen, lane, events).await;
    }
    if tx.keeps(SET_HEAD) {
        // This unit of work moved a lane already, perhaps this one: its head must be written first.
        tx.settle("").await?;
    }
    let (last, mut head, sealed_key) = advance(tx, lane, count, citizen).await?;
    let key = match (citizen, sealed_key) {
        (None, _) => None,
        (Some(citizen), Some(sealed)) => Some(citizen::opened(vault, citizen, &sealed)?),
        (Some(citizen), None) => Some(citizen::citizen_key(tx, vault, citizen).await?),
    };
    for (seq, event) in (last - count + 1..).zip(events) {
        let body = body(vault, key.as_ref(), &row_name(lane, seq), &event.body);
        head = insert(tx, link((lane, seq), citizen, event, body, head));
    }
    tx.later(SET_HEAD, vec![lane.into(), head.into(), last.into()]);
    Ok(())
}

/// Something that happened to a citizen.
#[derive(Clone, Debug)]
pub struct CitizenEvent<'a> {
    /// To whom.
    pub citizen: CitizenId,
    /// What.
    pub event: AuditEvent<'a>,
}

/// Appends events of several citizens, in the order given for each. Lanes are taken in their
/// order, so that two such units of work never wait for each other. As [`append`], the last thing
/// a unit of work does.
///
/// # Errors
/// [`DbError`].
pub async fn append_all(
    tx: &mut Tx,
    vault: &Vault,
    mut events: Vec<CitizenEvent<'_>>,
) -> Result<(), DbError> {
    let lane = |one: &CitizenEvent<'_>| lane_of(Some(&one.citizen), one.event.reference);
    events.sort_by(|a, b| (lane(a), &a.citizen).cmp(&(lane(b), &b.citizen)));
    for of_one in events.chunk_by(|a, b| a.citizen == b.citizen) {
        let Some(first) = of_one.first() else { continue };
        let own: Vec<AuditEvent<'_>> = of_one.iter().map(|one| one.event.clone()).collect();
        append(tx, vault, Some(&first.citizen), &own).await?;
    }
    Ok(())
}

/// As [`append`], by the one writer of SQLite: the lane's end and the citizen's key are at hand.
async fn append_carried(
    tx: &mut Tx,
    vault: &Vault,
    citizen: Option<&CitizenId>,
    lane: i64,
    events: &[AuditEvent<'_>],
) -> Result<(), DbError> {
    lanes::refresh(tx).await?;
    let key = match citizen {
        None => None,
        Some(citizen) => Some(carried_key(tx, vault, citizen).await?),
    };
    for event in events {
        let end = tx.lanes().map(|lanes| lanes.end(lane)).unwrap_or_default();
        let seq = end.seq + 1;
        let body = body(vault, key.as_deref(), &row_name(lane, seq), &event.body);
        let head = insert(tx, link((lane, seq), citizen, event, body, end.head));
        if let Some(lanes) = tx.lanes() {
            lanes.advance(lane, End { seq, head });
        }
    }
    Ok(())
}

async fn carried_key(
    tx: &mut Tx,
    vault: &Vault,
    citizen: &CitizenId,
) -> Result<Arc<CitizenKey>, DbError> {
    if let Some(key) = tx.lanes().and_then(|lanes| lanes.key(citizen)) {
        return Ok(key);
    }
    let key = Arc::new(citizen::citizen_key(tx, vault, citizen).await?);
    if let Some(lanes) = tx.lanes() {
        lanes.carry(citizen, Arc::clone(&key));
    }
    Ok(key)
}

fn link(
    (lane, seq): (i64, i64),
    citizen: Option<&CitizenId>,
    event: &AuditEvent<'_>,
    body: String,
    prev: String,
) -> Link {
    Link {
        lane,
        seq,
        at: event.at.epoch_seconds(),
        citizen: citizen.map(|c| c.as_str().to_owned()),
        event: event.event.to_owned(),
        reference: event.reference.as_str().to_owned(),
        body,
        prev,
    }
}

/// The lane's last number, its head so far, and the citizen's sealed key if there is one.
async fn advance(
    tx: &mut Tx,
    lane: i64,
    count: i64,
    citizen: Option<&CitizenId>,
) -> Result<(i64, String, Option<String>), DbError> {
    let citizen = citizen.map(CitizenId::as_str);
    run!(tx, fetch_one, sqlx::query_as::<_, _>(ADVANCE).bind(lane).bind(count).bind(citizen))
}

fn body(vault: &Vault, key: Option<&CitizenKey>, row: &str, body: &Value) -> String {
    let plain = body.to_string();
    match key {
        Some(key) => key.seal(vault, body_place(row), plain.as_bytes()).into_string(),
        None => plain,
    }
}

/// Keeps the row for the end of the unit of work, and answers its hash.
fn insert(tx: &mut Tx, link: Link) -> String {
    let hash = link.hash();
    let values = vec![
        link.lane.into(),
        link.seq.into(),
        link.at.into(),
        link.citizen.into(),
        link.event.into(),
        link.reference.into(),
        link.body.into(),
        link.prev.into(),
        hash.as_str().into(),
    ];
    tx.later(APPEND, values);
    hash
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
