//! Opens the connections to either database, as its writes and reads want them.

use super::db::Backend;
use super::error::DbError;
use super::writer::Writer;
use crate::keyfile;
use sqlx::ConnectOptions as _;
use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::path::Path;
use std::time::Duration;

const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
pub(super) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
const SQLITE_READERS: u32 = 4;
/// The writer's page cache: negative means KiB.
const WRITER_CACHE: &str = "-65536";
const POSTGRES_CONNECTIONS: u32 = 16;
/// A pooled PostgreSQL connection that lay idle longer is tried before use; a fresher one is
/// trusted, which saves a round trip a transaction.
const TRUSTED_IDLE: Duration = Duration::from_secs(5);

pub(super) async fn sqlite(path: &Path) -> Result<Backend, DbError> {
    if path.as_os_str().is_empty() || path.starts_with(":memory:") {
        return Err(DbError::other("sqlite:// needs a path: an in-memory database has no readers"));
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        keyfile::ensure_folder(folder).map_err(|e| DbError::unavailable(e.to_string()))?;
    }
    // SQLite gives the journal files the mode of the database file, so it is made here.
    keyfile::create(path, b"").map_err(|e| DbError::unavailable(e.to_string()))?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        // A destroyed key must not linger in a free page.
        .pragma("secure_delete", "ON")
        .disable_statement_logging();
    let pool = |most| {
        SqlitePoolOptions::new()
            .max_connections(most)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .test_before_acquire(false)
            .idle_timeout(None)
            .max_lifetime(None)
    };
    // Keys are random, so a group of writes touches pages all over: they should be in memory.
    let roomy = options.clone().pragma("cache_size", WRITER_CACHE);
    let writer = pool(1).connect_with(roomy).await?;
    let readers = pool(SQLITE_READERS).connect_with(options.pragma("query_only", "ON")).await?;
    Ok(Backend::Sqlite { writer: Writer::start(writer), readers })
}

pub(super) async fn postgres(url: &str) -> Result<Backend, DbError> {
    let options: PgConnectOptions =
        url.parse().map_err(|_| DbError::other("not a postgres:// address"))?;
    let pool = PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(false)
        .before_acquire(|connection, about| {
            Box::pin(async move {
                if about.idle_for > TRUSTED_IDLE {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_with(options.disable_statement_logging())
        .await?;
    Ok(Backend::Postgres(pool))
}
