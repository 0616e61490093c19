//! The migrations: one numbered sequence in `migrations/`, compiled in, read by both databases.

use super::tx::run;
use super::{Db, DbError};
use sqlx::migrate::Migrator;

/// Every migration there is. sqlx keeps a checksum of each one applied and refuses to go on when
/// it changed; on PostgreSQL it holds an advisory lock meanwhile.
pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

const APPLIED: &str = "SELECT MAX(version) FROM _sqlx_migrations";

impl Db {
    /// The number of the last migration applied; 0 for an empty database.
    ///
    /// # Errors
    /// [`DbError::Unavailable`].
    pub async fn schema_version(&self) -> Result<i64, DbError> {
        let found = self
            .read::<_, DbError, _>(|tx| {
                Box::pin(async move {
                    Ok(run!(tx, fetch_one, sqlx::query_as::<_, (Option<i64>,)>(APPLIED))?.0)
                })
            })
            .await;
        match found {
            Ok(version) => Ok(version.unwrap_or(0)),
            // The table is made by the first migration.
            Err(DbError::Other(_)) => Ok(0),
            Err(error) => Err(error),
        }
    }

    /// The number of the last migration this program knows.
    pub fn latest_version() -> i64 {
        MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
    }
}
