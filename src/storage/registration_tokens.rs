//! Who may register clients: initial access tokens an operator hands out (RFC 7591 §3), counted
//! down as they are used, and what clients that registered themselves may change (RFC 7592).

use super::{DbError, Tx, execute, run};
use crate::domain::time::Timestamp;

const INSERT: &str = "INSERT INTO registration_tokens
    (digest, label, scope, uses_left, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)";
const FIND: &str = "SELECT label, scope, uses_left, created_at, expires_at
    FROM registration_tokens WHERE digest = $1 AND uses_left > 0 AND expires_at > $2";
const TAKE: &str = "UPDATE registration_tokens SET uses_left = uses_left - 1
    WHERE digest = $1 AND uses_left > 0 AND expires_at > $2 RETURNING label";
const LIST: &str = "SELECT label, scope, uses_left, created_at, expires_at
    FROM registration_tokens WHERE uses_left > 0 AND expires_at > $1 ORDER BY created_at";
const END: &str = "UPDATE registration_tokens SET uses_left = 0
    WHERE label = $1 AND uses_left > 0 AND expires_at > $2";
const SWEEP: &str = "DELETE FROM registration_tokens WHERE expires_at < $1";
const KEEP: &str = "INSERT INTO client_registrations (client, digest, label, scope, created_at)
    VALUES ($1, $2, $3, $4, $5)";
const KEPT: &str = "SELECT digest, label, scope FROM client_registrations WHERE client = $1";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[INSERT, FIND, TAKE, LIST, END, SWEEP, KEEP, KEPT];

/// An initial access token as stored, without the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRow {
    /// Whom it was handed to, in the operator's words.
    pub label: String,
    /// The scopes a client registered with it may have at most.
    pub scope: String,
    /// How many registrations it is still good for.
    pub uses_left: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// How a client registered itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationRow {
    /// Keyed digest of its registration access token.
    pub digest: String,
    /// The label of the initial access token.
    pub label: String,
    /// The scopes it may have at most.
    pub scope: String,
}

type Row = (String, String, i64, i64, i64);

fn row((label, scope, uses_left, made, ends): Row) -> TokenRow {
    let at = Timestamp::from_epoch_seconds;
    TokenRow { label, scope, uses_left, created_at: at(made), expires_at: at(ends) }
}

/// Stores a token by its keyed digest.
///
/// # Errors
/// [`DbError`].
pub async fn insert(tx: &mut Tx, digest: &str, token: &TokenRow) -> Result<(), DbError> {
    execute!(
        tx,
        sqlx::query(INSERT)
            .bind(digest)
            .bind(token.label.as_str())
            .bind(token.scope.as_str())
            .bind(token.uses_left)
            .bind(token.created_at.epoch_seconds())
            .bind(token.expires_at.epoch_seconds())
    )?;
    Ok(())
}

/// A token that may still be used, without using it.
///
/// # Errors
/// [`DbError`].
pub async fn find(tx: &mut Tx, digest: &str, now: Timestamp) -> Result<Option<TokenRow>, DbError> {
    let found = run!(
        tx,
        fetch_optional,
        sqlx::query_as::<_, Row>(FIND).bind(digest).bind(now.epoch_seconds())
    )?;
    Ok(found.map(row))
}

/// Uses a token once; `false` when it is used up or has ended.
///
/// # Errors
/// [`DbError`].
pub async fn take(tx: &mut Tx, digest: &str, now: Timestamp) -> Result<bool, DbError> {
    let taken = run!(
        tx,
        fetch_optional,
        sqlx::query_as::<_, (String,)>(TAKE).bind(digest).bind(now.epoch_seconds())
    )?;
    Ok(taken.is_some())
}

/// Every token that may still be used, the oldest first.
///
/// # Errors
/// [`DbError`].
pub async fn list(tx: &mut Tx, now: Timestamp) -> Result<Vec<TokenRow>, DbError> {
    let found = run!(tx, fetch_all, sqlx::query_as::<_, Row>(LIST).bind(now.epoch_seconds()))?;
    Ok(found.into_iter().map(row).collect())
}

/// Ends every token of a label; answers how many there were.
///
/// # Errors
/// [`DbError`].
pub async fn end(tx: &mut Tx, label: &str, now: Timestamp) -> Result<u64, DbError> {
    execute!(tx, sqlx::query(END).bind(label).bind(now.epoch_seconds()))
}

/// Removes tokens that ended before `before`.
///
/// # Errors
/// [`DbError`].
pub async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64, DbError> {
    execute!(tx, sqlx::query(SWEEP).bind(before.epoch_seconds()))
}

/// Keeps how a client registered itself.
///
/// # Errors
/// [`DbError`].
pub async fn keep(
    tx: &mut Tx,
    client: &str,
    registration: &RegistrationRow,
    now: Timestamp,
) -> Result<(), DbError> {
    execute!(
        tx,
        sqlx::query(KEEP)
            .bind(client)
            .bind(registration.digest.as_str())
            .bind(registration.label.as_str())
            .bind(registration.scope.as_str())
            .bind(now.epoch_seconds())
    )?;
    Ok(())
}

/// How a client registered itself; none for one that an operator registered.
///
/// # Errors
/// [`DbError`].
pub async fn kept(tx: &mut Tx, client: &str) -> Result<Option<RegistrationRow>, DbError> {
    type Row = (String, String, String);
    let found = run!(tx, fetch_optional, sqlx::query_as::<_, Row>(KEPT).bind(client))?;
    Ok(found.map(|(digest, label, scope)| RegistrationRow { digest, label, scope }))
}
