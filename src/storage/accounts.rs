//! Login accounts: one mobile number each, bound to at most one citizen.

use super::rekey::{SealedColumn, sealed_column};
use super::vault::Purpose;
use super::{DbError, Tx, execute, run};
use crate::domain::ids::{AccountId, CitizenId};
use crate::domain::time::Timestamp;

const INSERT: &str = "INSERT INTO accounts (id, mobile_index, mobile, password_hash, created_at)
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (mobile_index) DO NOTHING";
const BY_MOBILE: &str = "SELECT id, mobile, password_hash, citizen FROM accounts
    WHERE mobile_index = $1";
const BY_ID: &str = "SELECT id, mobile, password_hash, citizen FROM accounts WHERE id = $1";
const BY_CITIZEN: &str = "SELECT id, mobile, password_hash, citizen FROM accounts
    WHERE citizen = $1";
const BIND: &str = "UPDATE accounts SET citizen = $2 WHERE id = $1
    AND (citizen IS NULL OR citizen = $2)
    AND NOT EXISTS (SELECT 1 FROM accounts o WHERE o.citizen = $2 AND o.id <> $1)";
const PASSWORD: &str = "UPDATE accounts SET password_hash = $2 WHERE id = $1";
const UNBIND: &str = "UPDATE accounts SET citizen = NULL WHERE citizen = $1";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[INSERT, BY_MOBILE, BY_ID, BY_CITIZEN, BIND, PASSWORD, UNBIND];
pub(super) const SEALED: &[SealedColumn] =
    &[sealed_column!("accounts", "id", "mobile", "mobile_index", Purpose::Mobile)];

/// An account as stored: `mobile` is sealed.
#[derive(Clone)]
pub struct AccountRow {
    /// Its identifier.
    pub id: AccountId,
    /// The mobile number, sealed.
    pub mobile: String,
    /// Argon2id, as a PHC string.
    pub password_hash: String,
    /// The citizen a face match bound it to.
    pub citizen: Option<CitizenId>,
}

#[derive(sqlx::FromRow)]
struct Found(String, String, String, Option<String>);

impl From<Found> for AccountRow {
    fn from(f: Found) -> Self {
        Self {
            id: AccountId::from_stored(f.0),
            mobile: f.1,
            password_hash: f.2,
            citizen: f.3.map(CitizenId::from_stored),
        }
    }
}

/// Stores a new account; `false` when the mobile number has one already.
///
/// # Errors
/// [`DbError`].
pub async fn insert(
    tx: &mut Tx,
    account: &AccountRow,
    mobile_index: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let inserted = execute!(
        tx,
        sqlx::query(INSERT)
            .bind(account.id.as_str())
            .bind(mobile_index)
            .bind(account.mobile.as_str())
            .bind(account.password_hash.as_str())
            .bind(now.epoch_seconds())
    )?;
    Ok(inserted == 1)
}

async fn one(tx: &mut Tx, sql: &'static str, key: &str) -> Result<Option<AccountRow>, DbError> {
    Ok(run!(tx, fetch_optional, sqlx::query_as::<_, Found>(sql).bind(key))?.map(AccountRow::from))
}

/// The account of a mobile number, by its keyed hashes (the current key's first).
///
/// # Errors
/// [`DbError`].
pub async fn by_mobile(tx: &mut Tx, indexes: &[String]) -> Result<Option<AccountRow>, DbError> {
    for index in indexes {
        if let Some(found) = one(tx, BY_MOBILE, index).await? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// One account.
///
/// # Errors
/// [`DbError`].
pub async fn find(tx: &mut Tx, id: &AccountId) -> Result<Option<AccountRow>, DbError> {
    one(tx, BY_ID, id.as_str()).await
}

/// The account a citizen is bound to.
///
/// # Errors
/// [`DbError`].
pub async fn by_citizen(tx: &mut Tx, id: &CitizenId) -> Result<Option<AccountRow>, DbError> {
    one(tx, BY_CITIZEN, id.as_str()).await
}

/// Binds account and citizen one to one; `false` when either is bound to another already. Two
/// bindings at the same moment meet at the unique index.
///
/// # Errors
/// [`DbError`].
pub async fn bind(tx: &mut Tx, account: &AccountId, citizen: &CitizenId) -> Result<bool, DbError> {
    Ok(execute!(tx, sqlx::query(BIND).bind(account.as_str()).bind(citizen.as_str()))? == 1)
}

/// Frees a citizen from the account it is bound to: staff decided so.
///
/// # Errors
/// [`DbError`].
pub async fn unbind(tx: &mut Tx, citizen: &CitizenId) -> Result<(), DbError> {
    execute!(tx, sqlx::query(UNBIND).bind(citizen.as_str()))?;
    Ok(())
}

/// Replaces the password's hash; the citizen stays bound.
///
/// # Errors
/// [`DbError`].
pub async fn set_password(tx: &mut Tx, account: &AccountId, hash: &str) -> Result<(), DbError> {
    execute!(tx, sqlx::query(PASSWORD).bind(account.as_str()).bind(hash))?;
    Ok(())
}
