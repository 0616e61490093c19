//! [`Db`]: SQLite or PostgreSQL behind one handle, units of work as closures.

use super::error::DbError;
use super::tx::{Held, Tx};
use super::writer::Writer;
use super::{migrate, open};
use futures_util::future::BoxFuture;
use sqlx::{Connection as _, PgPool, SqlitePool};
use std::path::Path;
use std::sync::Arc;

/// Reads see one state of the database from the first statement to the last, as on SQLite.
const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// A handle on the database; clones share it.
#[derive(Clone)]
pub struct Db(pub(super) Arc<Backend>);

pub(super) enum Backend {
    Sqlite { writer: Writer, readers: SqlitePool },
    Postgres(PgPool),
}

impl Db {
    /// Opens `sqlite://path` (made with its folder, private to this user, when absent) or
    /// `postgres://…`. Does not migrate.
    ///
    /// # Errors
    /// [`DbError::Other`] for an address that is neither; [`DbError::Unavailable`] when the
    /// database cannot be reached.
    pub async fn open(url: &str) -> Result<Self, DbError> {
        let backend = match url.split_once("://") {
            Some(("sqlite", path)) => open::sqlite(Path::new(path)).await?,
            Some(("postgres" | "postgresql", _)) => open::postgres(url).await?,
            _ => return Err(DbError::other("expected sqlite://PATH or postgres://…")),
        };
        Ok(Self(Arc::new(backend)))
    }

    /// Brings the schema up to date; PostgreSQL instances that start together take turns under an
    /// advisory lock.
    ///
    /// # Errors
    /// When a migration fails, or one that was applied has changed since.
    pub async fn migrate(&self) -> Result<(), DbError> {
        match &*self.0 {
            Backend::Sqlite { writer, .. } => migrate::MIGRATIONS.run(&writer.pool).await?,
            Backend::Postgres(pool) => migrate::MIGRATIONS.run(pool).await?,
        }
        Ok(())
    }

    /// Runs one unit of work that may write, atomically: kept whole when it answers `Ok` (and
    /// durable when this returns), undone whole when it answers `Err`. It awaits nothing but the
    /// database, and ends after a failed statement.
    ///
    /// ```text
    /// db.write(move |tx| Box::pin(async move { claims::insert(tx, &claim).await })).await?;
    /// ```
    ///
    /// # Errors
    /// The work's own, or a [`DbError`] of begin or commit: then nothing was kept.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        match &*self.0 {
            Backend::Sqlite { writer, .. } => writer.run(work).await,
            Backend::Postgres(pool) => {
                let begun = pool.begin().await.map_err(DbError::from)?;
                finish(Tx::Postgres(Held::new(begun)), work).await
            }
        }
    }

    /// Runs one long unit of work, as an import is: in one transaction, like [`Self::write`], but
    /// for as long as it takes. Other writes of this process wait meanwhile and give up.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub async fn write_bulk<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send,
        E: From<DbError>,
    {
        let mut tx = match &*self.0 {
            Backend::Sqlite { writer, .. } => Tx::Sqlite(Held::new(writer.begin_bulk().await?)),
            Backend::Postgres(pool) => {
                Tx::Postgres(Held::new(pool.begin().await.map_err(DbError::from)?))
            }
        };
        let done = match work(&mut tx).await {
            Ok(value) => tx.settle("").await.map(|()| value).map_err(E::from),
            Err(refusal) => Err(refusal),
        };
        match done {
            Ok(value) => tx.commit().await.map(|()| value).map_err(E::from),
            Err(refusal) => {
                // The refusal is the answer; a connection that cannot roll back is thrown away.
                let _ = tx.roll_back().await;
                Err(refusal)
            }
        }
    }

    /// Runs one unit of work that only reads, on one consistent state of the database. A write in
    /// it is refused.
    ///
    /// # Errors
    /// The work's own, or a [`DbError`].
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let tx = match &*self.0 {
            Backend::Sqlite { readers, .. } => {
                Tx::Sqlite(Held::new(readers.begin().await.map_err(DbError::from)?))
            }
            Backend::Postgres(pool) => {
                Tx::Postgres(Held::new(pool.begin_with(BEGIN_READ).await.map_err(DbError::from)?))
            }
        };
        finish(tx, work).await
    }

    /// Runs one look-up: a single statement that reads, which needs no transaction around it and
    /// so costs one trip instead of three. Where two statements must agree, use [`Db::read`].
    ///
    /// # Errors
    /// The work's own, or a [`DbError`].
    pub async fn look<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let tx = match &*self.0 {
            Backend::Sqlite { readers, .. } => {
                Tx::Sqlite(Held::bare(readers.acquire().await.map_err(DbError::from)?))
            }
            Backend::Postgres(pool) => {
                Tx::Postgres(Held::bare(pool.acquire().await.map_err(DbError::from)?))
            }
        };
        finish(tx, work).await
    }

    /// How many writes wait for SQLite's one writer; none on PostgreSQL, which has many.
    pub fn waiting(&self) -> Option<usize> {
        match &*self.0 {
            Backend::Sqlite { writer, .. } => Some(writer.waiting()),
            Backend::Postgres(_) => None,
        }
    }

    /// Whether all writes wait for one another, so that joining them saves time (SQLite).
    pub fn has_one_writer(&self) -> bool {
        matches!(&*self.0, Backend::Sqlite { .. })
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`DbError::Unavailable`].
    pub async fn ping(&self) -> Result<(), DbError> {
        match &*self.0 {
            Backend::Sqlite { readers, .. } => readers.acquire().await?.ping().await?,
            Backend::Postgres(pool) => pool.acquire().await?.ping().await?,
        }
        Ok(())
    }

    /// Finishes the writes that wait and closes every connection. Later calls answer
    /// [`DbError::Unavailable`].
    pub async fn close(&self) {
        match &*self.0 {
            Backend::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Backend::Postgres(pool) => pool.close().await,
        }
    }
}

async fn finish<T, E, F>(mut tx: Tx, work: F) -> Result<T, E>
where
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send,
    T: Send,
    E: From<DbError> + Send,
{
    match tx.attempt(work, "").await {
        Ok(value) => tx.commit().await.map(|()| value).map_err(E::from),
        Err(refusal) => {
            // The refusal is the answer; a connection that cannot roll back is thrown away.
            let _ = tx.roll_back().await;
            Err(refusal)
        }
    }
}
