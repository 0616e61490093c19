//! `ecard migrate`: the database brought up to date.

use super::Failure;
use super::output;
use super::progress::Progress;
use super::serve::unavailable;
use super::work::{no_database, on_runtime};
use crate::config::Config;
use crate::storage::{Db, DbError};

/// Migrates, and says from which version to which.
pub(super) fn run(config: Config) -> Result<(), Failure> {
    on_runtime(async move {
        let db = Db::open(&config.database).await.map_err(no_database)?;
        let done = migrate(&db).await;
        db.close().await;
        done
    })
}

async fn migrate(db: &Db) -> Result<(), Failure> {
    let from = db.schema_version().await.map_err(unavailable)?;
    let progress = Progress::start("migrating", None);
    db.migrate().await.map_err(|error| match error {
        DbError::Unavailable(_) => unavailable(error),
        refused => Failure::Refused(format!(
            "{refused}; the database is as it was: was it made by a newer version of ecard?"
        )),
    })?;
    drop(progress);
    let to = db.schema_version().await.map_err(unavailable)?;
    if from == to {
        return output::line(&format!("the database is up to date (version {to})"));
    }
    output::line(&format!("migrated from version {from} to {to}"))
}
