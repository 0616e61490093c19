//! The simulated population registry's rows: sealed, found by exact number only.

use super::{DbError, Tx, execute, run};

const UPSERT: &str =
    "INSERT INTO registry_people (id_index, mobile_index, card_index, body, portrait)
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id_index) DO UPDATE SET
        mobile_index = excluded.mobile_index, card_index = excluded.card_index,
        body = excluded.body, portrait = excluded.portrait";
const BODY: &str = "SELECT body FROM registry_people WHERE id_index = $1";
const PORTRAIT: &str = "SELECT portrait FROM registry_people WHERE id_index = $1";
const REMOVE: &str = "DELETE FROM registry_people WHERE id_index = $1";
const COUNT: &str = "SELECT COUNT(*) FROM registry_people";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[UPSERT, BODY, PORTRAIT, REMOVE, COUNT];

/// A person as stored: `body` and `portrait` are sealed, with `id_index` as the row.
#[derive(Clone)]
pub struct PersonRow {
    /// Keyed hash of the identity number.
    pub id_index: String,
    /// Keyed hash of the mobile number.
    pub mobile_index: Option<String>,
    /// Keyed hash of the physical card's number.
    pub card_index: Option<String>,
    /// The facts, sealed.
    pub body: String,
    /// The portrait, sealed.
    pub portrait: String,
}

/// Stores a person, or replaces what is known of one.
///
/// # Errors
/// [`DbError`].
pub async fn save(tx: &mut Tx, person: &PersonRow) -> Result<(), DbError> {
    execute!(
        tx,
        sqlx::query(UPSERT)
            .bind(person.id_index.as_str())
            .bind(person.mobile_index.as_deref())
            .bind(person.card_index.as_deref())
            .bind(person.body.as_str())
            .bind(person.portrait.as_str())
    )?;
    Ok(())
}

/// Removes a person's row under an index: another row has taken its place.
///
/// # Errors
/// [`DbError`].
pub async fn remove(tx: &mut Tx, id_index: &str) -> Result<(), DbError> {
    execute!(tx, sqlx::query(REMOVE).bind(id_index))?;
    Ok(())
}

async fn first(
    tx: &mut Tx,
    sql: &'static str,
    indexes: &[String],
) -> Result<Option<(String, String)>, DbError> {
    for index in indexes {
        if let Some((text,)) =
            run!(tx, fetch_optional, sqlx::query_as::<_, (String,)>(sql).bind(index.as_str()))?
        {
            return Ok(Some((index.clone(), text)));
        }
    }
    Ok(None)
}

/// The row's key and sealed facts, by the keyed hashes of the number (the current key's first).
///
/// # Errors
/// [`DbError`].
pub async fn body(tx: &mut Tx, indexes: &[String]) -> Result<Option<(String, String)>, DbError> {
    first(tx, BODY, indexes).await
}

/// The row's key and sealed portrait.
///
/// # Errors
/// [`DbError`].
pub async fn portrait(
    tx: &mut Tx,
    indexes: &[String],
) -> Result<Option<(String, String)>, DbError> {
    first(tx, PORTRAIT, indexes).await
}

/// How many people there are.
///
/// # Errors
/// [`DbError`].
pub async fn count(tx: &mut Tx) -> Result<i64, DbError> {
    Ok(run!(tx, fetch_one, sqlx::query_as::<_, (i64,)>(COUNT))?.0)
}
