//! A map in memory that is bounded and keeps what is asked about: when the younger half is full it
//! takes the place of the older one.

use std::collections::HashMap;
use std::hash::Hash;

/// The two halves: at most twice `most` values are held.
#[derive(Debug)]
pub(super) struct Halves<K, V> {
    most: usize,
    young: HashMap<K, V>,
    old: HashMap<K, V>,
}

impl<K: Eq + Hash + Clone, V: Clone> Halves<K, V> {
    /// An empty map with halves of `most` values.
    pub(super) fn new(most: usize) -> Self {
        Self { most, young: HashMap::new(), old: HashMap::new() }
    }

    /// A value, which stays longer for having been asked about.
    pub(super) fn get(&mut self, key: &K) -> Option<V> {
        if let Some(found) = self.young.get(key) {
            return Some(found.clone());
        }
        let found = self.old.remove(key)?;
        self.keep(key.clone(), found.clone());
        Some(found)
    }

    /// Keeps a value.
    pub(super) fn keep(&mut self, key: K, value: V) {
        if self.young.len() >= self.most {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_bounded_and_what_is_asked_about_stays() {
        let mut halves = Halves::new(100);
        halves.keep(0, "first");
        for n in 1..300 {
            assert!(halves.get(&0).is_some(), "{n}");
            halves.keep(n, "more");
        }
        assert!(halves.young.len() + halves.old.len() <= 200);
        assert!(halves.get(&1).is_none());
    }
}
