//! Writes whose answer nobody waits for, sent together at the end of their unit of work.
//!
//! On SQLite every statement costs a trip to the thread that owns the connection, and that trip
//! costs more than most inserts. A write that must touch exactly one row, and whose result the
//! work does not read, can wait for the end and share one trip with its like. PostgreSQL takes
//! one statement at a time and runs them in the same order.

use super::error::DbError;
use super::tx::{Held, Tx};
use futures_util::TryStreamExt as _;
use sqlx::{AssertSqlSafe, Executor as _, Postgres, Sqlite};

/// A value bound to a placeholder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `TEXT`.
    Text(String),
    /// `BIGINT`.
    Number(i64),
    /// `NULL` in a `TEXT` column.
    NoText,
    /// `NULL` in a `BIGINT` column.
    NoNumber,
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        text.map_or(Self::NoText, Self::Text)
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        number.map_or(Self::NoNumber, Self::Number)
    }
}

/// A statement that waits.
#[derive(Debug)]
pub struct Later {
    sql: &'static str,
    values: Vec<Value>,
}

/// Binds values to a query of either database.
macro_rules! bound {
    ($query:expr, $values:expr) => {{
        let mut query = $query;
        for value in $values {
            query = match value {
                Value::Text(text) => query.bind(text),
                Value::Number(number) => query.bind(number),
                Value::NoText => query.bind(None::<String>),
                Value::NoNumber => query.bind(None::<i64>),
            };
        }
        query
    }};
}

impl Tx {
    /// Keeps a statement for the end of this unit of work. It must touch exactly one row: another
    /// count undoes the whole unit.
    pub fn later(&mut self, sql: &'static str, values: Vec<Value>) {
        match self {
            Self::Sqlite(held) => held.later.push(Later { sql, values }),
            Self::Postgres(held) => held.later.push(Later { sql, values }),
        }
    }

    /// Whether a statement of this text is kept.
    pub(super) fn keeps(&self, sql: &str) -> bool {
        let kept = match self {
            Self::Sqlite(held) => &held.later,
            Self::Postgres(held) => &held.later,
        };
        kept.iter().any(|later| later.sql == sql)
    }

    /// Runs what was kept; on SQLite followed, in the same trip, by `then`.
    pub(super) async fn settle(&mut self, then: &'static str) -> Result<(), DbError> {
        match self {
            Self::Sqlite(held) => together(held, then).await,
            Self::Postgres(held) => one_by_one(held).await,
        }
    }

    /// Forgets what was kept: its unit of work was refused.
    pub(super) fn drop_later(&mut self) {
        match self {
            Self::Sqlite(held) => held.later.clear(),
            Self::Postgres(held) => held.later.clear(),
        }
    }
}

async fn together(held: &mut Held<Sqlite>, then: &'static str) -> Result<(), DbError> {
    let kept = std::mem::take(&mut held.later);
    if kept.is_empty() && then.is_empty() {
        return Ok(());
    }
    let count = kept.len();
    let (text, values) = joined(kept, then);
    let query = bound!(sqlx::query(AssertSqlSafe(text)), values);
    let done: Result<Vec<_>, _> = held.connection().execute_many(query).try_collect().await;
    let done = held.note(done)?;
    if done.iter().take(count).filter(|one| one.rows_affected() == 1).count() == count {
        return Ok(());
    }
    Err(unexpected())
}

async fn one_by_one(held: &mut Held<Postgres>) -> Result<(), DbError> {
    for Later { sql, values } in std::mem::take(&mut held.later) {
        let done = bound!(sqlx::query(sql), values).execute(held.connection()).await;
        if held.note(done)?.rows_affected() != 1 {
            return Err(unexpected());
        }
    }
    Ok(())
}

fn unexpected() -> DbError {
    DbError::other("a write kept for the end did not touch exactly one row")
}

/// One text of all statements, with placeholders that number through.
fn joined(kept: Vec<Later>, then: &'static str) -> (String, Vec<Value>) {
    let mut text = String::new();
    let mut values = Vec::new();
    for Later { sql, values: own } in kept {
        renumbered(&mut text, sql, values.len());
        text.push(';');
        values.extend(own);
    }
    text.push_str(then);
    (text, values)
}

/// Appends `sql` with every `$n` raised by `by`.
fn renumbered(text: &mut String, sql: &str, by: usize) {
    let mut rest = sql;
    while let Some((before, after)) = rest.split_once('$') {
        text.push_str(before);
        let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
        let number = digits.parse::<usize>().unwrap_or(0);
        text.push_str(&format!("${}", number + by));
        rest = after.get(digits.len()..).unwrap_or_default();
    }
    text.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_number_through() {
        let one =
            Later { sql: "INSERT INTO a VALUES ($1, $2)", values: vec![1.into(), "x".into()] };
        let two =
            Later { sql: "UPDATE b SET c = $2 WHERE d = $1", values: vec![2.into(), 3.into()] };
        let (text, values) = joined(vec![one, two], "RELEASE job");
        assert_eq!(
            text,
            "INSERT INTO a VALUES ($1, $2);UPDATE b SET c = $4 WHERE d = $3;RELEASE job"
        );
        assert_eq!(values, [1.into(), "x".into(), 2.into(), Value::Number(3)]);
    }
}
