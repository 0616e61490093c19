//! Appends to the audit: each row seals what it says, and commits to the row before it.

use super::chain::Link;
use super::{AuditEvent, body_place, lane_of, row_name};
use crate::domain::ids::CitizenId;
use crate::storage::lanes::{self, End};
use crate::storage::vault::Vault;
use crate::storage::vault::citizen::{self, CitizenKey};
use crate::storage::{DbError, Tx, run};
use serde_json::Value;
use std::sync::Arc;

/// Takes the lane until the transaction ends; the citizen's key comes along in the same trip.
const ADVANCE: &str = "UPDATE audit_lanes SET seq = seq + $2 WHERE lane = $1 RETURNING seq, head, \
     (SELECT sealed_key FROM citizen_keys WHERE citizen = $3)";
const APPEND: &str = "INSERT INTO audit (lane, seq, at, citizen, event, reference, body, prev, hash) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const SET_HEAD: &str = "UPDATE audit_lanes SET head = $2 WHERE lane = $1 AND seq = $3";

pub(super) const STATEMENTS: &[&str] = &[ADVANCE, APPEND, SET_HEAD];

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
