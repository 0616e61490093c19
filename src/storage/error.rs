//! What can go wrong with a database, sorted by what the caller can do about it.

use sqlx::error::DatabaseError;
use std::borrow::Cow;

/// A failed unit of work. Nothing of it was kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DbError {
    /// Busy, closed, full or out of reach: the same request may succeed later (503).
    #[error("the database is unavailable: {0}")]
    Unavailable(Cow<'static, str>),
    /// A unique index or primary key holds this value already.
    #[error("the value exists already")]
    Unique,
    /// A defect in this program or in the schema.
    #[error("the database refused: {0}")]
    Other(Cow<'static, str>),
}

impl DbError {
    /// Whether a unique index refused the row.
    pub fn is_unique(&self) -> bool {
        matches!(self, Self::Unique)
    }

    /// An [`Self::Unavailable`].
    pub fn unavailable(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::Unavailable(reason.into())
    }

    /// An [`Self::Other`].
    pub fn other(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::Other(reason.into())
    }
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(refusal) if refusal.is_unique_violation() => Self::Unique,
            sqlx::Error::Database(refusal) if is_passing(&**refusal) => {
                Self::unavailable(error.to_string())
            }
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::unavailable(error.to_string()),
            _ => Self::other(error.to_string()),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for DbError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::Execute(cause) => cause.into(),
            other => Self::other(format!("migration: {other}")),
        }
    }
}

/// Whether the condition passes by itself. SQLite answers with an extended result code whose low
/// byte is the primary one (busy 5, locked 6, I/O 10, full 13, cannot open 14); PostgreSQL with
/// an SQLSTATE (class 08 connection, 53 resources, 57 operator; serialization, deadlock, lock).
fn is_passing(refusal: &dyn DatabaseError) -> bool {
    let Some(code) = refusal.code() else { return false };
    if refusal.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
        let primary = code.parse::<u32>().map_or(0, |c| c & 0xff);
        return matches!(primary, 5 | 6 | 10 | 13 | 14);
    }
    let class = code.get(..2).unwrap_or_default();
    matches!(class, "08" | "53" | "57") || matches!(&*code, "40001" | "40P01" | "55P03")
}
