//! Status lists, remembered: so many, so many bytes, and never an older one for a newer.

use super::{RETRY, freshness};
use crate::domain::time::Timestamp;
use crate::verifier::fetched::{Fetched, Wanted};
use crate::verifier::keys::TrustedKeys;
use crate::verifier::reason::{ListProblem, Reason};
use crate::verifier::status_list::{ListExpectation, StatusList, verify_status_list};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// How many addresses are remembered for each list that is held: an address whose list was let go
/// still knows how new its list was.
const ADDRESSES_A_LIST: usize = 4;

/// What there is of a list now.
pub(in crate::verifier) enum Known {
    /// Fresh.
    Fresh(Arc<StatusList>),
    /// Not fresh; `true` when it should be asked for again.
    Old(Arc<StatusList>, bool),
    /// None, and why the last one was refused; `true` when it should be asked for.
    None(Option<ListProblem>, bool),
}

#[derive(Default)]
struct Slot {
    list: Option<Arc<StatusList>>,
    etag: Option<String>,
    fresh_until: Option<Timestamp>,
    newest: Option<Timestamp>,
    tried_at: Option<Timestamp>,
    problem: Option<ListProblem>,
    used: u64,
}

pub(in crate::verifier) struct ListCache {
    slots: BTreeMap<String, Slot>,
    most_lists: usize,
    most_bytes: usize,
    uses: u64,
}

impl ListCache {
    pub(in crate::verifier) fn new(most_lists: usize, most_bytes: usize) -> Self {
        Self { slots: BTreeMap::new(), most_lists, most_bytes, uses: 0 }
    }

    /// A list is fresh while its sender says so and its knowledge is not older than `most`.
    pub(in crate::verifier) fn known(
        &mut self,
        uri: &str,
        most: Duration,
        now: Timestamp,
    ) -> Known {
        self.uses = self.uses.saturating_add(1);
        let Some(slot) = self.slots.get_mut(uri) else { return Known::None(None, true) };
        slot.used = self.uses;
        let may_ask = slot.may_ask(now);
        match &slot.list {
            Some(list) if slot.fresh(now) && list.age(now) <= most => {
                Known::Fresh(Arc::clone(list))
            }
            Some(list) => Known::Old(Arc::clone(list), may_ask),
            None => Known::None(slot.problem, may_ask),
        }
    }

    /// Remembers an address whose list is to be kept, if there is room.
    pub(in crate::verifier) fn follow(&mut self, uri: &str) {
        if self.slots.len() < self.most_lists {
            self.slots.entry(uri.to_owned()).or_default();
        }
    }

    #[cfg(test)]
    pub(in crate::verifier) fn held(&self) -> usize {
        self.slots.values().filter(|slot| slot.list.is_some()).count()
    }

    /// Every list that is no longer fresh.
    pub(in crate::verifier) fn due(&self, now: Timestamp, after: Duration) -> Vec<Wanted> {
        let stale = |slot: &&Slot| {
            let young = slot.list.as_ref().is_some_and(|list| list.age(now) < after);
            !(young && slot.fresh(now)) && slot.may_ask(now)
        };
        let due = self.slots.iter().filter(|(_, slot)| stale(slot));
        due.map(|(uri, slot)| Wanted::list(uri.clone(), slot.held_etag())).collect()
    }

    /// The oldest knowledge among the addresses remembered; none when one has no list at all.
    pub(in crate::verifier) fn oldest(&self, now: Timestamp) -> Option<Duration> {
        let ages = self.slots.values().map(|slot| slot.list.as_ref().map(|list| list.age(now)));
        ages.collect::<Option<Vec<_>>>()?.into_iter().max()
    }

    pub(in crate::verifier) fn wanted(&self, uri: &str) -> Wanted {
        Wanted::list(uri.to_owned(), self.slots.get(uri).and_then(Slot::held_etag))
    }

    /// Takes over an answer, or that there was none. A list that is held stays when the answer is
    /// refused.
    pub(in crate::verifier) fn take(
        &mut self,
        uri: &str,
        got: Option<Fetched>,
        keys: &TrustedKeys,
        issuer: &str,
        now: Timestamp,
    ) -> Result<(), ListProblem> {
        self.uses = self.uses.saturating_add(1);
        let slot = self.slots.entry(uri.to_owned()).or_default();
        slot.used = self.uses;
        let taken = slot.take(uri, got, keys, issuer, now);
        self.shrink();
        taken
    }

    /// Lets go of the lists used longest ago, until the bounds hold.
    fn shrink(&mut self) {
        loop {
            let held = || self.slots.iter().filter(|(_, slot)| slot.list.is_some());
            let bytes: usize = held().map(|(_, slot)| slot.bytes()).sum();
            if held().count() <= self.most_lists && bytes <= self.most_bytes {
                break;
            }
            let oldest = held().min_by_key(|(_, slot)| slot.used).map(|(uri, _)| uri.clone());
            let Some(slot) = oldest.and_then(|uri| self.slots.get_mut(&uri)) else { break };
            (slot.list, slot.etag, slot.fresh_until) = (None, None, None);
        }
        while self.slots.len() > self.most_lists.saturating_mul(ADDRESSES_A_LIST) {
            let empty = self.slots.iter().filter(|(_, slot)| slot.list.is_none());
            let oldest = empty.min_by_key(|(_, slot)| slot.used).map(|(uri, _)| uri.clone());
            let Some(uri) = oldest else { break };
            self.slots.remove(&uri);
        }
    }
}

impl Slot {
    fn may_ask(&self, now: Timestamp) -> bool {
        self.tried_at.is_none_or(|at| now.seconds_since(at) >= RETRY.as_secs())
    }

    fn fresh(&self, now: Timestamp) -> bool {
        self.fresh_until.is_some_and(|until| now < until)
    }

    fn bytes(&self) -> usize {
        self.list.as_ref().map_or(0, |list| list.bytes())
    }

    fn held_etag(&self) -> Option<String> {
        self.list.as_ref().and_then(|_| self.etag.clone())
    }

    fn take(
        &mut self,
        uri: &str,
        got: Option<Fetched>,
        keys: &TrustedKeys,
        issuer: &str,
        now: Timestamp,
    ) -> Result<(), ListProblem> {
        self.tried_at = Some(now);
        match got {
            Some(Fetched::NotModified { max_age }) => {
                let Some(held) = &self.list else { return Ok(()) };
                let list = held.confirmed(now);
                self.accept(list, max_age, Duration::ZERO, now);
            }
            Some(Fetched::Body { bytes, etag, max_age, age }) => {
                let list = self.read(uri, &bytes, keys, issuer, now);
                self.problem = list.as_ref().err().copied();
                self.etag = etag;
                self.accept(list?.confirmed(now - age), max_age, age, now);
            }
            None => {}
        }
        Ok(())
    }

    fn read(
        &self,
        uri: &str,
        bytes: &[u8],
        keys: &TrustedKeys,
        issuer: &str,
        now: Timestamp,
    ) -> Result<StatusList, ListProblem> {
        let text = std::str::from_utf8(bytes).map_err(|_| Reason::Malformed)?.trim();
        let expect = ListExpectation { issuer, uri, known: self.list.as_deref() };
        let list = verify_status_list(text, keys, &expect, now)?;
        let older = self.newest.is_some_and(|newest| list.issued_at < newest);
        if older { Err(ListProblem::Older) } else { Ok(list) }
    }

    fn accept(
        &mut self,
        list: StatusList,
        max_age: Option<Duration>,
        age: Duration,
        now: Timestamp,
    ) {
        self.fresh_until = Some(now + freshness([max_age, list.time_to_live], age));
        self.newest = Some(list.issued_at);
        self.list = Some(Arc::new(list));
    }
}
