//! The status lists as published: one row a list, put there by compare-and-swap.

use super::{DbError, Tx, execute, run};
use crate::domain::time::Timestamp;

/// Rows of one [`page`]: a full list's token has some 30 KB.
const PAGE: i64 = 64;

const HEADS: &str = "SELECT list, version, seq, issued_at FROM status_publications";
const FIND: &str = "SELECT list, version, seq, issued_at, token FROM status_publications
    WHERE list = $1";
const PUBLISHED_PAGE: &str = "SELECT list, version, seq, issued_at, token FROM status_publications
    WHERE list > $1 ORDER BY list LIMIT $2";
const PUBLISH: &str = "INSERT INTO status_publications (list, version, seq, issued_at, token)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (list) DO UPDATE SET version = excluded.version, seq = excluded.seq,
        issued_at = excluded.issued_at, token = excluded.token
    WHERE status_publications.version = excluded.version - 1
        AND status_publications.seq <= excluded.seq
        AND status_publications.issued_at <= excluded.issued_at";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[HEADS, FIND, PUBLISHED_PAGE, PUBLISH];

/// What is known of a publication without its token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The list.
    pub list: i64,
    /// How often it was published.
    pub version: i64,
    /// The line of the log up to which it is complete, or later.
    pub seq: i64,
    /// When it was signed.
    pub issued_at: Timestamp,
}

/// A published list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// Which, and as of when.
    pub head: Head,
    /// The `statuslist+jwt`.
    pub token: String,
}

type HeadRow = (i64, i64, i64, i64);
type Row = (i64, i64, i64, i64, String);

fn head((list, version, seq, at): HeadRow) -> Head {
    Head { list, version, seq, issued_at: Timestamp::from_epoch_seconds(at) }
}

fn publication((list, version, seq, at, token): Row) -> Publication {
    Publication { head: head((list, version, seq, at)), token }
}

/// Where every published list stands.
///
/// # Errors
/// [`DbError`].
pub async fn heads(tx: &mut Tx) -> Result<Vec<Head>, DbError> {
    let found = run!(tx, fetch_all, sqlx::query_as::<_, HeadRow>(HEADS))?;
    Ok(found.into_iter().map(head).collect())
}

/// One published list.
///
/// # Errors
/// [`DbError`].
pub async fn find(tx: &mut Tx, list: i64) -> Result<Option<Publication>, DbError> {
    let found = run!(tx, fetch_optional, sqlx::query_as::<_, Row>(FIND).bind(list))?;
    Ok(found.map(publication))
}

/// Published lists in the order of their numbers, after the one given; empty at the end.
///
/// # Errors
/// [`DbError`].
pub async fn page(tx: &mut Tx, after: i64) -> Result<Vec<Publication>, DbError> {
    let found =
        run!(tx, fetch_all, sqlx::query_as::<_, Row>(PUBLISHED_PAGE).bind(after).bind(PAGE))?;
    Ok(found.into_iter().map(publication).collect())
}

/// Publishes, if the version before this one is the one that stands and says nothing newer;
/// `false` when somebody else was first.
///
/// # Errors
/// [`DbError`].
pub async fn publish(tx: &mut Tx, new: &Publication) -> Result<bool, DbError> {
    Ok(execute!(
        tx,
        sqlx::query(PUBLISH)
            .bind(new.head.list)
            .bind(new.head.version)
            .bind(new.head.seq)
            .bind(new.head.issued_at.epoch_seconds())
            .bind(new.token.as_str())
    )? == 1)
}
