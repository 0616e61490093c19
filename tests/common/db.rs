//! A database for one test.

use super::postgres;
use ecard::ports::entropy::SeededEntropy;
use ecard::storage::vault::Vault;
use ecard::storage::{Db, DbError, Tx};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// SQLite, in a file.
    Sqlite,
    /// PostgreSQL, in the private cluster.
    Postgres,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if *self == Self::Sqlite { "sqlite" } else { "postgres" })
    }
}

/// A migrated, empty database and a vault, both this test's own.
pub(crate) struct TestDb {
    /// The handle.
    pub(crate) db: Db,
    /// The vault, with its keys in `keys/` of the folder.
    pub(crate) vault: Arc<Vault>,
    /// Where [`Self::another`] connects to.
    pub(crate) url: String,
    /// Holds the SQLite file and the keys.
    pub(crate) folder: TempDir,
}

impl TestDb {
    /// Makes one.
    pub(crate) async fn create(kind: Kind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = match kind {
            Kind::Sqlite => format!("sqlite://{}", folder.path().join("data/ecard.db").display()),
            Kind::Postgres => create_postgres().await,
        };
        let db = Db::open(&url).await.unwrap();
        db.migrate().await.unwrap();
        let keys = folder.path().join("keys");
        let vault = Arc::new(Vault::open_or_create(&keys, &SeededEntropy::new(1)).unwrap());
        Self { db, vault, url, folder }
    }

    /// A second handle on the same database, as another instance of the service has.
    pub(crate) async fn another(&self) -> Db {
        Db::open(&self.url).await.unwrap()
    }

    /// The SQLite file and its journals; `None` on PostgreSQL.
    pub(crate) fn files(&self) -> Option<Vec<PathBuf>> {
        let folder = self.url.starts_with("sqlite").then(|| self.folder.path().join("data"))?;
        Some(std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect())
    }

    /// Runs statements past the service: what an intruder, or a fault, might do.
    pub(crate) async fn sql(&self, sql: &str) {
        let sql = sql.to_owned();
        let work = self.db.write(move |tx| Box::pin(async move { raw(tx, sql).await }));
        work.await.unwrap();
    }

    /// The first column of the first row, as text.
    pub(crate) async fn text(&self, sql: &str) -> Option<String> {
        let sql = AssertSqlSafe(sql.to_owned());
        let work = self.db.read(move |tx| {
            Box::pin(async move {
                let found = match tx {
                    Tx::Sqlite(held) => {
                        sqlx::query_scalar(sql).fetch_optional(held.connection()).await
                    }
                    Tx::Postgres(held) => {
                        sqlx::query_scalar(sql).fetch_optional(held.connection()).await
                    }
                };
                found.map_err(DbError::from)
            })
        });
        work.await.unwrap()
    }
}

/// Runs any SQL in a transaction.
pub(crate) async fn raw(tx: &mut Tx, sql: impl Into<String>) -> Result<(), DbError> {
    let sql = AssertSqlSafe(sql.into());
    match tx {
        Tx::Sqlite(held) => {
            let answer = sqlx::raw_sql(sql).execute(held.connection()).await;
            held.note(answer).map(|_| ())
        }
        Tx::Postgres(held) => {
            let answer = sqlx::raw_sql(sql).execute(held.connection()).await;
            held.note(answer).map(|_| ())
        }
    }
}

async fn create_postgres() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let name = format!("t{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let mut connection = PgConnection::connect(&postgres::url("postgres")).await.unwrap();
    let create = AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::raw_sql(create).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    postgres::url(&name)
}
