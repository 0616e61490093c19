//! The re-key job: brings every sealed column under the current sealing key and every index under
//! the current lookup key, in batches, while the service runs.
//!
//! It keeps no place of its own: a row under the current keys is left alone, so that an
//! interrupted run is simply run again. Each update is guarded by the values that were read; a
//! row that changed meanwhile is looked at by the next run.

use super::vault::{Place, Purpose, Vault, VaultError};
use super::{
    Db, DbError, Tx, accounts, authorizations, cards, citizens, claims, execute, names, outbox,
    pushed, registrations, reviews, run, vault,
};
use std::sync::Arc;
use zeroize::Zeroizing;

/// A sealed column of a table with a one-column text key that never changes; erased values are
/// NULL or empty. Made by `sealed_column!`.
#[derive(Clone, Copy, Debug)]
pub struct SealedColumn {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The purpose of the index column kept beside it, if there is one.
    pub index: Option<Purpose>,
    /// The member of the sealed JSON the index is over; none when it is over the whole text.
    pub member: Option<&'static str>,
    /// Key, sealed value and index (or '') of the `$2` rows after the key `$1`.
    pub select: &'static str,
    /// Sets the value `$1` (and index `$4`) of row `$2` where it still is `$3` (and `$5`).
    pub update: &'static str,
}

/// `sealed_column!("table", "key", "column")`, or with an index beside it
/// `sealed_column!("table", "key", "column", "index_column", Purpose::Mobile)`.
macro_rules! sealed_column {
    (@select $table:literal, $key:literal, $column:literal, $index:literal) => {
        concat!(
            "SELECT ", $key, ", ", $column, ", ", $index, " FROM ", $table, " WHERE ", $key,
            " > $1 AND ", $column, " <> '' ORDER BY ", $key, " LIMIT $2"
        )
    };
    ($table:literal, $key:literal, $column:literal) => {
        $crate::storage::rekey::SealedColumn {
            table: $table,
            column: $column,
            index: None,
            member: None,
            select: $crate::storage::rekey::sealed_column!(@select $table, $key, $column, "''"),
            update: concat!(
                "UPDATE ", $table, " SET ", $column, " = $1 WHERE ", $key, " = $2 AND ", $column,
                " = $3"
            ),
        }
    };
    ($table:literal, $key:literal, $column:literal, $index:literal, $purpose:expr) => {
        $crate::storage::rekey::SealedColumn {
            table: $table,
            column: $column,
            index: Some($purpose),
            member: None,
            select: $crate::storage::rekey::sealed_column!(@select $table, $key, $column, $index),
            update: concat!(
                "UPDATE ", $table, " SET ", $column, " = $1, ", $index, " = $4 WHERE ", $key,
                " = $2 AND ", $column, " = $3 AND ", $index, " = $5"
            ),
        }
    };
}
pub(crate) use sealed_column;

/// Every sealed column there is; a storage file with sealed columns adds its own here. The
/// registry's rows, whose key changes with the lookup key, have [`super::people_rekey`].
pub fn columns() -> Vec<SealedColumn> {
    [
        vault::citizen::SEALED,
        outbox::SEALED,
        accounts::SEALED,
        authorizations::SEALED,
        cards::SEALED,
        citizens::SEALED,
        claims::SEALED,
        names::SEALED,
        pushed::SEALED,
        registrations::SEALED,
        reviews::SEALED,
    ]
    .concat()
}

pub(super) fn statements() -> Vec<&'static str> {
    columns().iter().flat_map(|column| [column.select, column.update]).collect()
}

/// What a run of the job found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rekeyed {
    /// Rows looked at.
    pub examined: u64,
    /// Rows brought under the current keys.
    pub changed: u64,
    /// Rows that changed while they were looked at: run again.
    pub missed: u64,
    /// Rows that do not open under any key held: they stay as they are.
    pub unreadable: u64,
}

impl Rekeyed {
    /// Whether old keys may be retired: nothing was left to do, and nothing was left behind.
    pub fn is_complete(&self) -> bool {
        self.changed == 0 && self.missed == 0 && self.unreadable == 0
    }
}

/// Runs the job over `columns`, `batch` rows a transaction. Before old keys are retired, every
/// instance must have reloaded its vault and a run must answer [`Rekeyed::is_complete`].
///
/// # Errors
/// [`DbError`]: what is done stays done, and a later run goes on.
pub async fn rekey(
    db: &Db,
    vault: &Arc<Vault>,
    columns: &[SealedColumn],
    batch: i64,
) -> Result<Rekeyed, DbError> {
    let mut total = Rekeyed::default();
    for column in columns.iter().copied() {
        let mut after = String::new();
        loop {
            let from = after.clone();
            let rows =
                db.read(move |tx| Box::pin(async move { read(tx, column, &from, batch).await }));
            let rows = rows.await?;
            let Some((last, ..)) = rows.last() else { break };
            after.clone_from(last);
            total.examined += rows.len() as u64;
            let changes = changes(vault, column, rows, &mut total);
            if changes.is_empty() {
                continue;
            }
            let all = changes.len() as u64;
            let write =
                db.write(move |tx| Box::pin(async move { write(tx, column, changes).await }));
            let changed = write.await?;
            total.changed += changed;
            total.missed += all - changed;
        }
    }
    Ok(total)
}

/// Key, sealed value, index.
type Row = (String, String, String);

struct Change {
    old: Row,
    sealed: String,
    index: String,
}

async fn read(
    tx: &mut Tx,
    column: SealedColumn,
    after: &str,
    batch: i64,
) -> Result<Vec<Row>, DbError> {
    run!(tx, fetch_all, sqlx::query_as::<_, Row>(column.select).bind(after).bind(batch))
}

fn changes(
    vault: &Vault,
    column: SealedColumn,
    rows: Vec<Row>,
    total: &mut Rekeyed,
) -> Vec<Change> {
    let mut changes = Vec::new();
    for row in rows {
        match change(vault, column, row) {
            Ok(change) => changes.extend(change),
            Err(reason) => {
                tracing::error!(table = column.table, column = column.column, %reason, "re-key");
                total.unreadable += 1;
            }
        }
    }
    changes
}

fn change(vault: &Vault, column: SealedColumn, row: Row) -> Result<Option<Change>, VaultError> {
    let (key, sealed, index) = &row;
    let current = vault.is_current(sealed);
    if current && column.index.is_none() {
        return Ok(None);
    }
    let place = Place { table: column.table, column: column.column, row: key };
    let plain = vault.unseal(place, sealed)?;
    let fresh = match column.index {
        Some(purpose) => vault.index(purpose, &indexed(&plain, column.member)?),
        None => index.clone(),
    };
    if current && fresh == *index {
        return Ok(None);
    }
    let sealed = vault.seal(place, &plain).into_string();
    Ok(Some(Change { old: row, sealed, index: fresh }))
}

/// What the index is over.
fn indexed(plain: &[u8], member: Option<&str>) -> Result<Zeroizing<String>, VaultError> {
    let text = match member {
        None => std::str::from_utf8(plain).ok().map(str::to_owned),
        Some(name) => serde_json::from_slice::<serde_json::Value>(plain)
            .ok()
            .and_then(|body| body.get(name)?.as_str().map(str::to_owned)),
    };
    text.map(Zeroizing::new).ok_or(VaultError::Malformed)
}

async fn write(tx: &mut Tx, column: SealedColumn, changes: Vec<Change>) -> Result<u64, DbError> {
    let mut changed = 0;
    for Change { old: (key, old, old_index), sealed, index } in changes {
        changed += if column.index.is_some() {
            execute!(
                tx,
                sqlx::query(column.update)
                    .bind(sealed.as_str())
                    .bind(key.as_str())
                    .bind(old.as_str())
                    .bind(index.as_str())
                    .bind(old_index.as_str())
            )?
        } else {
            execute!(
                tx,
                sqlx::query(column.update)
                    .bind(sealed.as_str())
                    .bind(key.as_str())
                    .bind(old.as_str())
            )?
        };
    }
    Ok(changed)
}
