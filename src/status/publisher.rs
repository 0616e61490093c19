//! Publishing: a list is signed once for all instances and put into the database by
//! compare-and-swap, so that of two that publish at the same time one wins, and nobody can put an
//! older list in a newer one's place. What was published is handed out from memory.

use super::StatusError;
use super::codec::Effort;
use super::follow::Follower;
use super::published::{Addresses, NotWritten, Published, signed};
use super::shelf::Shelf;
use crate::domain::time::Timestamp;
use crate::storage::status::{self, OpenList};
use crate::storage::status_publications::{self, Head, Publication};
use crate::storage::{Db, DbError};
use crate::token::keyring::KeyRing;
use crate::token::signer::SigningAlgorithm;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// A list is signed anew after this long even when nothing changed (s).
const RESIGN_AFTER_S: u64 = 15 * 60;
/// A list that changed may be handed out as it was for so long, when the threads that write lists
/// are busy (s).
const MAY_LAG_S: u64 = 60;
/// A list is written at the higher effort after this long (s).
const SMALL_EVERY_S: u64 = 3600;
/// How many lists are written at the same time.
const WRITERS: usize = 2;
/// How often somebody else may be first. Each time the list is newer, and nearly always as new
/// as is wanted.
const TRIES: usize = 5;

/// What publishing came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// How many lists there are.
    pub lists: usize,
    /// How many of them were signed by this instance.
    pub signed: usize,
}

/// Publishes.
pub(super) struct Publisher {
    db: Db,
    keys: Arc<KeyRing>,
    issuer: Arc<str>,
    follower: Arc<Follower>,
    shelf: Shelf,
    writers: Semaphore,
    small: Mutex<HashMap<i64, Timestamp>>,
}

impl Publisher {
    pub(super) fn new(db: Db, keys: Arc<KeyRing>, issuer: &str, follower: Arc<Follower>) -> Self {
        Self {
            db,
            keys,
            issuer: issuer.into(),
            follower,
            shelf: Shelf::default(),
            writers: Semaphore::new(WRITERS),
            small: Mutex::default(),
        }
    }

    pub(super) fn uri(&self, list: i64) -> String {
        format!("{}/status/{list}", self.issuer)
    }

    pub(super) fn aggregation_uri(&self) -> String {
        format!("{}/status", self.issuer)
    }

    /// The lists there are.
    pub(super) async fn open(&self) -> Result<Vec<OpenList>, DbError> {
        self.db.look(|tx| Box::pin(async move { status::lists(tx).await })).await
    }

    /// The list, to be handed out: from memory as long as nothing changed, published anew when
    /// something did. While the database does not answer, what was published last.
    pub(super) async fn served(
        &self,
        list: i64,
        now: Timestamp,
    ) -> Result<Option<Arc<Published>>, StatusError> {
        let kept = self.kept(list);
        if kept.as_ref().is_some_and(|kept| self.is_current(kept, now)) {
            return Ok(kept);
        }
        let lagging = kept.filter(|kept| now.seconds_since(kept.head.issued_at) < MAY_LAG_S);
        let _writer = match (self.writers.try_acquire(), lagging) {
            (Ok(writer), _) => Some(writer),
            (Err(_), Some(kept)) => return Ok(Some(kept)),
            (Err(_), None) => self.writers.acquire().await.ok(),
        };
        match self.renew(list, Effort::Quick, now).await {
            Ok((published, _)) => Ok(published),
            Err(StatusError::Db(error)) => {
                let kept = self.kept(list).filter(|kept| now < kept.expires_at());
                tracing::warn!(%error, list, "a status list is handed out as it was");
                kept.map(Some).ok_or(StatusError::Db(error))
            }
            Err(error) => Err(error),
        }
    }

    /// Publishes every list that changed since, and every one that is due to be signed anew.
    pub(super) async fn publish_due(&self, now: Timestamp) -> Result<Round, StatusError> {
        let open = self.open().await?;
        let heads: Vec<Head> = self
            .db
            .look(|tx| Box::pin(async move { status_publications::heads(tx).await }))
            .await?;
        let heads: HashMap<i64, Head> = heads.into_iter().map(|head| (head.list, head)).collect();
        let mut round = Round { lists: open.len(), signed: 0 };
        for OpenList { number, .. } in open {
            let newest = heads.get(&number).map(|head| head.version);
            let kept = self.kept(number).map(|kept| kept.head.version);
            if kept > newest {
                // Published just now, or the database is an earlier one.
                self.shelf.remove(number);
            }
            if kept != newest {
                self.fetch(number).await?;
            }
            if self.kept(number).is_some_and(|kept| self.is_current(&kept, now)) {
                continue;
            }
            let _writer = self.writers.acquire().await;
            let (_, signed) = self.renew(number, self.effort(number, now), now).await?;
            round.signed += usize::from(signed);
        }
        Ok(round)
    }

    /// What is kept of a list.
    pub(super) fn kept(&self, list: i64) -> Option<Arc<Published>> {
        self.shelf.get(list)
    }

    /// Nothing in the list has changed since, as far as is known here, and it was signed lately,
    /// for the address it has and by the key that signs now.
    fn is_current(&self, kept: &Published, now: Timestamp) -> bool {
        kept.head.seq >= self.follower.map.changed(kept.head.list)
            && now.seconds_since(kept.head.issued_at) < RESIGN_AFTER_S
            && kept.uri == self.uri(kept.head.list)
            && self.keys.signs(SigningAlgorithm::Es256, now).as_deref() == Some(kept.kid.as_str())
    }

    /// Publishes a list unless somebody else has meanwhile; answers whether it was done here. None
    /// for a list that was never opened.
    async fn renew(
        &self,
        list: i64,
        effort: Effort,
        now: Timestamp,
    ) -> Result<(Option<Arc<Published>>, bool), StatusError> {
        let mut known = match self.kept(list) {
            Some(kept) => Some(kept),
            None => self.fetch(list).await?,
        };
        if known.is_none() && !self.open().await?.iter().any(|open| open.number == list) {
            return Ok((None, false));
        }
        for _ in 0..TRIES {
            // Somebody else knows more of the log than this instance: theirs is the newer list.
            let ahead = |known: &Published| known.head.seq > self.follower.map.seq();
            if known.as_ref().is_some_and(|k| self.is_current(k, now) || ahead(k)) {
                return Ok((known, false));
            }
            let made = self.make(list, known.as_deref(), effort, now).await?;
            if self.offer(made.clone()).await? {
                return Ok((Some(self.keep(made).await?), true));
            }
            known = self.fetch(list).await?;
        }
        Ok((known, false))
    }

    async fn make(
        &self,
        list: i64,
        known: Option<&Published>,
        effort: Effort,
        now: Timestamp,
    ) -> Result<Publication, StatusError> {
        if self.follower.age().is_none() {
            return Err(DbError::unavailable("the status log was not read yet").into());
        }
        let version = known.map_or(0, |known| known.head.version).saturating_add(1);
        // Clocks of two instances differ: a newer list is never dated before an older one.
        let at = known.map_or(now, |known| now.max(known.head.issued_at));
        let addresses = Addresses { uri: self.uri(list), all: self.aggregation_uri() };
        let (keys, follower) = (Arc::clone(&self.keys), Arc::clone(&self.follower));
        blocking(move || {
            let (bits, seq) = follower.map.copy(list);
            let token = signed(&keys, &bits, effort, &addresses, at, now)?;
            Ok(Publication { head: Head { list, version, seq, issued_at: at }, token })
        })
        .await
    }

    async fn offer(&self, made: Publication) -> Result<bool, DbError> {
        let work = self.db.write(move |tx| {
            Box::pin(async move { status_publications::publish(tx, &made).await })
        });
        work.await
    }

    async fn fetch(&self, list: i64) -> Result<Option<Arc<Published>>, StatusError> {
        let found: Option<Publication> = self
            .db
            .look(move |tx| Box::pin(async move { status_publications::find(tx, list).await }))
            .await?;
        match found {
            Some(publication) => Ok(Some(self.keep(publication).await?)),
            None => Ok(None),
        }
    }

    async fn keep(&self, publication: Publication) -> Result<Arc<Published>, StatusError> {
        Ok(self.shelf.put(blocking(move || Published::of(publication)).await?))
    }

    /// The lower effort by the minute, the higher one by the hour.
    fn effort(&self, list: i64, now: Timestamp) -> Effort {
        let mut small = self.small.lock().unwrap_or_else(PoisonError::into_inner);
        let last = small.entry(list).or_insert(now);
        if now.seconds_since(*last) < SMALL_EVERY_S {
            return Effort::Quick;
        }
        *last = now;
        Effort::Small
    }
}

/// Runs what takes milliseconds away from the threads that serve requests.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, NotWritten> + Send + 'static,
) -> Result<T, StatusError> {
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.map_err(|_| DbError::other("a status list was not written"))??)
}
