//! Account and password: the same answer, and the same work, whether or not the account exists.

use super::throttle::{self, Limit};
use crate::app::App;
use crate::config::minutes;
use crate::domain::ids::{AccountId, Reference};
use crate::domain::mobile_number::MobileNumber;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::error::AppError;
use crate::storage::audit::{self, AuditEvent};
use crate::storage::vault::{Purpose, Vault};
use crate::storage::{DbError, Tx, accounts};
use serde_json::json;

/// A failed login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongPassword {
    /// Tries left before the account is locked.
    pub left: i64,
    /// When an account locked by this try opens again.
    pub until: Timestamp,
}

/// Checks account and password. The try is counted first; a right password clears the count.
///
/// # Errors
/// [`AppError::Limited`] while the account, existing or not, is locked.
pub async fn authenticate(
    app: &App,
    account: &MobileNumber,
    password: Secret,
    now: Timestamp,
) -> Result<Result<AccountId, WrongPassword>, AppError> {
    let limits = &app.config.limits;
    let whose = app.vault.index(Purpose::Account, account.as_str());
    let window = minutes(limits.login_lock_min);
    let limit = Limit::new("login_failures", whose, limits.login_failures, window).after_last();
    let until = now + window;
    let left = throttle::reserve(app, vec![limit.clone()], now).await?;

    let indexes = app.vault.indexes(Purpose::Mobile, account.as_str());
    let found = app
        .db
        .read::<_, DbError, _>(move |tx| {
            Box::pin(async move { accounts::by_mobile(tx, &indexes).await })
        })
        .await?;
    let stored = found.as_ref().map(|a| a.password_hash.clone());
    if !app.hasher.verify(password, stored).await? {
        return Ok(Err(WrongPassword { left, until }));
    }
    throttle::forget(app, limit).await?;
    Ok(found.map(|a| a.id).ok_or(WrongPassword { left, until }))
}

/// Writes a login into the record, and into the citizen's own when the account is bound to one. As
/// any record, the last thing a unit of work does.
///
/// # Errors
/// [`DbError`].
pub async fn record(
    tx: &mut Tx,
    vault: &Vault,
    login: &LoginRecord<'_>,
    now: Timestamp,
) -> Result<(), DbError> {
    let account = accounts::find(tx, login.account).await?;
    let citizen = account.and_then(|account| account.citizen);
    let body = json!({ "client": login.client });
    let reference = login.reference;
    let event = AuditEvent { at: now, event: "login.succeeded", reference, body };
    audit::append(tx, vault, citizen.as_ref(), &[event]).await
}

/// A login that succeeded.
#[derive(Clone, Copy, Debug)]
pub struct LoginRecord<'a> {
    /// Whose.
    pub account: &'a AccountId,
    /// The client that sent the person, if one did.
    pub client: Option<&'a str>,
    /// The request's reference number.
    pub reference: &'a Reference,
}
