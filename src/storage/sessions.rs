//! Browser sessions. The cookie's value is never stored, only its keyed hash.

use super::claims::ClaimRow;
use super::{DbError, Tx, execute, run};
use crate::domain::claim::ReturnTo;
use crate::domain::ids::{AccountId, CitizenId, ClaimId};
use crate::domain::time::Timestamp;

const INSERT: &str = "INSERT INTO sessions (id, account, claim, context, created_at, seen_at, root)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const FIND: &str = "SELECT s.account, s.claim, s.context, s.created_at, s.seen_at,
        c.id, c.reference, c.account, c.body, c.version, c.started_at, c.expires_at, a.mobile,
        c.return_to, a.citizen, c.stage, s.root
    FROM sessions s LEFT JOIN claims c ON c.id = s.claim
        LEFT JOIN accounts a ON a.id = s.account WHERE s.id = $1";
const SEEN: &str = "UPDATE sessions SET seen_at = $2 WHERE id = $1";
const SET_CLAIM: &str = "UPDATE sessions SET claim = $2 WHERE id = $1";
const SET_CONTEXT: &str = "UPDATE sessions SET context = $2 WHERE id = $1";
const DELETE: &str = "DELETE FROM sessions WHERE id = $1";
const SWEEP: &str = "DELETE FROM sessions WHERE seen_at < $1 OR created_at < $2";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[INSERT, FIND, SEEN, SET_CLAIM, SET_CONTEXT, DELETE, SWEEP];

/// A session as stored.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// Keyed hash of the cookie's value.
    pub id: String,
    /// Who is logged in.
    pub account: Option<AccountId>,
    /// The claim this browser walks.
    pub claim: Option<ClaimId>,
    /// How the person logged in, as JSON.
    pub context: String,
    /// When the session began.
    pub created_at: Timestamp,
    /// When it was last used.
    pub seen_at: Timestamp,
    /// The first of the sessions it succeeded; none: it is the first.
    pub root: Option<String>,
}

/// Stores a new session.
///
/// # Errors
/// [`DbError`].
pub async fn insert(tx: &mut Tx, row: &SessionRow) -> Result<(), DbError> {
    execute!(
        tx,
        sqlx::query(INSERT)
            .bind(row.id.as_str())
            .bind(row.account.as_ref().map(AccountId::as_str))
            .bind(row.claim.as_ref().map(ClaimId::as_str))
            .bind(row.context.as_str())
            .bind(row.created_at.epoch_seconds())
            .bind(row.seen_at.epoch_seconds())
            .bind(row.root.as_deref())
    )?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Found(
    Option<String>,
    Option<String>,
    String,
    i64,
    i64,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
);

/// A session with what every page of it needs.
pub struct FoundSession {
    /// The session.
    pub session: SessionRow,
    /// The claim it walks.
    pub claim: Option<ClaimRow>,
    /// The mobile number of the account that is logged in, sealed.
    pub mobile: Option<String>,
    /// The citizen that account is bound to.
    pub citizen: Option<CitizenId>,
}

/// The session, the claim it walks and its account's number, in one look-up.
///
/// # Errors
/// [`DbError`].
pub async fn find(tx: &mut Tx, id: &str) -> Result<Option<FoundSession>, DbError> {
    let found = run!(tx, fetch_optional, sqlx::query_as::<_, Found>(FIND).bind(id))?;
    Ok(found.map(|f| {
        let claim = match (f.5, f.6, f.8, f.9, f.10, f.11, f.15) {
            (
                Some(id),
                Some(reference),
                Some(body),
                Some(version),
                Some(started),
                Some(ends),
                Some(stage),
            ) => Some(ClaimRow {
                id: ClaimId::from_stored(id),
                reference,
                account: f.7.map(AccountId::from_stored),
                body,
                version,
                started_at: Timestamp::from_epoch_seconds(started),
                expires_at: Timestamp::from_epoch_seconds(ends),
                return_to: f.13.as_deref().and_then(ReturnTo::parse),
                stage,
            }),
            _ => None,
        };
        let session = SessionRow {
            id: id.to_owned(),
            account: f.0.map(AccountId::from_stored),
            claim: f.1.map(ClaimId::from_stored),
            context: f.2,
            created_at: Timestamp::from_epoch_seconds(f.3),
            seen_at: Timestamp::from_epoch_seconds(f.4),
            root: f.16,
        };
        FoundSession { session, claim, mobile: f.12, citizen: f.14.map(CitizenId::from_stored) }
    }))
}

/// Notes that the session was used.
///
/// # Errors
/// [`DbError`].
pub async fn seen(tx: &mut Tx, id: &str, now: Timestamp) -> Result<(), DbError> {
    execute!(tx, sqlx::query(SEEN).bind(id).bind(now.epoch_seconds()))?;
    Ok(())
}

/// Binds a claim to the session, or unbinds the one it had.
///
/// # Errors
/// [`DbError`].
pub async fn set_claim(tx: &mut Tx, id: &str, claim: Option<&ClaimId>) -> Result<(), DbError> {
    execute!(tx, sqlx::query(SET_CLAIM).bind(id).bind(claim.map(ClaimId::as_str)))?;
    Ok(())
}

/// Replaces how the person is known to have logged in.
///
/// # Errors
/// [`DbError`].
pub async fn set_context(tx: &mut Tx, id: &str, context: &str) -> Result<(), DbError> {
    execute!(tx, sqlx::query(SET_CONTEXT).bind(id).bind(context))?;
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// [`DbError`].
pub async fn delete(tx: &mut Tx, id: &str) -> Result<(), DbError> {
    execute!(tx, sqlx::query(DELETE).bind(id))?;
    Ok(())
}

/// Removes sessions unused since `idle_since` or begun before `begun_before`.
///
/// # Errors
/// [`DbError`].
pub async fn sweep(
    tx: &mut Tx,
    idle_since: Timestamp,
    begun_before: Timestamp,
) -> Result<u64, DbError> {
    execute!(
        tx,
        sqlx::query(SWEEP).bind(idle_since.epoch_seconds()).bind(begun_before.epoch_seconds())
    )
}
