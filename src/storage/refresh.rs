//! Lines of refresh tokens. A token is made from its line and generation by a key outside the
//! database, so none is stored: the row knows only the highest generation that was presented.

use super::{DbError, Tx, execute, run};
use crate::domain::ids::{GrantId, LineId};
use crate::domain::time::Timestamp;

const INSERT: &str = "INSERT INTO refresh_lines
        (id, client, grant_id, body, used, state, created_at, expires_at)
    VALUES ($1, $2, $3, $4, -1, 'live', $5, $6)";
const FIND: &str = "SELECT id, client, grant_id, body, used, state, created_at, expires_at
    FROM refresh_lines WHERE id = $1";
/// A generation may be presented again until the one after it was: then it is a replay.
const PRESENT: &str = "UPDATE refresh_lines SET used = $2
    WHERE id = $1 AND state = 'live' AND expires_at > $3 AND (used = $2 OR used = $2 - 1)
    RETURNING used";
const END: &str = "UPDATE refresh_lines SET state = 'ended' WHERE id = $1 AND state = 'live'";
const END_OF_GRANT: &str =
    "UPDATE refresh_lines SET state = 'ended' WHERE grant_id = $1 AND state = 'live'";
const SWEEP: &str = "DELETE FROM refresh_lines WHERE expires_at < $1";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[INSERT, FIND, PRESENT, END, END_OF_GRANT, SWEEP];

/// A line as stored.
#[derive(Clone, Debug)]
pub struct LineRow {
    /// Its identifier: also that of the authorization code it came of.
    pub id: LineId,
    /// Whose tokens they are.
    pub client: String,
    /// Under which grant.
    pub grant: GrantId,
    /// What its tokens are for, as JSON.
    pub body: String,
    /// The highest generation presented; -1 before the first.
    pub used: i64,
    /// Whether its tokens are good.
    pub is_live: bool,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Found(String, String, String, String, i64, String, i64, i64);

/// Stores a line whose first token is handed out.
///
/// # Errors
/// [`DbError`].
pub async fn insert(tx: &mut Tx, row: &LineRow) -> Result<(), DbError> {
    let values = vec![
        row.id.as_str().into(),
        row.client.as_str().into(),
        row.grant.as_str().into(),
        row.body.as_str().into(),
        row.created_at.epoch_seconds().into(),
        row.expires_at.epoch_seconds().into(),
    ];
    tx.later(INSERT, values);
    Ok(())
}

/// One line.
///
/// # Errors
/// [`DbError`].
pub async fn find(tx: &mut Tx, id: &LineId) -> Result<Option<LineRow>, DbError> {
    Ok(run!(tx, fetch_optional, sqlx::query_as::<_, Found>(FIND).bind(id.as_str()))?.map(|f| {
        LineRow {
            id: LineId::from_stored(f.0),
            client: f.1,
            grant: GrantId::from_stored(f.2),
            body: f.3,
            used: f.4,
            is_live: f.5 == "live",
            created_at: Timestamp::from_epoch_seconds(f.6),
            expires_at: Timestamp::from_epoch_seconds(f.7),
        }
    }))
}

/// Presents a generation: `true` when it is the next one or the last one again; `false` for a
/// replay, an ended line, or a generation that was never handed out.
///
/// # Errors
/// [`DbError`].
pub async fn present(
    tx: &mut Tx,
    id: &LineId,
    generation: i64,
    now: Timestamp,
) -> Result<bool, DbError> {
    Ok(run!(
        tx,
        fetch_optional,
        sqlx::query_as::<_, (i64,)>(PRESENT)
            .bind(id.as_str())
            .bind(generation)
            .bind(now.epoch_seconds())
    )?
    .is_some())
}

/// Ends a line; `false` when it was not live.
///
/// # Errors
/// [`DbError`].
pub async fn end(tx: &mut Tx, id: &LineId) -> Result<bool, DbError> {
    Ok(execute!(tx, sqlx::query(END).bind(id.as_str()))? == 1)
}

/// Ends every line of a grant.
///
/// # Errors
/// [`DbError`].
pub async fn end_of_grant(tx: &mut Tx, grant: &GrantId) -> Result<u64, DbError> {
    execute!(tx, sqlx::query(END_OF_GRANT).bind(grant.as_str()))
}

/// Removes lines that ended before `before`.
///
/// # Errors
/// [`DbError`].
pub async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64, DbError> {
    execute!(tx, sqlx::query(SWEEP).bind(before.epoch_seconds()))
}
