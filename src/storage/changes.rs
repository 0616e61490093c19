//! What every instance must know at once: grants, lines and tokens that ended, clients that
//! changed. Gapless and in the order of commits, like the log of card status, so that a follower
//! misses nothing.

use super::{DbError, Tx, execute, run};
use crate::domain::time::Timestamp;

const NEXT_SEQ: &str = "UPDATE sequences SET value = value + 1 WHERE name = 'oauth_changes'
    RETURNING value";
const APPEND: &str = "INSERT INTO oauth_changes (seq, kind, subject, at) VALUES ($1, $2, $3, $4)";
const FOLLOW: &str = "SELECT seq, kind, subject, at FROM oauth_changes WHERE seq > $1
    ORDER BY seq LIMIT 1000";
const LATEST: &str = "SELECT value FROM sequences WHERE name = 'oauth_changes'";
const SINCE: &str = "SELECT seq, kind, subject, at FROM oauth_changes WHERE at >= $1 ORDER BY seq";
const IS_NOTED: &str = "SELECT seq FROM oauth_changes WHERE kind = $1 AND subject = $2 LIMIT 1";
const SWEEP: &str = "DELETE FROM oauth_changes WHERE at < $1";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[NEXT_SEQ, APPEND, FOLLOW, LATEST, SINCE, IS_NOTED, SWEEP];

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// A grant ended: all of its tokens are void. Subject: the grant.
    Grant,
    /// A line of tokens ended. Subject: the line.
    Line,
    /// One access token was revoked. Subject: its `jti`.
    Token,
    /// A client was registered, changed or disabled. Subject: the client.
    Client,
}

impl Change {
    const ALL: [Self; 4] = [Self::Grant, Self::Line, Self::Token, Self::Client];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Grant => "grant",
            Self::Line => "line",
            Self::Token => "token",
            Self::Client => "client",
        }
    }
}

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeRow {
    /// Its number.
    pub seq: i64,
    /// What changed; none for a kind a newer version wrote.
    pub kind: Option<Change>,
    /// Which one.
    pub subject: String,
    /// When.
    pub at: Timestamp,
}

type Row = (i64, String, String, i64);

fn row((seq, kind, subject, at): Row) -> ChangeRow {
    let kind = Change::ALL.into_iter().find(|change| change.as_str() == kind);
    ChangeRow { seq, kind, subject, at: Timestamp::from_epoch_seconds(at) }
}

/// Appends a line. The counter is held until the transaction ends: let it come late.
///
/// # Errors
/// [`DbError`].
pub async fn append(
    tx: &mut Tx,
    kind: Change,
    subject: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    let (seq,) = run!(tx, fetch_one, sqlx::query_as::<_, (i64,)>(NEXT_SEQ))?;
    let values = vec![seq.into(), kind.as_str().into(), subject.into(), now.epoch_seconds().into()];
    tx.later(APPEND, values);
    Ok(())
}

/// The lines after `seq`, at most 1000 of them.
///
/// # Errors
/// [`DbError`].
pub async fn follow(tx: &mut Tx, seq: i64) -> Result<Vec<ChangeRow>, DbError> {
    let found = run!(tx, fetch_all, sqlx::query_as::<_, Row>(FOLLOW).bind(seq))?;
    Ok(found.into_iter().map(row).collect())
}

/// The number of the last line written.
///
/// # Errors
/// [`DbError`].
pub async fn latest(tx: &mut Tx) -> Result<i64, DbError> {
    Ok(run!(tx, fetch_one, sqlx::query_as::<_, (i64,)>(LATEST))?.0)
}

/// The lines since a moment: what an instance that starts must know.
///
/// # Errors
/// [`DbError`].
pub async fn since(tx: &mut Tx, at: Timestamp) -> Result<Vec<ChangeRow>, DbError> {
    let found = run!(tx, fetch_all, sqlx::query_as::<_, Row>(SINCE).bind(at.epoch_seconds()))?;
    Ok(found.into_iter().map(row).collect())
}

/// Removes lines older than any token they could concern.
///
/// # Errors
/// [`DbError`].
pub async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64, DbError> {
    execute!(tx, sqlx::query(SWEEP).bind(before.epoch_seconds()))
}

/// Whether the log says so already, as far back as it is kept.
///
/// # Errors
/// [`DbError`].
pub async fn is_noted(tx: &mut Tx, change: Change, subject: &str) -> Result<bool, DbError> {
    let found = run!(
        tx,
        fetch_optional,
        sqlx::query_as::<_, (i64,)>(IS_NOTED).bind(change.as_str()).bind(subject)
    )?;
    Ok(found.is_some())
}
