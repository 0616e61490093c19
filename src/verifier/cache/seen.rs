//! What was shown already, and may not be shown again.

use crate::domain::time::Timestamp;
use std::collections::BTreeMap;

/// What showing something for the first or the second time comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::verifier) enum Shown {
    /// Never seen before; it is remembered now.
    First,
    /// Seen before.
    Again,
    /// There is no room to remember it, so nobody could tell the second time from the first.
    Full,
}

/// Names of things shown, each until it could not be shown anyway.
pub(in crate::verifier) struct SeenCache {
    until: BTreeMap<[u8; 32], Timestamp>,
    most: usize,
}

impl SeenCache {
    pub(in crate::verifier) fn new(most: usize) -> Self {
        Self { until: BTreeMap::new(), most }
    }

    /// Whether it was shown before.
    pub(in crate::verifier) fn knows(&self, what: &[u8; 32], now: Timestamp) -> bool {
        self.until.get(what).is_some_and(|until| now < *until)
    }

    /// Remembers `what`. A full memory refuses rather than forgets.
    pub(in crate::verifier) fn show(
        &mut self,
        what: [u8; 32],
        until: Timestamp,
        now: Timestamp,
    ) -> Shown {
        if self.knows(&what, now) {
            return Shown::Again;
        }
        if self.until.len() >= self.most {
            self.until.retain(|_, until| now < *until);
        }
        if self.until.len() >= self.most {
            return Shown::Full;
        }
        self.until.insert(what, until);
        Shown::First
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: i64) -> Timestamp {
        Timestamp::from_epoch_seconds(seconds)
    }

    #[test]
    fn a_full_memory_refuses_rather_than_forgets() {
        let mut seen = SeenCache::new(2);
        assert_eq!(seen.show([1; 32], at(180), at(0)), Shown::First);
        assert_eq!(seen.show([2; 32], at(200), at(0)), Shown::First);
        assert_eq!(seen.show([3; 32], at(180), at(0)), Shown::Full);
        assert_eq!(seen.show([1; 32], at(400), at(179)), Shown::Again);
        assert_eq!(seen.show([3; 32], at(400), at(180)), Shown::First, "room when one is over");
        assert_eq!(seen.show([2; 32], at(400), at(199)), Shown::Again);
    }
}
