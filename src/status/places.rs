//! Which place the next entry gets: drawn so that it tells nothing of when it was given, or of
//! what else its card holds.

use super::feistel::{INDEX_BITS, IndexPermutation};
use crate::crypto::sha256;
use crate::ports::entropy::Entropy;
use crate::storage::status::{self, StatusPlace};
use crate::storage::vault::{Purpose, Vault};
use crate::storage::{Db, DbError};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Mutex;

/// How many lists are filled at the same time. More would hide the time an entry was given a
/// little better; fewer lets each entry hide among more others while there are few, and a
/// verifier fetch less.
const OPEN_LISTS: i64 = 8;
/// Entries of a list.
const LIST_SIZE: i64 = 1 << INDEX_BITS;
/// How many counters an instance takes at a time; a divisor of the list's size.
const BLOCK: i64 = 64;

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

/// Gives places out.
pub(super) struct Places {
    db: Db,
    vault: Arc<Vault>,
    blocks: Mutex<HashMap<i64, Block>>,
}

impl Places {
    pub(super) fn new(db: Db, vault: Arc<Vault>) -> Self {
        Self { db, vault, blocks: Mutex::default() }
    }

    /// Takes a place in one of the lists that are being filled, drawn at random. Counters are
    /// taken from the database in blocks; what a stopped instance had left over stays unused.
    pub(super) async fn reserve(&self, entropy: &dyn Entropy) -> Result<StatusPlace, DbError> {
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
}
