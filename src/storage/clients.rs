//! Partner apps and relying services. Their secrets are random and long: a keyed digest is enough,
//! and there may be several at a time, so that a new one overlaps the old.

use super::changes::{self, Change};
use super::{DbError, Tx, execute, run};
use crate::domain::time::Timestamp;

const INSERT: &str = "INSERT INTO clients (id, body, state, created_at)
    VALUES ($1, $2, 'active', $3) ON CONFLICT (id) DO NOTHING";
const UPDATE: &str = "UPDATE clients SET body = $2 WHERE id = $1 AND state = 'active'";
const FIND: &str = "SELECT id, body, state, created_at FROM clients WHERE id = $1";
const LIST: &str = "SELECT id, body, state, created_at FROM clients ORDER BY id";
const DISABLE: &str = "UPDATE clients SET state = 'disabled' WHERE id = $1 AND state = 'active'";
const ADD_SECRET: &str = "INSERT INTO client_secrets (digest, client, created_at, expires_at)
    VALUES ($1, $2, $3, $4) ON CONFLICT (client, digest) DO UPDATE SET expires_at = NULL";
const SECRETS: &str = "SELECT digest, created_at, expires_at FROM client_secrets
    WHERE client = $1 ORDER BY created_at";
const END_SECRETS: &str = "UPDATE client_secrets SET expires_at = $3
    WHERE client = $1 AND digest <> $2 AND (expires_at IS NULL OR expires_at > $3)";
const SWEEP_SECRETS: &str = "DELETE FROM client_secrets WHERE expires_at < $1";

/// Every statement of this file.
pub const STATEMENTS: &[&str] =
    &[INSERT, UPDATE, FIND, LIST, DISABLE, ADD_SECRET, SECRETS, END_SECRETS, SWEEP_SECRETS];

/// A client as stored.
#[derive(Clone)]
pub struct ClientRow {
    /// Its `client_id`.
    pub id: String,
    /// Its registered metadata, JSON.
    pub body: String,
    /// `active` or `disabled`.
    pub state: String,
    /// When it was registered.
    pub created_at: Timestamp,
}

/// A secret as stored.
#[derive(Clone, Debug)]
pub struct SecretRow {
    /// Its keyed digest.
    pub digest: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends; none for one in use.
    pub expires_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Found(String, String, String, i64);

impl From<Found> for ClientRow {
    fn from(f: Found) -> Self {
        Self { id: f.0, body: f.1, state: f.2, created_at: Timestamp::from_epoch_seconds(f.3) }
    }
}

/// Registers a client; `false` when the identifier is taken.
///
/// # Errors
/// [`DbError`].
pub async fn insert(tx: &mut Tx, row: &ClientRow) -> Result<bool, DbError> {
    let inserted = execute!(
        tx,
        sqlx::query(INSERT)
            .bind(row.id.as_str())
            .bind(row.body.as_str())
            .bind(row.created_at.epoch_seconds())
    )? == 1;
    if inserted {
        changes::append(tx, Change::Client, &row.id, row.created_at).await?;
    }
    Ok(inserted)
}

/// Replaces a client's metadata; `false` when it is not active.
///
/// # Errors
/// [`DbError`].
pub async fn update(tx: &mut Tx, id: &str, body: &str, now: Timestamp) -> Result<bool, DbError> {
    let updated = execute!(tx, sqlx::query(UPDATE).bind(id).bind(body))? == 1;
    if updated {
        changes::append(tx, Change::Client, id, now).await?;
    }
    Ok(updated)
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
pub async fn disable(tx: &mut Tx, id: &str, now: Timestamp) -> Result<bool, DbError> {
    let disabled = execute!(tx, sqlx::query(DISABLE).bind(id))? == 1;
    if disabled {
        changes::append(tx, Change::Client, id, now).await?;
    }
    Ok(disabled)
}

/// Gives a client a secret; one it had before is in force again. Its other secrets, if they are to
/// end, end at `others_end`.
///
/// # Errors
/// [`DbError`].
pub async fn add_secret(
    tx: &mut Tx,
    client: &str,
    digest: &str,
    others_end: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), DbError> {
    let until = None::<i64>;
    execute!(
        tx,
        sqlx::query(ADD_SECRET).bind(digest).bind(client).bind(now.epoch_seconds()).bind(until)
    )?;
    if let Some(end) = others_end {
        execute!(tx, sqlx::query(END_SECRETS).bind(client).bind(digest).bind(end.epoch_seconds()))?;
    }
    changes::append(tx, Change::Client, client, now).await
}

/// Ends every secret of a client: it proves by something else from now on.
///
/// # Errors
/// [`DbError`].
pub async fn end_secrets(tx: &mut Tx, client: &str, now: Timestamp) -> Result<(), DbError> {
    let none = "";
    execute!(tx, sqlx::query(END_SECRETS).bind(client).bind(none).bind(now.epoch_seconds()))?;
    Ok(())
}

/// The secrets of a client, ended ones among them until they are swept.
///
/// # Errors
/// [`DbError`].
pub async fn secrets(tx: &mut Tx, client: &str) -> Result<Vec<SecretRow>, DbError> {
    type Row = (String, i64, Option<i64>);
    let found = run!(tx, fetch_all, sqlx::query_as::<_, Row>(SECRETS).bind(client))?;
    let at = Timestamp::from_epoch_seconds;
    let row = |(digest, made, ends): Row| SecretRow {
        digest,
        created_at: at(made),
        expires_at: ends.map(at),
    };
    Ok(found.into_iter().map(row).collect())
}

/// Removes secrets that ended before `before`.
///
/// # Errors
/// [`DbError`].
pub async fn sweep_secrets(tx: &mut Tx, before: Timestamp) -> Result<u64, DbError> {
    execute!(tx, sqlx::query(SWEEP_SECRETS).bind(before.epoch_seconds()))
}
