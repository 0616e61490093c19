//! The re-key job for the registry's rows: their key is itself an index, so that a new lookup key
//! moves the row, and what is sealed moves with it.

use super::people::PersonRow;
use super::rekey::Rekeyed;
use super::vault::{Place, Purpose, Vault, VaultError};
use super::{Db, DbError, Tx, execute, run};
use serde_json::Value;
use std::sync::Arc;
use zeroize::Zeroizing;

const TABLE: &str = "registry_people";
const PAGE: &str = "SELECT id_index, mobile_index, card_index, body, portrait FROM registry_people
    WHERE id_index > $1 ORDER BY id_index LIMIT $2";
const MOVE: &str = "UPDATE registry_people SET id_index = $1, mobile_index = $2, card_index = $3,
    body = $4, portrait = $5 WHERE id_index = $6 AND body = $7 AND portrait = $8
    AND ($1 = $6 OR NOT EXISTS (SELECT 1 FROM registry_people o WHERE o.id_index = $1))";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[PAGE, MOVE];

type Row = (String, Option<String>, Option<String>, String, String);

/// Brings every row of the registry under the current keys, `batch` rows a transaction; like
/// [`super::rekey::rekey`] it keeps no place of its own and may be cut off anywhere.
///
/// # Errors
/// [`DbError`]: what is done stays done.
pub async fn rekey(db: &Db, vault: &Arc<Vault>, batch: i64) -> Result<Rekeyed, DbError> {
    let mut total = Rekeyed::default();
    let mut after = String::new();
    loop {
        let from = after.clone();
        let read = db.read::<_, DbError, _>(move |tx| {
            Box::pin(async move {
                run!(tx, fetch_all, sqlx::query_as::<_, Row>(PAGE).bind(from).bind(batch))
            })
        });
        let rows = read.await?;
        let Some((last, ..)) = rows.last() else { return Ok(total) };
        after.clone_from(last);
        total.examined += rows.len() as u64;
        let mut moves = Vec::new();
        for row in rows {
            match moved(vault, &row) {
                Ok(Some(fresh)) => moves.push((row, fresh)),
                Ok(None) => {}
                Err(reason) => {
                    tracing::error!(table = TABLE, %reason, "re-key");
                    total.unreadable += 1;
                }
            }
        }
        let all = moves.len() as u64;
        let changed = db.write(move |tx| Box::pin(async move { write(tx, moves).await })).await?;
        total.changed += changed;
        total.missed += all - changed;
    }
}

/// The row as it should be; none when it is so already.
fn moved(vault: &Vault, row: &Row) -> Result<Option<PersonRow>, VaultError> {
    let (old, old_mobile, old_card, sealed, sealed_portrait) = row;
    let place = |column| Place { table: TABLE, column, row: old };
    let body = vault.unseal(place("body"), sealed)?;
    let facts: Value = serde_json::from_slice(&body).map_err(|_| VaultError::Malformed)?;
    let text = |pointer| facts.pointer(pointer).and_then(Value::as_str);
    let number = Zeroizing::new(text("/id_number").ok_or(VaultError::Malformed)?.to_owned());
    let id_index = vault.index(Purpose::IdNumber, &number);
    let mobile_index = text("/mobile").map(|mobile| vault.index(Purpose::Mobile, mobile));
    let card = text("/physical_card/number");
    let card_index = card.map(|card| vault.index(Purpose::CardNumber, card));
    let indexed = *old == id_index && *old_mobile == mobile_index && *old_card == card_index;
    if indexed && vault.is_current(sealed) && vault.is_current(sealed_portrait) {
        return Ok(None);
    }
    let portrait = vault.unseal(place("portrait"), sealed_portrait)?;
    let place = |column| Place { table: TABLE, column, row: &id_index };
    Ok(Some(PersonRow {
        mobile_index,
        card_index,
        body: vault.seal(place("body"), &body).into_string(),
        portrait: vault.seal(place("portrait"), &portrait).into_string(),
        id_index,
    }))
}

async fn write(tx: &mut Tx, moves: Vec<(Row, PersonRow)>) -> Result<u64, DbError> {
    let mut changed = 0;
    for ((old, _, _, body, portrait), fresh) in moves {
        changed += execute!(
            tx,
            sqlx::query(MOVE)
                .bind(fresh.id_index.as_str())
                .bind(fresh.mobile_index.as_deref())
                .bind(fresh.card_index.as_deref())
                .bind(fresh.body.as_str())
                .bind(fresh.portrait.as_str())
                .bind(old.as_str())
                .bind(body.as_str())
                .bind(portrait.as_str())
        )?;
    }
    Ok(changed)
}
