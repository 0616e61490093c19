//! PostgreSQL tells whoever listens that the log of card status has grown. What is told says only
//! that there is news: it may be lost, and nothing depends on it but the time it takes.

use super::db::Backend;
use super::open::ACQUIRE_TIMEOUT;
use super::{Db, DbError, Tx};
use sqlx::postgres::{PgListener, PgPoolOptions};

const CHANNEL: &str = "ecard_card_status";
/// Sent with the commit, and so never before what it speaks of can be read. PostgreSQL alone knows
/// it: the tests prepare every other statement on both databases.
const NOTIFY: &str = "SELECT pg_notify('ecard_card_status', '')";

/// Tells of new lines of the status log when this unit of work is committed: once, however many.
/// SQLite has nobody to tell.
pub(super) fn announce(tx: &mut Tx) {
    if matches!(tx, Tx::Postgres(_)) && !tx.keeps(NOTIFY) {
        tx.later(NOTIFY, Vec::new());
    }
}

/// A connection of its own that hears of new lines.
pub struct Listener(PgListener);

impl Listener {
    /// Waits for news.
    ///
    /// # Errors
    /// [`DbError`] when the connection is gone: what was told meanwhile is lost, so read the log
    /// after listening again.
    pub async fn heard(&mut self) -> Result<(), DbError> {
        match self.0.try_recv().await? {
            Some(_) => Ok(()),
            None => Err(DbError::unavailable("the listening connection was lost")),
        }
    }
}

impl Db {
    /// Begins to listen; none on SQLite, where whoever asks must look.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn listen(&self) -> Result<Option<Listener>, DbError> {
        let Backend::Postgres(pool) = &*self.0 else { return Ok(None) };
        let options = pool.connect_options();
        let own = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with((*options).clone())
            .await?;
        let mut listener = PgListener::connect_with(&own).await?;
        listener.listen(CHANNEL).await?;
        Ok(Some(Listener(listener)))
    }
}
