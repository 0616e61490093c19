//! What the rest of the service sees of card status.

use super::follow::Follower;
use super::places::Places;
use super::published::{NotWritten, Published};
use super::publisher::{Publisher, Round};
use crate::domain::status::StatusValue;
use crate::domain::time::Timestamp;
use crate::ports::entropy::Entropy;
use crate::storage::status::StatusPlace;
use crate::storage::vault::Vault;
use crate::storage::{Db, DbError};
use crate::token::keyring::KeyRing;
use std::sync::Arc;
use std::time::Duration;

/// Why a list could not be published.
#[derive(Debug, thiserror::Error)]
pub enum StatusError {
    /// The database does not answer.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The list could not be written or signed.
    #[error(transparent)]
    Publish(#[from] NotWritten),
}

/// The board. Clones share it.
#[derive(Clone)]
pub struct StatusBoard(Arc<Parts>);

struct Parts {
    places: Places,
    follower: Arc<Follower>,
    publisher: Publisher,
}

impl StatusBoard {
    /// A board that has followed nothing yet: it answers nothing before [`Self::follow`]. When it
    /// could not follow for longer than `unknown_after`, it answers nothing either.
    pub fn new(
        db: Db,
        vault: Arc<Vault>,
        keys: Arc<KeyRing>,
        issuer: &str,
        unknown_after: Duration,
    ) -> Self {
        let follower = Arc::new(Follower::new(db.clone(), unknown_after));
        let publisher = Publisher::new(db.clone(), keys, issuer, Arc::clone(&follower));
        Self(Arc::new(Parts { places: Places::new(db, vault), follower, publisher }))
    }

    /// The address of a list: also its `sub`.
    pub fn uri(&self, list: i64) -> String {
        self.0.publisher.uri(list)
    }

    /// The address of the list of lists.
    pub fn aggregation_uri(&self) -> String {
        self.0.publisher.aggregation_uri()
    }

    /// Takes a place in one of the lists that are being filled, drawn at random.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn reserve(&self, entropy: &dyn Entropy) -> Result<StatusPlace, DbError> {
        self.0.places.reserve(entropy).await
    }

    /// The status at a place: a look into memory, without a trip and without waiting. It holds what
    /// this instance committed and then followed, and within a second what others did.
    ///
    /// `None` is "nobody can tell", never "valid": the index is beyond the list, or the map could
    /// not follow the log for too long ([`Self::age`]). That a place was given out is not asked.
    pub fn value(&self, place: StatusPlace) -> Option<StatusValue> {
        self.0.follower.value(place)
    }

    /// How long ago the map held everything that was committed; none before it began.
    pub fn age(&self) -> Option<Duration> {
        self.0.follower.age()
    }

    /// The number of the last line of the log that the map holds.
    pub fn seq(&self) -> i64 {
        self.0.follower.map.seq()
    }

    /// How many lists take memory: 256 KiB each.
    pub fn lists_held(&self) -> usize {
        self.0.follower.map.lists_held()
    }

    /// Reads the log on from where it was left. **Whoever commits a change of status calls this
    /// after the commit**: when it returns, what was committed is known here. (Other instances hear
    /// of it by themselves.) The first call begins the map. A failure loses nothing.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn follow(&self) -> Result<(), DbError> {
        self.0.follower.follow().await
    }

    /// The status at a place as of the last commit, by a trip to the database.
    ///
    /// # Errors
    /// [`StatusError`].
    pub async fn status(&self, place: StatusPlace) -> Result<Option<StatusValue>, StatusError> {
        self.follow().await?;
        Ok(self.value(place))
    }

    /// The list as published: from memory, and published anew when something in it changed or it
    /// is a quarter of an hour old; none for a number that was never opened.
    ///
    /// # Errors
    /// [`StatusError`].
    pub async fn publish(
        &self,
        list: i64,
        now: Timestamp,
    ) -> Result<Option<Arc<Published>>, StatusError> {
        self.0.publisher.served(list, now).await
    }

    /// Publishes every list in which something changed, and every one that is due to be signed
    /// anew. For whoever calls it often: within a minute a change is published.
    ///
    /// # Errors
    /// [`StatusError`].
    pub async fn publish_due(&self, now: Timestamp) -> Result<Round, StatusError> {
        self.0.publisher.publish_due(now).await
    }

    /// What was published of a list last, as far as is known here.
    pub fn published(&self, list: i64) -> Option<Arc<Published>> {
        self.0.publisher.kept(list)
    }

    /// The numbers of the lists there are.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn lists(&self) -> Result<Vec<i64>, DbError> {
        Ok(self.0.publisher.open().await?.into_iter().map(|open| open.number).collect())
    }
}
