//! Each citizen's own key: sealed under the vault's, in a row of its own. Destroying the row makes
//! all that was sealed under it unreadable for good, wherever copies of it lie.

use super::cipher::{self, SealingKey};
use super::{Place, Sealed, Vault, VaultError};
use crate::domain::ids::CitizenId;
use crate::storage::rekey::{SealedColumn, sealed_column};
use crate::storage::{DbError, Tx, execute, run};
use std::fmt;
use zeroize::Zeroizing;

/// What values sealed under a citizen's key begin with.
pub(super) const KEY_ID: &str = "c";

const FIND: &str = "SELECT sealed_key FROM citizen_keys WHERE citizen = $1";
/// The no-op update answers with the row that another instance may have made meanwhile.
const INSERT: &str = "INSERT INTO citizen_keys (citizen, sealed_key) VALUES ($1, $2) \
     ON CONFLICT (citizen) DO UPDATE SET citizen = excluded.citizen RETURNING sealed_key";
const FORGET: &str = "DELETE FROM citizen_keys WHERE citizen = $1";
pub(in crate::storage) const STATEMENTS: &[&str] = &[FIND, INSERT, FORGET];
pub(in crate::storage) const SEALED: &[SealedColumn] =
    &[sealed_column!("citizen_keys", "citizen", "sealed_key")];

/// One citizen's key.
pub struct CitizenKey(SealingKey);

impl fmt::Debug for CitizenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CitizenKey(…)")
    }
}

impl CitizenKey {
    /// Seals a value that only this citizen's key opens.
    pub fn seal(&self, vault: &Vault, place: Place<'_>, plain: &[u8]) -> Sealed {
        self.0.seal(&vault.nonces, place, plain)
    }

    /// Opens a value sealed under this key.
    ///
    /// # Errors
    /// [`VaultError::Refused`] when it is another citizen's, another place's, or changed.
    pub fn unseal(&self, place: Place<'_>, sealed: &str) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        if cipher::key_id(sealed)? != KEY_ID {
            return Err(VaultError::UnknownKey);
        }
        self.0.unseal(place, sealed)
    }
}

fn place(citizen: &CitizenId) -> Place<'_> {
    Place { table: "citizen_keys", column: "sealed_key", row: citizen.as_str() }
}

pub(in crate::storage) fn opened(
    vault: &Vault,
    citizen: &CitizenId,
    sealed: &str,
) -> Result<CitizenKey, DbError> {
    let unreadable = |e: VaultError| DbError::other(format!("a citizen's key: {e}"));
    let bytes = vault.unseal(place(citizen), sealed).map_err(unreadable)?;
    let master = <[u8; 32]>::try_from(bytes.as_slice());
    let master = master.map_err(|_| unreadable(VaultError::Malformed))?;
    Ok(CitizenKey(SealingKey::new(KEY_ID, Zeroizing::new(master))))
}

/// The citizen's key, if there is one.
///
/// # Errors
/// [`DbError`]; [`DbError::Other`] when the vault cannot open it.
pub async fn find_citizen_key(
    tx: &mut Tx,
    vault: &Vault,
    citizen: &CitizenId,
) -> Result<Option<CitizenKey>, DbError> {
    let found =
        run!(tx, fetch_optional, sqlx::query_scalar::<_, String>(FIND).bind(citizen.as_str()))?;
    found.map(|sealed| opened(vault, citizen, &sealed)).transpose()
}

/// The citizen's key, made on first use.
///
/// # Errors
/// As [`find_citizen_key`].
pub async fn citizen_key(
    tx: &mut Tx,
    vault: &Vault,
    citizen: &CitizenId,
) -> Result<CitizenKey, DbError> {
    if let Some(key) = find_citizen_key(tx, vault, citizen).await? {
        return Ok(key);
    }
    let fresh = vault.new_citizen_key();
    let sealed = vault.seal(place(citizen), fresh.bytes());
    let (row, sealed) = (citizen.as_str(), sealed.as_str());
    let stored =
        run!(tx, fetch_one, sqlx::query_scalar::<_, String>(INSERT).bind(row).bind(sealed))?;
    opened(vault, citizen, &stored)
}

/// Destroys the citizen's key: everything sealed under it is unreadable from here on.
///
/// # Errors
/// [`DbError`].
pub async fn forget(tx: &mut Tx, citizen: &CitizenId) -> Result<(), DbError> {
    if let Some(lanes) = tx.lanes() {
        lanes.drop_key(citizen);
    }
    execute!(tx, sqlx::query(FORGET).bind(citizen.as_str())).map(|_| ())
}
