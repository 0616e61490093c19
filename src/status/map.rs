//! The status of every entry in memory: two bits each, read without a database.

use crate::domain::status::StatusValue;
use crate::domain::status_bits::{EntryBits, PackedStatuses};
use crate::storage::status::{LogEntry, StatusPlace};
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// Entries of a list.
pub(super) const LIST_SIZE: u32 = 1 << super::feistel::INDEX_BITS;

/// A list as it was read from somewhere, to begin with.
pub(super) struct Loaded {
    pub(super) list: i64,
    pub(super) bits: PackedStatuses,
    /// The line up to which it is complete, or later.
    pub(super) seq: i64,
}

/// A line that fits no list: its index or value is out of range.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Misfit;

/// The map. Only the follower writes, under its own lock; a reader waits for nobody but a writer
/// that sets one entry. A list nobody wrote of takes no memory: all of it is valid.
#[derive(Default)]
pub(super) struct StatusMap {
    lists: RwLock<HashMap<i64, Arc<List>>>,
    seq: AtomicI64,
}

struct List {
    bits: RwLock<PackedStatuses>,
    /// The last line that was of this list.
    changed: AtomicI64,
}

impl List {
    fn new(bits: PackedStatuses, changed: i64) -> Arc<Self> {
        Arc::new(Self { bits: RwLock::new(bits), changed: AtomicI64::new(changed) })
    }
}

/// A whole list in which everybody is valid.
pub(super) fn all_valid() -> PackedStatuses {
    PackedStatuses::zeros(EntryBits::Two, LIST_SIZE)
}

impl StatusMap {
    fn list(&self, number: i64) -> Option<Arc<List>> {
        self.lists.read().unwrap_or_else(PoisonError::into_inner).get(&number).cloned()
    }

    fn list_or_new(&self, number: i64) -> Arc<List> {
        self.list(number).unwrap_or_else(|| {
            let mut lists = self.lists.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(lists.entry(number).or_insert_with(|| List::new(all_valid(), 0)))
        })
    }

    /// The value at a place; none for an index beyond a list's end, and for a value that has no
    /// meaning here.
    pub(super) fn value(&self, place: StatusPlace) -> Option<StatusValue> {
        let index = u32::try_from(place.index).ok().filter(|index| *index < LIST_SIZE)?;
        let lists = self.lists.read().unwrap_or_else(PoisonError::into_inner);
        let Some(list) = lists.get(&place.list) else { return Some(StatusValue::Valid) };
        let bits = list.bits.read().unwrap_or_else(PoisonError::into_inner).get(index)?;
        StatusValue::from_bits(bits)
    }

    /// The number of the last line taken in.
    pub(super) fn seq(&self) -> i64 {
        self.seq.load(Ordering::Acquire)
    }

    /// The number of the last line that was of this list; 0 for none.
    pub(super) fn changed(&self, list: i64) -> i64 {
        self.list(list).map_or(0, |list| list.changed.load(Ordering::Acquire))
    }

    /// The list as it stands, and the line up to which it is complete, or later.
    pub(super) fn copy(&self, list: i64) -> (PackedStatuses, i64) {
        // Read first: what comes in between makes the copy newer than it says, never older.
        let seq = self.seq();
        let bits = self.list(list).map_or_else(all_valid, |list| {
            list.bits.read().unwrap_or_else(PoisonError::into_inner).clone()
        });
        (bits, seq)
    }

    /// How many lists take memory.
    pub(super) fn lists_held(&self) -> usize {
        self.lists.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Begins anew with what was read, complete up to `seq`.
    pub(super) fn begin(&self, loaded: Vec<Loaded>, seq: i64) {
        let lists = loaded.into_iter().map(|l| (l.list, List::new(l.bits, l.seq)));
        *self.lists.write().unwrap_or_else(PoisonError::into_inner) = lists.collect();
        self.seq.store(seq, Ordering::Release);
    }

    /// Takes in lines of the log, in order.
    pub(super) fn take_in(&self, lines: &[LogEntry]) -> Result<(), Misfit> {
        for line in lines {
            let index = u32::try_from(line.place.index).map_err(|_| Misfit)?;
            let value = u8::try_from(line.value).map_err(|_| Misfit)?;
            let list = self.list_or_new(line.place.list);
            let mut bits = list.bits.write().unwrap_or_else(PoisonError::into_inner);
            bits.set(index, value).map_err(|_| Misfit)?;
            drop(bits);
            list.changed.store(line.seq, Ordering::Release);
        }
        if let Some(last) = lines.last() {
            self.seq.store(last.seq, Ordering::Release);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(list: i64, index: i64) -> StatusPlace {
        StatusPlace { list, index }
    }

    fn line(seq: i64, list: i64, index: i64, value: i64) -> LogEntry {
        LogEntry { seq, place: place(list, index), value }
    }

    #[test]
    fn an_entry_has_its_last_value_and_no_neighbour_changes() {
        let map = StatusMap::default();
        map.take_in(&[line(1, 0, 6, 2), line(2, 0, 6, 0), line(3, 0, 5, 1)]).unwrap();
        assert_eq!(map.value(place(0, 6)), Some(StatusValue::Valid));
        assert_eq!(map.value(place(0, 5)), Some(StatusValue::Invalid));
        assert_eq!(map.value(place(0, 4)), Some(StatusValue::Valid));
        assert_eq!(map.value(place(1, 5)), Some(StatusValue::Valid), "another list");
        assert_eq!((map.seq(), map.changed(0), map.changed(1)), (3, 3, 0));
    }

    #[test]
    fn what_is_out_of_range_has_no_value() {
        let map = StatusMap::default();
        for index in [-1, i64::from(LIST_SIZE), i64::MAX] {
            assert_eq!(map.value(place(0, index)), None, "{index}");
        }
        map.take_in(&[line(1, 0, 0, 3)]).unwrap();
        assert_eq!(map.value(place(0, 0)), None, "3 has no meaning");
    }

    #[test]
    fn a_line_that_fits_no_list_is_refused() {
        let map = StatusMap::default();
        for wrong in [line(1, 0, -1, 1), line(1, 0, i64::from(LIST_SIZE), 1), line(1, 0, 1, 4)] {
            assert_eq!(map.take_in(&[wrong]), Err(Misfit));
        }
        assert_eq!(map.seq(), 0);
    }

    #[test]
    fn a_copy_says_up_to_where_it_is_complete() {
        let map = StatusMap::default();
        map.take_in(&[line(1, 3, 7, 1)]).unwrap();
        let (bits, seq) = map.copy(3);
        assert_eq!((bits.get(7), bits.get(8), seq), (Some(1), Some(0), 1));
        assert_eq!(map.copy(4).0, all_valid());
    }
}
