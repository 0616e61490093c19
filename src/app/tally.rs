//! Counts what is too frequent for a line of audit each: tokens that clients get for themselves.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// How many tokens each client got since the last look.
#[derive(Debug, Default)]
pub struct Tally(Mutex<BTreeMap<String, u64>>);

impl Tally {
    /// Counts one.
    pub fn count(&self, client: &str) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match counts.get_mut(client) {
            Some(count) => *count += 1,
            None => drop(counts.insert(client.to_owned(), 1)),
        }
    }

    /// Takes the counts out.
    pub fn take(&self) -> BTreeMap<String, u64> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts counts back that could not be written down.
    pub fn give_back(&self, taken: BTreeMap<String, u64>) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (client, count) in taken {
            *counts.entry(client).or_default() += count;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_counted_is_lost_and_nothing_counted_twice() {
        let tally = Tally::default();
        tally.count("a");
        tally.count("a");
        let taken = tally.take();
        assert_eq!(taken, BTreeMap::from([("a".to_owned(), 2)]));
        assert!(tally.take().is_empty());
        tally.count("a");
        tally.give_back(taken);
        assert_eq!(tally.take(), BTreeMap::from([("a".to_owned(), 3)]));
    }
}
