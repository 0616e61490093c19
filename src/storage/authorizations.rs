//! Authorizations that wait for a citizen. `body` holds the request, which may name a person, and
//! its answer, which holds the code: it is sealed.

use super::rekey::{SealedColumn, sealed_column};
use super::{DbError, Tx, execute, run};
use crate::domain::ids::AuthorizationId;
use crate::domain::time::Timestamp;

const INSERT: &str = "INSERT INTO authorizations
        (id, client, session, pushed, state, body, version, created_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8)";
const FIND: &str = "SELECT id, client, session, pushed, state, body, version, created_at,
        expires_at FROM authorizations WHERE id = $1";
const OF_PUSHED: &str = "SELECT id FROM authorizations
    WHERE pushed = $1 AND session = $2 AND expires_at > $3 ORDER BY created_at DESC LIMIT 1";
/// The first browser that arrives keeps it; a login in that browser takes it along.
const BIND: &str = "UPDATE authorizations SET session = $2 WHERE id = $1 AND session IS NULL";
const MOVE: &str = "UPDATE authorizations SET session = $2 WHERE session = $1";
const SAVE: &str = "UPDATE authorizations SET state = $3, body = $4, version = version + 1
    WHERE id = $1 AND version = $2";
const SWEEP: &str = "DELETE FROM authorizations WHERE expires_at < $1";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[INSERT, FIND, OF_PUSHED, BIND, MOVE, SAVE, SWEEP];

pub(super) const SEALED: &[SealedColumn] = &[sealed_column!("authorizations", "id", "body")];

/// An authorization as stored.
#[derive(Clone)]
pub struct AuthorizationRow {
    /// Its identifier.
    pub id: AuthorizationId,
    /// Who asks.
    pub client: String,
    /// The browser session it belongs to; none before one arrived.
    pub session: Option<String>,
    /// The pushed request it came of, by its digest.
    pub pushed: Option<String>,
    /// Whether it waits for an answer.
    pub is_open: bool,
    /// Request and answer, sealed.
    pub body: String,
    /// The version this row was read at.
    pub version: i64,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl AuthorizationRow {
    const fn state(&self) -> &'static str {
        if self.is_open { "open" } else { "done" }
    }
}

#[derive(sqlx::FromRow)]
struct Found(String, String, Option<String>, Option<String>, String, String, i64, i64, i64);

/// Stores a new authorization.
///
/// # Errors
/// [`DbError`].
pub async fn insert(tx: &mut Tx, row: &AuthorizationRow) -> Result<(), DbError> {
    execute!(
        tx,
        sqlx::query(INSERT)
            .bind(row.id.as_str())
            .bind(row.client.as_str())
            .bind(row.session.as_deref())
            .bind(row.pushed.as_deref())
            .bind(row.state())
            .bind(row.body.as_str())
            .bind(row.created_at.epoch_seconds())
            .bind(row.expires_at.epoch_seconds())
    )?;
    Ok(())
}

/// One authorization.
///
/// # Errors
/// [`DbError`].
pub async fn find(tx: &mut Tx, id: &AuthorizationId) -> Result<Option<AuthorizationRow>, DbError> {
    Ok(run!(tx, fetch_optional, sqlx::query_as::<_, Found>(FIND).bind(id.as_str()))?.map(|f| {
        AuthorizationRow {
            id: AuthorizationId::from_stored(f.0),
            client: f.1,
            session: f.2,
            pushed: f.3,
            is_open: f.4 == "open",
            body: f.5,
            version: f.6,
            created_at: Timestamp::from_epoch_seconds(f.7),
            expires_at: Timestamp::from_epoch_seconds(f.8),
        }
    }))
}

/// The authorization this browser began from a pushed request: a reload goes on with it.
///
/// # Errors
/// [`DbError`].
pub async fn of_pushed(
    tx: &mut Tx,
    pushed: &str,
    session: &str,
    now: Timestamp,
) -> Result<Option<AuthorizationId>, DbError> {
    Ok(run!(
        tx,
        fetch_optional,
        sqlx::query_as::<_, (String,)>(OF_PUSHED)
            .bind(pushed)
            .bind(session)
            .bind(now.epoch_seconds())
    )?
    .map(|(id,)| AuthorizationId::from_stored(id)))
}

/// Binds an authorization to the first browser that arrives; `false` when one was faster.
///
/// # Errors
/// [`DbError`].
pub async fn bind(tx: &mut Tx, id: &AuthorizationId, session: &str) -> Result<bool, DbError> {
    Ok(execute!(tx, sqlx::query(BIND).bind(id.as_str()).bind(session))? == 1)
}

/// Takes everything that waits in a browser along to its new session.
///
/// # Errors
/// [`DbError`].
pub async fn move_all(tx: &mut Tx, from: &str, to: &str) -> Result<(), DbError> {
    execute!(tx, sqlx::query(MOVE).bind(from).bind(to))?;
    Ok(())
}

/// Saves an authorization read at `row.version`; `false` when somebody else saved it since.
///
/// # Errors
/// [`DbError`].
pub async fn save(tx: &mut Tx, row: &AuthorizationRow) -> Result<bool, DbError> {
    Ok(execute!(
        tx,
        sqlx::query(SAVE)
            .bind(row.id.as_str())
            .bind(row.version)
            .bind(row.state())
            .bind(row.body.as_str())
    )? == 1)
}

/// Removes authorizations that ended before `before`.
///
/// # Errors
/// [`DbError`].
pub async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64, DbError> {
    execute!(tx, sqlx::query(SWEEP).bind(before.epoch_seconds()))
}
