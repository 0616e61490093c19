//! Every card's status in memory, following the append-only log, and the lists published from it.

use super::codec::{Effort, encode};
use super::feistel::{INDEX_BITS, IndexPermutation};
use crate::crypto::sha256;
use crate::domain::status::StatusValue;
use crate::domain::status_bits::{EntryBits, PackedStatuses};
use crate::domain::time::Timestamp;
use crate::ports::entropy::Entropy;
use crate::storage::status::{self, StatusPlace};
use crate::storage::vault::{Purpose, Vault};
use crate::storage::{Db, DbError};
use crate::token::keyring::KeyRing;
use crate::token::status_list::{STATUS_LIST_TYPE, StatusListClaims};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Mutex;

/// How many lists are filled at the same time: an index tells the less about when a card was made.
const OPEN_LISTS: i64 = 8;
/// Entries of a list.
const LIST_SIZE: i64 = 1 << INDEX_BITS;
/// How many counters an instance takes at a time; a divisor of the list's size.
const BLOCK: i64 = 64;
/// A list is signed anew after this long even when nothing changed (s).
const RESIGN_AFTER_S: u64 = 15 * 60;

/// Why a list could not be published.
#[derive(Debug, thiserror::Error)]
pub enum StatusError {
    /// The database does not answer.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The list could not be written or signed.
    #[error("status list not published: {0}")]
    Publish(String),
}

/// One published list.
#[derive(Clone)]
pub struct Published {
    /// The signed `statuslist+jwt`.
    pub token: Arc<str>,
    /// A strong entity tag, with its quotes.
    pub etag: String,
    /// When it was signed.
    pub issued_at: Timestamp,
}

struct List {
    bits: PackedStatuses,
    published: Option<Published>,
}

#[derive(Default)]
struct Followed {
    seq: i64,
    lists: HashMap<i64, List>,
}

/// Counters of a list that this instance may give out.
struct Block {
    list: i64,
    next: i64,
    end: i64,
}

impl Block {
    fn next(&mut self) -> Option<(i64, i64)> {
        let counter = (self.next < self.end).then_some(self.next)?;
        self.next += 1;
        Some((self.list, counter))
    }
}

/// The board. Clones share it.
#[derive(Clone)]
pub struct StatusBoard {
    db: Db,
    vault: Arc<Vault>,
    keys: Arc<KeyRing>,
    issuer: Arc<str>,
    followed: Arc<Mutex<Followed>>,
    blocks: Arc<Mutex<HashMap<i64, Block>>>,
}

impl StatusBoard {
    /// A board that has followed nothing yet.
    pub fn new(db: Db, vault: Arc<Vault>, keys: Arc<KeyRing>, issuer: &str) -> Self {
        let followed = Arc::new(Mutex::new(Followed::default()));
        let blocks = Arc::default();
        Self { db, vault, keys, issuer: issuer.into(), followed, blocks }
    }

    /// The address of a list: also its `sub`.
    pub fn uri(&self, list: i64) -> String {
        format!("{}/status/{list}", self.issuer)
    }

    /// The address of the list of lists.
    pub fn aggregation_uri(&self) -> String {
        format!("{}/status", self.issuer)
    }

    /// Takes a place in one of the lists that are being filled, drawn at random. Counters are
    /// taken from the database in blocks; what a stopped instance had left over stays unused.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn reserve(&self, entropy: &dyn Entropy) -> Result<StatusPlace, DbError> {
        let drawn = i64::from(entropy.below(u32::try_from(OPEN_LISTS).unwrap_or(1)));
        let mut blocks = self.blocks.lock().await;
        let (list, counter) = match blocks.get_mut(&drawn).and_then(Block::next) {
            Some(taken) => taken,
            None => {
                let mut block = self.take_block(drawn).await?;
                let taken = block.next().ok_or_else(|| DbError::other("an empty block"))?;
                blocks.insert(drawn, block);
                taken
            }
        };
        let index = self.permutation(list).index(u32::try_from(counter).unwrap_or(u32::MAX));
        let index = index.ok_or_else(|| DbError::other("status index out of range"))?;
        Ok(StatusPlace { list, index: i64::from(index) })
    }

    /// The next counters of the list, or of the one that follows it when it is full.
    async fn take_block(&self, drawn: i64) -> Result<Block, DbError> {
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let mut list = drawn;
                    loop {
                        if let Some(first) = status::take(tx, list, BLOCK, LIST_SIZE).await? {
                            return Ok(Block { list, next: first, end: first + BLOCK });
                        }
                        list = list.saturating_add(OPEN_LISTS);
                    }
                })
            })
            .await
    }

    /// The list's own permutation, under a key that leaves the keys folder only through HMAC.
    fn permutation(&self, list: i64) -> IndexPermutation {
        let derived = self.vault.index(Purpose::StatusIndex, &list.to_string());
        IndexPermutation::new(&sha256(derived.as_bytes()))
    }

    /// The status at a place, as of the last commit.
    ///
    /// # Errors
    /// [`StatusError`].
    pub async fn status(&self, place: StatusPlace) -> Result<Option<StatusValue>, StatusError> {
        let mut followed = self.followed.lock().await;
        self.follow(&mut followed).await?;
        let index = u32::try_from(place.index).unwrap_or(u32::MAX);
        let value = match followed.lists.get(&place.list) {
            Some(list) => list.bits.get(index),
            None => Some(0),
        };
        Ok(value.and_then(StatusValue::from_bits))
    }

    /// The list as published now: made anew when something in it changed; none for a number that
    /// was never opened.
    ///
    /// # Errors
    /// [`StatusError`].
    pub async fn publish(
        &self,
        list: i64,
        now: Timestamp,
    ) -> Result<Option<Published>, StatusError> {
        if !self.lists().await?.contains(&list) {
            return Ok(None);
        }
        let mut followed = self.followed.lock().await;
        self.follow(&mut followed).await?;
        let entry = followed.lists.entry(list).or_insert_with(empty);
        if let Some(published) = &entry.published
            && now.seconds_since(published.issued_at) < RESIGN_AFTER_S
        {
            return Ok(Some(published.clone()));
        }
        let published = self.sign(list, &entry.bits, now)?;
        entry.published = Some(published.clone());
        Ok(Some(published))
    }

    /// The numbers of the lists there are.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn lists(&self) -> Result<Vec<i64>, DbError> {
        self.db.look(move |tx| Box::pin(async move { status::lists(tx).await })).await
    }

    fn sign(
        &self,
        list: i64,
        bits: &PackedStatuses,
        now: Timestamp,
    ) -> Result<Published, StatusError> {
        let failed = |e: String| StatusError::Publish(e);
        let lst = encode(bits, Effort::Quick).map_err(|e| failed(e.to_string()))?;
        let (uri, all) = (self.uri(list), self.aggregation_uri());
        let claims = StatusListClaims::new(&uri, EntryBits::Two, lst, &all, now);
        let token =
            self.keys.sign(STATUS_LIST_TYPE, &claims, now).map_err(|e| failed(e.to_string()))?;
        let etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(sha256(token.as_bytes())));
        Ok(Published { token: token.into(), etag, issued_at: now })
    }

    /// Reads the log on from where it was left.
    async fn follow(&self, followed: &mut Followed) -> Result<(), DbError> {
        loop {
            let seq = followed.seq;
            let news: Vec<_> = self
                .db
                .look::<_, DbError, _>(move |tx| {
                    Box::pin(async move { status::follow(tx, seq).await })
                })
                .await?;
            if news.is_empty() {
                return Ok(());
            }
            for entry in news {
                let list = followed.lists.entry(entry.place.list).or_insert_with(empty);
                let index = u32::try_from(entry.place.index).unwrap_or(u32::MAX);
                let value = u8::try_from(entry.value).unwrap_or(u8::MAX);
                if list.bits.set(index, value).is_err() {
                    return Err(DbError::other("a line of the status log fits no list"));
                }
                list.published = None;
                followed.seq = entry.seq;
            }
        }
    }
}

fn empty() -> List {
    let entries = u32::try_from(LIST_SIZE).unwrap_or(0);
    List { bits: PackedStatuses::zeros(EntryBits::Two, entries), published: None }
}
