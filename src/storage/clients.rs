//! Partner apps and relying services.

use super::{DbError, Tx, execute, run};
use crate::domain::time::Timestamp;

const INSERT: &str = "INSERT INTO clients (id, body, secret_digest, state, created_at)
    VALUES ($1, $2, $3, 'active', $4) ON CONFLICT (id) DO NOTHING";
const FIND: &str = "SELECT id, body, secret_digest, state, created_at FROM clients WHERE id = $1";
const LIST: &str = "SELECT id, body, secret_digest, state, created_at FROM clients ORDER BY id";
const DISABLE: &str = "UPDATE clients SET state = 'disabled' WHERE id = $1 AND state = 'active'";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[INSERT, FIND, LIST, DISABLE];

/// A client as stored.
#[derive(Clone)]
pub struct ClientRow {
    /// Its `client_id`.
    pub id: String,
    /// Its registered metadata, JSON.
    pub body: String,
    /// Keyed digest of its secret; empty for one without.
    pub secret_digest: String,
    /// `active` or `disabled`.
    pub state: String,
    /// When it was registered.
    pub created_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Found(String, String, String, String, i64);

impl From<Found> for ClientRow {
    fn from(f: Found) -> Self {
        Self {
            id: f.0,
            body: f.1,
            secret_digest: f.2,
            state: f.3,
            created_at: Timestamp::from_epoch_seconds(f.4),
        }
    }
}

/// Registers a client; `false` when the identifier is taken.
///
/// # Errors
/// [`DbError`].
pub async fn insert(tx: &mut Tx, row: &ClientRow) -> Result<bool, DbError> {
    Ok(execute!(
        tx,
        sqlx::query(INSERT)
            .bind(row.id.as_str())
            .bind(row.body.as_str())
            .bind(row.secret_digest.as_str())
            .bind(row.created_at.epoch_seconds())
    )? == 1)
}

/// One client.
///
/// # Errors
/// [`DbError`].
pub async fn find(tx: &mut Tx, id: &str) -> Result<Option<ClientRow>, DbError> {
    Ok(run!(tx, fetch_optional, sqlx::query_as::<_, Found>(FIND).bind(id))?.map(ClientRow::from))
}

/// Every client.
///
/// # Errors
/// [`DbError`].
pub async fn list(tx: &mut Tx) -> Result<Vec<ClientRow>, DbError> {
    let found = run!(tx, fetch_all, sqlx::query_as::<_, Found>(LIST))?;
    Ok(found.into_iter().map(ClientRow::from).collect())
}

/// Disables a client; `false` when it was not active.
///
/// # Errors
/// [`DbError`].
pub async fn disable(tx: &mut Tx, id: &str) -> Result<bool, DbError> {
    Ok(execute!(tx, sqlx::query(DISABLE).bind(id))? == 1)
}
