//! Codes of screens without a keyboard (RFC 8628): asked for by a device, decided by a citizen in
//! a browser, redeemed once.

use super::{DbError, Tx, execute, run};
use crate::domain::time::Timestamp;

const INSERT: &str = "INSERT INTO device_codes (digest, user_digest, client, state, body,
        interval_s, polled_at, created_at, expires_at)
    VALUES ($1, $2, $3, 'pending', $4, $5, 0, $6, $7) ON CONFLICT DO NOTHING";
const FIND: &str = "SELECT digest, user_digest, client, state, body, interval_s, created_at,
        expires_at FROM device_codes WHERE digest = $1";
const BY_USER_CODE: &str = "SELECT digest, user_digest, client, state, body, interval_s,
        created_at, expires_at FROM device_codes WHERE user_digest = $1";
const DECIDE: &str = "UPDATE device_codes SET state = $2, body = $3
    WHERE user_digest = $1 AND state = 'pending' AND expires_at > $4";
/// Once an interval, whoever asks.
const POLL: &str = "UPDATE device_codes SET polled_at = $2
    WHERE digest = $1 AND polled_at + interval_s <= $2";
const SLOW_DOWN: &str = "UPDATE device_codes SET polled_at = $2, interval_s = interval_s + $3
    WHERE digest = $1";
const REDEEM: &str = "UPDATE device_codes SET state = 'used'
    WHERE digest = $1 AND client = $2 AND state = 'approved' AND expires_at > $3";
const SWEEP: &str = "DELETE FROM device_codes WHERE expires_at < $1";

/// Every statement of this file.
pub const STATEMENTS: &[&str] =
    &[INSERT, FIND, BY_USER_CODE, DECIDE, POLL, SLOW_DOWN, REDEEM, SWEEP];

/// By how much the interval grows for a device that asks too often (s, RFC 8628 §3.5).
const SLOWER_BY_S: i64 = 5;

/// Where a device code stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceState {
    /// Nobody has decided.
    Pending,
    /// The citizen allowed it.
    Approved,
    /// The citizen refused.
    Denied,
    /// The device has its tokens.
    Used,
}

impl DeviceState {
    const ALL: [Self; 4] = [Self::Pending, Self::Approved, Self::Denied, Self::Used];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Denied => "denied",
            Self::Used => "used",
        }
    }
}

/// A device code as stored.
#[derive(Clone, Debug)]
pub struct DeviceRow {
    /// Keyed digest of the device's code.
    pub digest: String,
    /// Keyed digest of the code the citizen types.
    pub user_digest: String,
    /// Whose device it is.
    pub client: String,
    /// Where it stands.
    pub state: DeviceState,
    /// What was asked for and who allowed it, as JSON.
    pub body: String,
    /// How long the device waits between two questions (s).
    pub interval_s: i64,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Found(String, String, String, String, String, i64, i64, i64);

impl TryFrom<Found> for DeviceRow {
    type Error = DbError;
    fn try_from(f: Found) -> Result<Self, DbError> {
        let state = DeviceState::ALL.into_iter().find(|state| state.as_str() == f.3);
        Ok(Self {
            digest: f.0,
            user_digest: f.1,
            client: f.2,
            state: state.ok_or_else(|| DbError::other("device_codes.state is unknown"))?,
            body: f.4,
            interval_s: f.5,
            created_at: Timestamp::from_epoch_seconds(f.6),
            expires_at: Timestamp::from_epoch_seconds(f.7),
        })
    }
}

/// Stores a pending code; `false` when one of its two codes is taken already.
///
/// # Errors
/// [`DbError`].
pub async fn insert(tx: &mut Tx, row: &DeviceRow) -> Result<bool, DbError> {
    Ok(execute!(
        tx,
        sqlx::query(INSERT)
            .bind(row.digest.as_str())
            .bind(row.user_digest.as_str())
            .bind(row.client.as_str())
            .bind(row.body.as_str())
            .bind(row.interval_s)
            .bind(row.created_at.epoch_seconds())
            .bind(row.expires_at.epoch_seconds())
    )? == 1)
}

/// A code, in whatever state, by the device's own.
///
/// # Errors
/// [`DbError`].
pub async fn find(tx: &mut Tx, digest: &str) -> Result<Option<DeviceRow>, DbError> {
    run!(tx, fetch_optional, sqlx::query_as::<_, Found>(FIND).bind(digest))?
        .map(DeviceRow::try_from)
        .transpose()
}

/// A code, in whatever state, by what the citizen typed.
///
/// # Errors
/// [`DbError`].
pub async fn by_user_code(tx: &mut Tx, user_digest: &str) -> Result<Option<DeviceRow>, DbError> {
    run!(tx, fetch_optional, sqlx::query_as::<_, Found>(BY_USER_CODE).bind(user_digest))?
        .map(DeviceRow::try_from)
        .transpose()
}

/// Approves or denies a pending code, keeping who did it in `body`; `false` when it was decided
/// before or has ended.
///
/// # Errors
/// [`DbError`].
pub async fn decide(
    tx: &mut Tx,
    user_digest: &str,
    approved: bool,
    body: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let state = if approved { DeviceState::Approved } else { DeviceState::Denied };
    Ok(execute!(
        tx,
        sqlx::query(DECIDE)
            .bind(user_digest)
            .bind(state.as_str())
            .bind(body)
            .bind(now.epoch_seconds())
    )? == 1)
}

/// Notes that the device asked. `false` when it asked too soon: then it must wait longer from here
/// on.
///
/// # Errors
/// [`DbError`].
pub async fn poll(tx: &mut Tx, digest: &str, now: Timestamp) -> Result<bool, DbError> {
    let at = now.epoch_seconds();
    if execute!(tx, sqlx::query(POLL).bind(digest).bind(at))? == 1 {
        return Ok(true);
    }
    execute!(tx, sqlx::query(SLOW_DOWN).bind(digest).bind(at).bind(SLOWER_BY_S))?;
    Ok(false)
}

/// Uses an approved code up; `false` when it is not approved, was used, has ended or is another
/// client's.
///
/// # Errors
/// [`DbError`].
pub async fn redeem(
    tx: &mut Tx,
    digest: &str,
    client: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    Ok(execute!(tx, sqlx::query(REDEEM).bind(digest).bind(client).bind(now.epoch_seconds()))? == 1)
}

/// Removes codes that ended before `before`.
///
/// # Errors
/// [`DbError`].
pub async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64, DbError> {
    execute!(tx, sqlx::query(SWEEP).bind(before.epoch_seconds()))
}
