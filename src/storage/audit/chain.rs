//! The hash chain of a lane, and the proof that nobody changed, removed or moved a row.

use super::LANES;
use crate::storage::{Db, DbError, Tx, run};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{Context, SHA256};

const PAGE: i64 = 500;
const HEAD: &str = "SELECT seq, head FROM audit_lanes WHERE lane = $1";
const ROWS: &str = "SELECT lane, seq, at, citizen, event, reference, body, prev, hash FROM audit \
     WHERE lane = $1 AND seq > $2 ORDER BY seq LIMIT $3";
pub(super) const STATEMENTS: &[&str] = &[HEAD, ROWS];

/// One row without its hash.
pub(super) struct Link {
    pub(super) lane: i64,
    pub(super) seq: i64,
    pub(super) at: i64,
    pub(super) citizen: Option<String>,
    pub(super) event: String,
    pub(super) reference: String,
    pub(super) body: String,
    pub(super) prev: String,
}

impl Link {
    /// SHA-256 over every column as stored, each text after its length; base64url.
    pub(super) fn hash(&self) -> String {
        let mut context = Context::new(&SHA256);
        for number in [self.lane, self.seq, self.at, i64::from(self.citizen.is_some())] {
            context.update(&number.to_be_bytes());
        }
        let citizen = self.citizen.as_deref().unwrap_or_default();
        for text in [citizen, &self.event, &self.reference, &self.body, &self.prev] {
            context.update(&(text.len() as u64).to_be_bytes());
            context.update(text.as_bytes());
        }
        URL_SAFE_NO_PAD.encode(context.finish())
    }
}

/// The end of a lane: it commits to every row before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The lane.
    pub lane: i64,
    /// How many rows it has.
    pub rows: i64,
    /// The hash of the last one; empty when there is none.
    pub hash: String,
}

/// What is wrong with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Its content is not what was written.
    Changed,
    /// It is not there.
    Missing,
    /// It does not follow the row before it.
    Unlinked,
    /// It was never appended.
    Surplus,
}

/// The first place where a chain does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("audit lane {lane}, row {seq}: {fault:?}")]
pub struct Broken {
    /// The lane.
    pub lane: i64,
    /// The row's number, from 1.
    pub seq: i64,
    /// What is wrong.
    pub fault: Fault,
}

/// Why a chain is not shown to hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// It does not.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// It could not be read.
    #[error(transparent)]
    Db(#[from] DbError),
}

async fn head(tx: &mut Tx, lane: i64) -> Result<Head, DbError> {
    let (rows, hash) = run!(tx, fetch_one, sqlx::query_as::<_, (i64, String)>(HEAD).bind(lane))?;
    Ok(Head { lane, rows, hash })
}

/// The heads of all lanes, to be noted where nobody who can write the database can change them.
///
/// # Errors
/// [`DbError`].
pub async fn heads(tx: &mut Tx) -> Result<Vec<Head>, DbError> {
    let mut heads = Vec::new();
    for lane in 0..LANES {
        heads.push(head(tx, lane).await?);
    }
    Ok(heads)
}

type Row = (i64, i64, i64, Option<String>, String, String, String, String, String);

/// Follows a lane from its first row to its head.
///
/// # Errors
/// [`ChainError::Broken`] names the first row that is not as it was written.
pub async fn verify_chain(tx: &mut Tx, lane: i64) -> Result<Head, ChainError> {
    let expected = head(tx, lane).await?;
    let mut at = Head { lane, rows: 0, hash: String::new() };
    loop {
        let rows = run!(
            tx,
            fetch_all,
            sqlx::query_as::<_, Row>(ROWS).bind(lane).bind(at.rows).bind(PAGE)
        )?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            at = follow(at, row)?;
        }
    }
    let broken = |seq, fault| Err(Broken { lane, seq, fault }.into());
    if at.rows < expected.rows {
        return broken(at.rows + 1, Fault::Missing);
    }
    if at.rows > expected.rows {
        return broken(expected.rows + 1, Fault::Surplus);
    }
    if at.hash == expected.hash { Ok(at) } else { broken(at.rows, Fault::Unlinked) }
}

/// Follows every lane, and answers how many rows there are.
///
/// # Errors
/// As [`verify_chain`].
pub async fn verify_all(db: &Db) -> Result<i64, ChainError> {
    let mut rows = 0;
    for lane in 0..LANES {
        let followed =
            db.read(move |tx| Box::pin(async move { verify_chain(tx, lane).await })).await?;
        rows += followed.rows;
    }
    Ok(rows)
}

fn follow(at: Head, row: Row) -> Result<Head, Broken> {
    let (lane, seq, time, citizen, event, reference, body, prev, hash) = row;
    let next = at.rows + 1;
    let broken = |fault| Err(Broken { lane, seq: next, fault });
    if seq != next {
        return broken(Fault::Missing);
    }
    if prev != at.hash {
        return broken(Fault::Unlinked);
    }
    let link = Link { lane, seq, at: time, citizen, event, reference, body, prev };
    if link.hash() != hash {
        return broken(Fault::Changed);
    }
    Ok(Head { lane, rows: next, hash })
}
