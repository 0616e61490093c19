//! The follower: reads the log of card status on into the map, and knows how old the map is.

use super::load::load;
use super::map::StatusMap;
use crate::domain::status::StatusValue;
use crate::storage::status::{self, News, StatusPlace};
use crate::storage::{Db, DbError};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// A question to the database that takes longer is given up and asked again: behind a connection
/// that hangs, the map would grow old without anybody seeing it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Follows the log.
pub(super) struct Follower {
    db: Db,
    pub(super) map: Arc<StatusMap>,
    /// Held while reading the log, never by whoever reads the map. False before the map was begun.
    begun: Mutex<bool>,
    started: Instant,
    /// As of when the map is complete: milliseconds after `started`, and one; 0 for never.
    complete: AtomicU64,
    /// Older than this the map answers nothing.
    bound: Duration,
}

impl Follower {
    pub(super) fn new(db: Db, bound: Duration) -> Self {
        Self {
            db,
            map: Arc::default(),
            begun: Mutex::new(false),
            started: Instant::now(),
            complete: AtomicU64::new(0),
            bound,
        }
    }

    /// How long ago the map held everything that was committed; none before the first time.
    pub(super) fn age(&self) -> Option<Duration> {
        Some(self.complete_as_of()?.elapsed())
    }

    fn complete_as_of(&self) -> Option<Instant> {
        let after = self.complete.load(Ordering::Acquire).checked_sub(1)?;
        self.started.checked_add(Duration::from_millis(after))
    }

    fn completed(&self, as_of: Instant) {
        // Whole milliseconds, rounded down: the map is not said to be newer than it is.
        let after = as_of.saturating_duration_since(self.started).as_millis();
        let after = u64::try_from(after).unwrap_or(u64::MAX).saturating_add(1);
        self.complete.store(after, Ordering::Release);
    }

    /// The value at a place, from memory; none when nobody can tell.
    pub(super) fn value(&self, place: StatusPlace) -> Option<StatusValue> {
        self.age().filter(|age| *age <= self.bound)?;
        self.map.value(place)
    }

    /// Reads the log on from where it was left. Everything committed before this was called is in
    /// the map when it returns. A database that does not answer loses nothing: the next call
    /// begins at the same line.
    pub(super) async fn follow(&self) -> Result<(), DbError> {
        let asked = Instant::now();
        let mut begun = self.begun.lock().await;
        if self.complete_as_of().is_some_and(|as_of| as_of > asked) {
            // Whoever was before us began to read after we had asked.
            return Ok(());
        }
        loop {
            if !*begun {
                load(&self.db, &self.map).await?;
                *begun = true;
            }
            let as_of = Instant::now();
            let seq = self.map.seq();
            let news = patiently(self.db.look::<_, DbError, _>(move |tx| {
                Box::pin(async move { status::follow(tx, seq).await })
            }))
            .await?;
            if news.latest < seq {
                tracing::warn!("the database is an earlier one: reading the status log anew");
                *begun = false;
                continue;
            }
            if self.take_in(&news, seq)? {
                self.completed(as_of);
                return Ok(());
            }
        }
    }

    /// Answers whether that was all there is. A line that is missing stops the map where it is:
    /// it grows old then, and answers nothing.
    fn take_in(&self, news: &News, seq: i64) -> Result<bool, DbError> {
        let numbers = news.lines.iter().map(|line| line.seq);
        if !numbers.eq((seq..news.latest).map(|n| n.saturating_add(1)).take(news.lines.len()))
            || (news.lines.is_empty() && news.latest != seq)
        {
            return Err(DbError::other("a line of the status log is missing"));
        }
        self.map
            .take_in(&news.lines)
            .map_err(|_| DbError::other("a line of the status log fits no list"))?;
        Ok(self.map.seq() == news.latest)
    }
}

/// Waits for an answer of the database, but not for ever.
pub(super) async fn patiently<T>(
    asked: impl Future<Output = Result<T, DbError>>,
) -> Result<T, DbError> {
    tokio::time::timeout(PATIENCE, asked)
        .await
        .unwrap_or_else(|_| Err(DbError::unavailable("the status log was not read in time")))
}
