//! The audit's lanes as SQLite's one writer knows them.
//!
//! A lane's end and a citizen's key are read once and carried on in memory from one unit of work
//! to the next, so that an event costs no statement of its own before it is written. What is
//! carried stands only as long as nobody else wrote: SQLite's `data_version` changes with every
//! commit of another connection, and is asked at the first event of every group. PostgreSQL has
//! many writers and reads a lane's end under its row lock each time.

use super::tx::Tx;
use super::vault::citizen::CitizenKey;
use super::{DbError, run};
use crate::domain::ids::CitizenId;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// On SQLite alone: what changes when another connection commits.
const VERSION: &str = "SELECT data_version FROM pragma_data_version";
const ENDS: &str = "SELECT lane, seq, head FROM audit_lanes";
const SET_END: &str = "UPDATE audit_lanes SET seq = $2, head = $3 WHERE lane = $1 AND seq = $4";
/// Statements that both databases understand.
pub(super) const STATEMENTS: &[&str] = &[ENDS, SET_END];
/// More citizens than one writer carries keys for; beyond it all are looked up anew.
const MOST_KEYS: usize = 4096;

/// How far a lane goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct End {
    /// The last row's number.
    pub seq: i64,
    /// The last row's hash.
    pub head: String,
}

/// What a unit of work changed, to be put back when it is undone.
#[derive(Debug)]
enum Change {
    End(i64, End),
    Key(CitizenId),
}

/// What is carried.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    /// Of the database the rest was read from; none when nothing was read yet.
    version: Option<i64>,
    /// Whether the version was compared in this group.
    is_current: bool,
    ends: BTreeMap<i64, End>,
    /// Ends as they stand in the database, of the lanes that went further since.
    written: BTreeMap<i64, i64>,
    keys: HashMap<CitizenId, Arc<CitizenKey>>,
    journal: Vec<Change>,
}

impl Lanes {
    /// A new group begins: others may have written meanwhile.
    pub(super) fn begin(&mut self) {
        self.is_current = false;
    }

    /// The unit of work is kept.
    pub(super) fn keep(&mut self) {
        self.journal.clear();
    }

    /// The unit of work is undone.
    pub(super) fn undo(&mut self) {
        while let Some(change) = self.journal.pop() {
            match change {
                Change::End(lane, end) => drop(self.ends.insert(lane, end)),
                Change::Key(citizen) => drop(self.keys.remove(&citizen)),
            }
        }
    }

    /// A lane's end.
    pub(super) fn end(&self, lane: i64) -> End {
        self.ends.get(&lane).cloned().unwrap_or_default()
    }

    /// Moves a lane's end.
    pub(super) fn advance(&mut self, lane: i64, end: End) {
        let before = self.ends.insert(lane, end).unwrap_or_default();
        self.written.entry(lane).or_insert(before.seq);
        self.journal.push(Change::End(lane, before));
    }

    /// A citizen's key, if it is carried.
    pub(super) fn key(&self, citizen: &CitizenId) -> Option<Arc<CitizenKey>> {
        self.keys.get(citizen).cloned()
    }

    /// Carries a citizen's key.
    pub(super) fn carry(&mut self, citizen: &CitizenId, key: Arc<CitizenKey>) {
        if self.keys.len() >= MOST_KEYS {
            self.keys.clear();
        }
        self.keys.insert(citizen.clone(), key);
        self.journal.push(Change::Key(citizen.clone()));
    }

    /// Carries a citizen's key no longer.
    pub(super) fn drop_key(&mut self, citizen: &CitizenId) {
        self.keys.remove(citizen);
    }

    fn renew(&mut self, version: i64, ends: Vec<(i64, i64, String)>) {
        *self = Self { version: Some(version), ..Self::default() };
        self.ends = ends.into_iter().map(|(lane, seq, head)| (lane, End { seq, head })).collect();
    }
}

/// Makes sure that what is carried is what the database holds.
pub(super) async fn refresh(tx: &mut Tx) -> Result<(), DbError> {
    if tx.lanes().is_none_or(|lanes| lanes.is_current) {
        return Ok(());
    }
    let version = run!(tx, fetch_one, sqlx::query_scalar::<_, i64>(VERSION))?;
    if tx.lanes().is_some_and(|lanes| lanes.version != Some(version)) {
        let ends = run!(tx, fetch_all, sqlx::query_as::<_, (i64, i64, String)>(ENDS))?;
        if let Some(lanes) = tx.lanes() {
            lanes.renew(version, ends);
        }
    }
    if let Some(lanes) = tx.lanes() {
        lanes.is_current = true;
    }
    Ok(())
}

/// Keeps the writing of every lane that went further for the end of the group.
pub(super) fn write_ends(tx: &mut Tx) {
    let Some(lanes) = tx.lanes() else { return };
    let moved: Vec<(i64, i64, End)> = std::mem::take(&mut lanes.written)
        .into_iter()
        .map(|(lane, from)| (lane, from, lanes.end(lane)))
        .filter(|(_, from, end)| end.seq != *from)
        .collect();
    for (lane, from, End { seq, head }) in moved {
        tx.later(SET_END, vec![lane.into(), seq.into(), head.into(), from.into()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(seq: i64) -> End {
        End { seq, head: format!("h{seq}") }
    }

    #[test]
    fn what_an_undone_unit_of_work_moved_stands_where_it_stood() {
        let mut lanes = Lanes::default();
        lanes.renew(1, vec![(0, 5, "h5".to_owned())]);
        lanes.advance(0, end(6));
        lanes.keep();
        lanes.advance(0, end(7));
        lanes.advance(0, end(8));
        lanes.advance(3, end(1));
        lanes.undo();
        assert_eq!(lanes.end(0), end(6));
        assert_eq!(lanes.end(3), End::default());
        assert_eq!(lanes.written.get(&0), Some(&5), "the group still goes on from there");
    }

    #[test]
    fn another_version_of_the_database_forgets_all() {
        let mut lanes = Lanes::default();
        lanes.renew(1, vec![(0, 5, "h5".to_owned())]);
        lanes.advance(0, end(6));
        lanes.renew(2, vec![(0, 9, "h9".to_owned())]);
        assert_eq!(lanes.end(0), end(9));
        assert!(lanes.written.is_empty() && lanes.keys.is_empty() && lanes.journal.is_empty());
    }
}
