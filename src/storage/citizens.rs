//! Persons this service knows: made by the first passed face match, found by exact number only.

use super::rekey::{SealedColumn, sealed_column};
use super::vault::Purpose;
use super::{DbError, Tx, execute, run};
use crate::domain::ids::CitizenId;
use crate::domain::time::Timestamp;

const INSERT: &str = "INSERT INTO citizens (id, id_index, body, created_at)
    VALUES ($1, $2, $3, $4) ON CONFLICT (id_index) DO NOTHING";
const BY_INDEX: &str = "SELECT id FROM citizens WHERE id_index = $1";
const BODY: &str = "SELECT body FROM citizens WHERE id = $1";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[INSERT, BY_INDEX, BODY];
pub(super) const SEALED: &[SealedColumn] = &[SealedColumn {
    member: Some("id_number"),
    ..sealed_column!("citizens", "id", "body", "id_index", Purpose::IdNumber)
}];

/// Stores a citizen unless the number is known, and answers who it is.
///
/// # Errors
/// [`DbError`].
pub async fn find_or_insert(
    tx: &mut Tx,
    fresh: &CitizenId,
    indexes: &[String],
    body: &str,
    now: Timestamp,
) -> Result<CitizenId, DbError> {
    if let Some(known) = by_id_number(tx, indexes).await? {
        return Ok(known);
    }
    let current = indexes.first().map_or("", String::as_str);
    execute!(
        tx,
        sqlx::query(INSERT).bind(fresh.as_str()).bind(current).bind(body).bind(now.epoch_seconds())
    )?;
    Ok(by_id_number(tx, indexes).await?.unwrap_or_else(|| fresh.clone()))
}

/// Who the number belongs to, by its keyed hashes (the current key's first).
///
/// # Errors
/// [`DbError`].
pub async fn by_id_number(tx: &mut Tx, indexes: &[String]) -> Result<Option<CitizenId>, DbError> {
    for index in indexes {
        if let Some((id,)) =
            run!(tx, fetch_optional, sqlx::query_as::<_, (String,)>(BY_INDEX).bind(index.as_str()))?
        {
            return Ok(Some(CitizenId::from_stored(id)));
        }
    }
    Ok(None)
}

/// The sealed name and number.
///
/// # Errors
/// [`DbError`].
pub async fn body(tx: &mut Tx, id: &CitizenId) -> Result<Option<String>, DbError> {
    Ok(run!(tx, fetch_optional, sqlx::query_as::<_, (String,)>(BODY).bind(id.as_str()))?
        .map(|(body,)| body))
}
