//! Consents as they were given: one row a purpose.

use super::{DbError, Tx, execute};
use crate::domain::ids::CitizenId;
use crate::domain::time::Timestamp;

const INSERT_TWO: &str = "INSERT INTO consents
        (id, citizen, purpose, text_version, fields, recipient, state, granted_at)
    VALUES ($1, $2, $3, $4, $5, 'self', 'granted', $6),
           ($7, $2, $8, $9, $10, 'self', 'granted', $11)";
const INSERT: &str = "INSERT INTO consents
        (id, citizen, purpose, text_version, fields, recipient, state, granted_at)
    VALUES ($1, $2, $3, $4, $5, 'self', 'granted', $6)";

const SUPERSEDE: &str = "UPDATE consents SET state = 'superseded', ended_at = $3
    WHERE citizen = $1 AND purpose = $2 AND recipient = 'self' AND state = 'granted'";

const GRANT: &str = "INSERT INTO consents
        (id, citizen, purpose, text_version, fields, recipient, state, granted_at)
    VALUES ($1, $2, $3, $4, $5, $6, 'granted', $7)";
const SUPERSEDE_FOR: &str = "UPDATE consents SET state = 'superseded', ended_at = $4
    WHERE citizen = $1 AND purpose = $2 AND recipient = $3 AND state = 'granted'";
const END: &str = "UPDATE consents SET state = $3, ended_at = $4
    WHERE citizen = $1 AND recipient = $2 AND state = 'granted'";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[INSERT_TWO, INSERT, SUPERSEDE, GRANT, SUPERSEDE_FOR, END];

/// A consent to store.
#[derive(Clone, Debug)]
pub struct NewConsent {
    /// The row's identifier.
    pub id: String,
    /// What for: `service` or `face`.
    pub purpose: &'static str,
    /// Version of the text that was shown.
    pub text_version: String,
    /// What is processed, as field names.
    pub fields: &'static str,
    /// When it was given.
    pub granted_at: Timestamp,
}

/// Stores the consents of one claim; those they replace are superseded.
///
/// # Errors
/// [`DbError`].
pub async fn insert(
    tx: &mut Tx,
    citizen: &CitizenId,
    first: &NewConsent,
    second: Option<&NewConsent>,
) -> Result<(), DbError> {
    for given in std::iter::once(first).chain(second) {
        execute!(
            tx,
            sqlx::query(SUPERSEDE)
                .bind(citizen.as_str())
                .bind(given.purpose)
                .bind(given.granted_at.epoch_seconds())
        )?;
    }
    let sql = if second.is_some() { INSERT_TWO } else { INSERT };
    execute!(tx, {
        match second {
            None => sqlx::query(sql)
                .bind(first.id.as_str())
                .bind(citizen.as_str())
                .bind(first.purpose)
                .bind(first.text_version.as_str())
                .bind(first.fields)
                .bind(first.granted_at.epoch_seconds()),
            Some(second) => sqlx::query(sql)
                .bind(first.id.as_str())
                .bind(citizen.as_str())
                .bind(first.purpose)
                .bind(first.text_version.as_str())
                .bind(first.fields)
                .bind(first.granted_at.epoch_seconds())
                .bind(second.id.as_str())
                .bind(second.purpose)
                .bind(second.text_version.as_str())
                .bind(second.fields)
                .bind(second.granted_at.epoch_seconds()),
        }
    })?;
    Ok(())
}

/// A consent to a partner.
#[derive(Clone, Debug)]
pub struct PartnerConsent {
    /// The row's identifier.
    pub id: String,
    /// What for: a scope.
    pub purpose: &'static str,
    /// Version of the text that was shown.
    pub text_version: &'static str,
    /// What the partner may see, as field names.
    pub fields: String,
    /// The partner's `client_id`.
    pub recipient: String,
    /// When it was given.
    pub granted_at: Timestamp,
}

/// Stores a consent to a partner; an earlier one of the same purpose is superseded.
///
/// # Errors
/// [`DbError`].
pub async fn grant(
    tx: &mut Tx,
    citizen: &CitizenId,
    given: &PartnerConsent,
) -> Result<(), DbError> {
    execute!(
        tx,
        sqlx::query(SUPERSEDE_FOR)
            .bind(citizen.as_str())
            .bind(given.purpose)
            .bind(given.recipient.as_str())
            .bind(given.granted_at.epoch_seconds())
    )?;
    let values = vec![
        given.id.as_str().into(),
        citizen.as_str().into(),
        given.purpose.into(),
        given.text_version.into(),
        given.fields.as_str().into(),
        given.recipient.as_str().into(),
        given.granted_at.epoch_seconds().into(),
    ];
    tx.later(GRANT, values);
    Ok(())
}

/// How consents end before their time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// The citizen took them back.
    Withdrawn,
    /// What they were given for has ended.
    Expired,
}

/// Ends every consent to a partner.
///
/// # Errors
/// [`DbError`].
pub async fn end(
    tx: &mut Tx,
    citizen: &CitizenId,
    recipient: &str,
    over: Over,
    now: Timestamp,
) -> Result<u64, DbError> {
    let state = match over {
        Over::Withdrawn => "withdrawn",
        Over::Expired => "expired",
    };
    execute!(
        tx,
        sqlx::query(END)
            .bind(citizen.as_str())
            .bind(recipient)
            .bind(state)
            .bind(now.epoch_seconds())
    )
}
