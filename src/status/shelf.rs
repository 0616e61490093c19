//! What was published, ready to be handed out: of each list the newest that was seen.

use super::published::Published;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// The newest of each list, by its number.
#[derive(Default)]
pub(super) struct Shelf(RwLock<HashMap<i64, Arc<Published>>>);

impl Shelf {
    pub(super) fn get(&self, list: i64) -> Option<Arc<Published>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&list).cloned()
    }

    pub(super) fn remove(&self, list: i64) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(&list);
    }

    /// Puts a list there, unless a newer one is; answers which is.
    pub(super) fn put(&self, published: Published) -> Arc<Published> {
        let published = Arc::new(published);
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let entry = all.entry(published.head.list).or_insert_with(|| Arc::clone(&published));
        if entry.head.version < published.head.version {
            *entry = published;
        }
        Arc::clone(entry)
    }
}
