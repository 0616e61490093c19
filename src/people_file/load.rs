//! Prepared rows into the database.

use super::line::Checked;
use super::prepare::PeopleFileError;
use super::spool::Spool;
use crate::app::{App, Fault, seal_person};
use crate::domain::ids::AccountId;
use crate::domain::time::Timestamp;
use crate::storage::accounts::{self, AccountRow};
use crate::storage::people::{self, PersonRow};
use crate::storage::vault::{Place, Purpose};
use crate::storage::{DbError, Tx};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A person ready to be stored: everything personal is sealed.
#[derive(Serialize, Deserialize)]
pub struct Prepared {
    /// Keyed hashes of the identity number, the current key's first.
    id_indexes: Vec<String>,
    mobile_index: Option<String>,
    card_index: Option<String>,
    body: String,
    portrait: String,
    account: Option<PreparedAccount>,
}

#[derive(Serialize, Deserialize)]
struct PreparedAccount {
    id: String,
    mobile: String,
    mobile_indexes: Vec<String>,
    password_hash: String,
}

/// How many were stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Loaded {
    /// People, new and updated.
    pub people: u64,
    /// Accounts made.
    pub accounts_new: u64,
    /// Accounts whose password was replaced.
    pub accounts_updated: u64,
}

/// Seals a checked person; `password_hash` is what the account opens with.
///
/// # Errors
/// [`Fault`].
pub fn person(
    app: &App,
    person: &Checked,
    password_hash: Option<String>,
) -> Result<Prepared, Fault> {
    let row = seal_person(&app.vault, &person.record, &person.portrait)?;
    let number = person.record.mobile.as_ref();
    let account = number.zip(password_hash).map(|(mobile, password_hash)| {
        let id = AccountId::from_random(app.random());
        let place = Place { table: "accounts", column: "mobile", row: id.as_str() };
        PreparedAccount {
            mobile: app.vault.seal(place, mobile.as_str().as_bytes()).into_string(),
            mobile_indexes: app.vault.indexes(Purpose::Mobile, mobile.as_str()),
            id: id.as_str().to_owned(),
            password_hash,
        }
    });
    Ok(Prepared {
        id_indexes: app.vault.indexes(Purpose::IdNumber, person.record.id_number.as_str()),
        mobile_index: row.mobile_index,
        card_index: row.card_index,
        body: row.body,
        portrait: row.portrait,
        account,
    })
}

/// Stores the whole spool in one transaction; `done` counts along.
///
/// # Errors
/// [`PeopleFileError`]: then nothing was stored.
pub async fn load(
    app: &App,
    spool: Spool,
    now: Timestamp,
    done: &Arc<AtomicU64>,
) -> Result<Loaded, PeopleFileError> {
    let mut rows = spool.rows()?;
    let done = Arc::clone(done);
    app.db
        .write_bulk(move |tx| {
            Box::pin(async move {
                let mut loaded = Loaded::default();
                for row in &mut rows {
                    save(tx, row?, now, &mut loaded).await?;
                    done.store(loaded.people, Ordering::Relaxed);
                }
                Ok(loaded)
            })
        })
        .await
}

/// Stores one person: replaces what was known, keeps the account's citizen.
///
/// # Errors
/// [`DbError`].
pub async fn save(
    tx: &mut Tx,
    row: Prepared,
    now: Timestamp,
    loaded: &mut Loaded,
) -> Result<(), DbError> {
    let mut indexes = row.id_indexes.into_iter();
    let id_index = indexes.next().unwrap_or_default();
    for stale in indexes {
        people::remove(tx, &stale).await?;
    }
    let person = PersonRow {
        id_index,
        mobile_index: row.mobile_index,
        card_index: row.card_index,
        body: row.body,
        portrait: row.portrait,
    };
    people::save(tx, &person).await?;
    loaded.people += 1;
    let Some(account) = row.account else { return Ok(()) };
    let known = accounts::by_mobile(tx, &account.mobile_indexes).await?;
    if let Some(known) = known {
        accounts::set_password(tx, &known.id, &account.password_hash).await?;
        loaded.accounts_updated += 1;
        return Ok(());
    }
    let index = account.mobile_indexes.into_iter().next().unwrap_or_default();
    let fresh = AccountRow {
        id: AccountId::from_stored(account.id),
        mobile: account.mobile,
        password_hash: account.password_hash,
        citizen: None,
    };
    accounts::insert(tx, &fresh, &index, now).await?;
    loaded.accounts_new += 1;
    Ok(())
}
