//! Registrations that wait for the code proving the mobile number: at most one a browser session.

use super::rekey::{SealedColumn, sealed_column};
use super::{DbError, Tx, execute, run};
use crate::domain::time::Timestamp;

const UPSERT: &str = "INSERT INTO registrations (session, body, password_hash, code, expires_at)
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (session) DO UPDATE SET body = excluded.body,
        password_hash = excluded.password_hash, code = excluded.code,
        expires_at = excluded.expires_at";
const FIND: &str = "SELECT body, password_hash, code FROM registrations
    WHERE session = $1 AND expires_at > $2";
const DELETE: &str = "DELETE FROM registrations WHERE session = $1";
const SWEEP: &str = "DELETE FROM registrations WHERE expires_at < $1";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[UPSERT, FIND, DELETE, SWEEP];
pub(super) const SEALED: &[SealedColumn] = &[sealed_column!("registrations", "session", "body")];

/// A registration as stored.
#[derive(Clone)]
pub struct RegistrationRow {
    /// The browser session it began in.
    pub session: String,
    /// The mobile number, sealed.
    pub body: String,
    /// The password as hashed.
    pub password_hash: String,
    /// The row of the code.
    pub code: String,
    /// When it is void.
    pub expires_at: Timestamp,
}

/// Stores a registration in place of the session's earlier one.
///
/// # Errors
/// [`DbError`].
pub async fn save(tx: &mut Tx, row: &RegistrationRow) -> Result<(), DbError> {
    execute!(
        tx,
        sqlx::query(UPSERT)
            .bind(row.session.as_str())
            .bind(row.body.as_str())
            .bind(row.password_hash.as_str())
            .bind(row.code.as_str())
            .bind(row.expires_at.epoch_seconds())
    )?;
    Ok(())
}

/// The session's open registration.
///
/// # Errors
/// [`DbError`].
pub async fn find(
    tx: &mut Tx,
    session: &str,
    now: Timestamp,
) -> Result<Option<RegistrationRow>, DbError> {
    let found = run!(
        tx,
        fetch_optional,
        sqlx::query_as::<_, (String, String, String)>(FIND).bind(session).bind(now.epoch_seconds())
    )?;
    Ok(found.map(|(body, password_hash, code)| RegistrationRow {
        session: session.to_owned(),
        body,
        password_hash,
        code,
        expires_at: now,
    }))
}

/// Forgets the session's registration.
///
/// # Errors
/// [`DbError`].
pub async fn delete(tx: &mut Tx, session: &str) -> Result<(), DbError> {
    execute!(tx, sqlx::query(DELETE).bind(session))?;
    Ok(())
}

/// Removes registrations that expired before `before`.
///
/// # Errors
/// [`DbError`].
pub async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64, DbError> {
    execute!(tx, sqlx::query(SWEEP).bind(before.epoch_seconds()))
}
