//! Limits as the rest of the service uses them: counted in the database, before the attempt.

use crate::app::{App, Fault};
use crate::domain::time::Timestamp;
use crate::error::AppError;
use crate::storage::limits::{self, Mode};
use std::time::Duration;

/// One limit to count against.
#[derive(Clone, Debug)]
pub struct Limit {
    /// The limit's name in the configuration.
    pub name: &'static str,
    /// Whose attempts are counted, without personal data.
    pub whose: String,
    /// How many are allowed in a window.
    pub most: i64,
    /// The window.
    pub window: Duration,
    /// Whether the window begins at the first attempt or after each one.
    pub mode: Mode,
}

impl Limit {
    /// At most `most` in `window`, counted from the first.
    pub fn new(name: &'static str, whose: impl Into<String>, most: i64, window: Duration) -> Self {
        Self { name, whose: whose.into(), most, window, mode: Mode::FromFirst }
    }

    /// At most `most`, and then none until `window` after the last.
    #[must_use]
    pub fn after_last(self) -> Self {
        Self { mode: Mode::FromLast, ..self }
    }

    fn rule(&self) -> limits::Limit {
        limits::Limit { max: self.most, window: self.window, mode: self.mode }
    }

    fn bucket(&self) -> String {
        format!("{}:{}", self.name, self.whose)
    }
}

/// Counts one attempt against every limit, all or none; answers how many are left of the tightest.
///
/// # Errors
/// [`AppError::Limited`] names the limit that was reached; then nothing was counted.
pub async fn reserve(app: &App, these: Vec<Limit>, now: Timestamp) -> Result<i64, AppError> {
    app.db
        .write::<_, AppError, _>(move |tx| {
            Box::pin(async move {
                let mut left = i64::MAX;
                for limit in &these {
                    let bucket = limit.bucket();
                    match limits::reserve(tx, &bucket, &limit.rule(), now).await? {
                        Ok(taken) => left = left.min(limit.most.saturating_sub(taken.used)),
                        Err(limited) => {
                            return Err(AppError::Limited {
                                what: limit.name,
                                until: now + limited.retry_after,
                                retry_after: limited.retry_after,
                            });
                        }
                    }
                }
                Ok(left)
            })
        })
        .await
}

/// How many attempts are left, without taking one.
///
/// # Errors
/// [`Fault`].
pub async fn left(app: &App, limit: Limit, now: Timestamp) -> Result<i64, Fault> {
    app.db
        .read::<_, AppError, _>(move |tx| {
            Box::pin(async move {
                let standing = limits::peek(tx, &limit.bucket(), &limit.rule(), now).await?;
                Ok(limit.most.saturating_sub(standing.used))
            })
        })
        .await
}

/// A limit that allows nothing now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The limit's name.
    pub what: &'static str,
    /// For how long.
    pub locked_for: Duration,
}

/// The first of the limits that allows no attempt now, without taking one.
///
/// # Errors
/// [`Fault`].
pub async fn reached(
    app: &App,
    these: Vec<Limit>,
    now: Timestamp,
) -> Result<Option<Reached>, Fault> {
    app.db
        .read::<_, AppError, _>(move |tx| {
            Box::pin(async move {
                for limit in &these {
                    let standing = limits::peek(tx, &limit.bucket(), &limit.rule(), now).await?;
                    if let Some(locked_for) = standing.locked_for {
                        return Ok(Some(Reached { what: limit.name, locked_for }));
                    }
                }
                Ok(None)
            })
        })
        .await
}

/// Gives attempts back: a provider was down, and that is not the citizen's fault.
///
/// # Errors
/// [`Fault`].
pub async fn give_back(app: &App, these: Vec<Limit>) -> Result<(), Fault> {
    app.db
        .write::<_, AppError, _>(move |tx| {
            Box::pin(async move {
                for limit in &these {
                    limits::refund(tx, &limit.bucket()).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Forgets what was counted: the right password ends a row of failures.
///
/// # Errors
/// [`Fault`].
pub async fn forget(app: &App, limit: Limit) -> Result<(), Fault> {
    app.db
        .write::<_, AppError, _>(move |tx| {
            Box::pin(async move { Ok(limits::reset(tx, &limit.bucket()).await?) })
        })
        .await
}
