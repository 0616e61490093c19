//! Which clients a browser session has signed in to: whom to tell when it ends.

use super::{DbError, Tx, execute, run};
use crate::domain::ids::GrantId;
use crate::domain::time::Timestamp;

const NOTE: &str = "INSERT INTO client_sessions (sid, session, client, grant_id, created_at)
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (sid) DO UPDATE SET grant_id = excluded.grant_id";
const OF_SESSION: &str = "SELECT sid, client, grant_id FROM client_sessions WHERE session = $1";
const OF_GRANT: &str = "SELECT sid, client, grant_id FROM client_sessions WHERE grant_id = $1";
const FORGET: &str = "DELETE FROM client_sessions WHERE session = $1";
const SWEEP: &str = "DELETE FROM client_sessions WHERE created_at < $1";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[NOTE, OF_SESSION, OF_GRANT, FORGET, SWEEP];

/// A browser session as one client knows it.
#[derive(Clone, Debug)]
pub struct ClientSessionRow {
    /// `sid` in ID and logout tokens.
    pub sid: String,
    /// The client.
    pub client: String,
    /// Under which grant it signed in.
    pub grant: GrantId,
}

type Row = (String, String, String);

fn row((sid, client, grant): Row) -> ClientSessionRow {
    ClientSessionRow { sid, client, grant: GrantId::from_stored(grant) }
}

/// Notes that a session signed in to a client, at the end of the unit of work.
pub fn note(tx: &mut Tx, session: &str, row: &ClientSessionRow, now: Timestamp) {
    let values = vec![
        row.sid.as_str().into(),
        session.into(),
        row.client.as_str().into(),
        row.grant.as_str().into(),
        now.epoch_seconds().into(),
    ];
    tx.later(NOTE, values);
}

/// The clients a session has signed in to.
///
/// # Errors
/// [`DbError`].
pub async fn of_session(tx: &mut Tx, session: &str) -> Result<Vec<ClientSessionRow>, DbError> {
    Ok(run!(tx, fetch_all, sqlx::query_as::<_, Row>(OF_SESSION).bind(session))?
        .into_iter()
        .map(row)
        .collect())
}

/// The sessions that signed in under a grant.
///
/// # Errors
/// [`DbError`].
pub async fn of_grant(tx: &mut Tx, grant: &GrantId) -> Result<Vec<ClientSessionRow>, DbError> {
    Ok(run!(tx, fetch_all, sqlx::query_as::<_, Row>(OF_GRANT).bind(grant.as_str()))?
        .into_iter()
        .map(row)
        .collect())
}

/// Forgets a session's clients.
///
/// # Errors
/// [`DbError`].
pub async fn forget(tx: &mut Tx, session: &str) -> Result<(), DbError> {
    execute!(tx, sqlx::query(FORGET).bind(session))?;
    Ok(())
}

/// Removes what is older than any session.
///
/// # Errors
/// [`DbError`].
pub async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64, DbError> {
    execute!(tx, sqlx::query(SWEEP).bind(before.epoch_seconds()))
}
