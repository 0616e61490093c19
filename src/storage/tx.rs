//! One transaction on either database, and the macros that run a statement in it.

use super::error::DbError;
use super::lanes::{self, Lanes};
use super::later::Later;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use sqlx::pool::PoolConnection;
use sqlx::{Database, Postgres, Sqlite, Transaction};
use std::panic::AssertUnwindSafe;
use std::time::Duration;

/// A unit of work awaits only the database; one that does not end is given up, because on SQLite
/// every other write waits behind it.
const LONGEST_WORK: Duration = Duration::from_secs(30);

/// An open transaction on one of the two databases. Statements go through `run!` and `execute!`.
#[derive(Debug)]
pub enum Tx {
    /// SQLite.
    Sqlite(Held<Sqlite>),
    /// PostgreSQL.
    Postgres(Held<Postgres>),
}

/// A connection that remembers whether a statement on it failed.
#[derive(Debug)]
pub struct Held<DB: Database> {
    begun: Begun<DB>,
    failed: bool,
    pub(super) later: Vec<Later>,
    /// Carried by the one writer of SQLite; nobody else has them.
    lanes: Option<Lanes>,
}

/// What statements run on.
#[derive(Debug)]
enum Begun<DB: Database> {
    /// A transaction.
    Transaction(Transaction<'static, DB>),
    /// A bare connection: each statement is a transaction of its own.
    Connection(PoolConnection<DB>),
}

impl<DB: Database> Held<DB> {
    pub(super) fn new(transaction: Transaction<'static, DB>) -> Self {
        Self::of(Begun::Transaction(transaction), None)
    }

    /// A group of the one writer, with what it carries.
    pub(super) fn group(transaction: Transaction<'static, DB>, mut lanes: Lanes) -> Self {
        lanes.begin();
        Self::of(Begun::Transaction(transaction), Some(lanes))
    }

    pub(super) fn bare(connection: PoolConnection<DB>) -> Self {
        Self::of(Begun::Connection(connection), None)
    }

    fn of(begun: Begun<DB>, lanes: Option<Lanes>) -> Self {
        Self { begun, failed: false, later: Vec::new(), lanes }
    }

    /// The connection to run a statement on.
    pub fn connection(&mut self) -> &mut DB::Connection {
        match &mut self.begun {
            Begun::Transaction(transaction) => transaction,
            Begun::Connection(connection) => connection,
        }
    }

    async fn commit(self) -> Result<(), DbError> {
        match self.begun {
            Begun::Transaction(transaction) => Ok(transaction.commit().await?),
            Begun::Connection(_) => Ok(()),
        }
    }

    async fn roll_back(self) -> Result<(), DbError> {
        match self.begun {
            Begun::Transaction(transaction) => Ok(transaction.rollback().await?),
            Begun::Connection(_) => Ok(()),
        }
    }

    /// Takes note of a statement's answer.
    ///
    /// # Errors
    /// The statement's own.
    pub fn note<T>(&mut self, answer: Result<T, sqlx::Error>) -> Result<T, DbError> {
        self.failed |= matches!(&answer, Err(e) if !matches!(e, sqlx::Error::RowNotFound));
        answer.map_err(DbError::from)
    }
}

/// Runs a `query…(SQL).bind(…)` in a transaction by a fetch method:
/// `run!(tx, fetch_optional, sqlx::query_as::<_, (String, i64)>(FIND).bind(id))?`.
macro_rules! run {
    ($tx:expr, $method:ident, $query:expr) => {
        match $tx {
            $crate::storage::Tx::Sqlite(held) => {
                let answer = $query.$method(held.connection()).await;
                held.note(answer)
            }
            $crate::storage::Tx::Postgres(held) => {
                let answer = $query.$method(held.connection()).await;
                held.note(answer)
            }
        }
    };
}

/// Runs a statement without rows and answers how many rows it touched (`u64`).
macro_rules! execute {
    ($tx:expr, $query:expr) => {
        match $tx {
            $crate::storage::Tx::Sqlite(held) => {
                let answer = $query.execute(held.connection()).await;
                held.note(answer).map(|done| done.rows_affected())
            }
            $crate::storage::Tx::Postgres(held) => {
                let answer = $query.execute(held.connection()).await;
                held.note(answer).map(|done| done.rows_affected())
            }
        }
    };
}
pub(crate) use {execute, run};

impl Tx {
    pub(super) async fn commit(self) -> Result<(), DbError> {
        match self {
            Self::Sqlite(held) => held.commit().await,
            Self::Postgres(held) => held.commit().await,
        }
    }

    pub(super) async fn roll_back(self) -> Result<(), DbError> {
        match self {
            Self::Sqlite(held) => held.roll_back().await,
            Self::Postgres(held) => held.roll_back().await,
        }
    }

    /// What the one writer carries from one unit of work to the next.
    pub(super) fn lanes(&mut self) -> Option<&mut Lanes> {
        match self {
            Self::Sqlite(held) => held.lanes.as_mut(),
            Self::Postgres(held) => held.lanes.as_mut(),
        }
    }

    /// Takes it out, before the group is committed.
    pub(super) fn take_lanes(&mut self) -> Lanes {
        self.lanes().map(std::mem::take).unwrap_or_default()
    }

    /// Answers whether a statement failed since the last call.
    fn take_failed(&mut self) -> bool {
        match self {
            Self::Sqlite(held) => std::mem::take(&mut held.failed),
            Self::Postgres(held) => std::mem::take(&mut held.failed),
        }
    }

    /// Runs one unit of work; a panic or an endless wait in it becomes an error. Work that
    /// carries on after a failed statement is refused: PostgreSQL would drop it all at COMMIT
    /// and still answer that all is well. What the work kept for later runs at its end, on SQLite
    /// in one trip with `then`; with nothing to follow, it is the last trip before the commit.
    pub(super) async fn attempt<T, E, F>(&mut self, work: F, then: &'static str) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Self) -> BoxFuture<'t, Result<T, E>> + Send,
        T: Send,
        E: From<DbError> + Send,
    {
        let caught = AssertUnwindSafe(async { work(&mut *self).await }).catch_unwind();
        let outcome = tokio::time::timeout(LONGEST_WORK, caught).await;
        let failed = self.take_failed();
        let answer = match outcome {
            Err(_) => Err(DbError::unavailable("a unit of work took too long").into()),
            Ok(Err(_)) => Err(DbError::other("a unit of work panicked").into()),
            Ok(Ok(Ok(_))) if failed => {
                Err(DbError::other("a unit of work went on after a failed statement").into())
            }
            Ok(Ok(answer)) => answer,
        };
        match answer {
            Ok(value) => {
                if then.is_empty() {
                    lanes::write_ends(self);
                }
                self.settle(then).await.map(|()| value).map_err(E::from)
            }
            Err(refusal) => {
                self.drop_later();
                Err(refusal)
            }
        }
    }
}
