//! The order in which something shown is judged, and where it stops to have something fetched.

use super::Verifier;
use crate::domain::function::CardFunction;
use crate::domain::time::Timestamp;
use crate::verifier::cache::{keys, lists};
use crate::verifier::card_token::{Expectation, verify_card_token};
use crate::verifier::fetched::Wanted;
use crate::verifier::keys::TrustedKeys;
use crate::verifier::offline::{OFFLINE_PREFIX, is_online_code, open_presentation};
use crate::verifier::outcome::{Outcome, Shown, Step};
use crate::verifier::reason::{Reason, UnknownReason};
use crate::verifier::status_list::StatusList;
use crate::verifier::verdict::Verdict;
use std::sync::Arc;

impl Verifier {
    /// `Err` is what must be fetched first.
    pub(super) fn run(
        &self,
        text: &str,
        function: Option<CardFunction>,
        now: Timestamp,
        network: bool,
    ) -> Result<Step, Wanted> {
        let done = |outcome| Ok(Step::Done(outcome));
        if is_online_code(text) {
            return done(Outcome::unknown(UnknownReason::NeedsIssuer));
        }
        let (keys, fresh) = match self.keys(now, network)? {
            Some(known) => known,
            None => return done(Outcome::unknown(UnknownReason::KeysUnavailable)),
        };
        let shown = match self.open(text, &keys, now) {
            Ok(shown) => shown,
            Err(Reason::UnknownKey) => {
                return self.unknown_key(fresh, now, network).map(Step::Done);
            }
            Err(reason) => return done(Outcome::Invalid(reason)),
        };
        if self.memory().seen.knows(&shown.identity(), now) {
            return done(Outcome::Invalid(Reason::Replayed));
        }
        let verdict = match self.list(&shown.status().uri, now, network)? {
            Ok(list) => self.of_list(&shown, &list, now),
            Err(reason) => Verdict::Unknown(reason),
        };
        done(self.conclude(shown, verdict, function, now))
    }

    /// The keys, and whether they are fresh.
    fn keys(
        &self,
        now: Timestamp,
        network: bool,
    ) -> Result<Option<(Arc<TrustedKeys>, bool)>, Wanted> {
        let memory = self.memory();
        match memory.keys.known(now) {
            keys::Known::Fresh(keys) => Ok(Some((keys, true))),
            keys::Known::Old(_, true) | keys::Known::None(true) if network => {
                Err(self.wanted_keys(&memory))
            }
            keys::Known::Old(keys, _) => Ok(Some((keys, false))),
            keys::Known::None(_) => Ok(None),
        }
    }

    fn open(&self, text: &str, keys: &TrustedKeys, now: Timestamp) -> Result<Shown, Reason> {
        let issuer = self.settings.issuer.as_str();
        if text.starts_with(OFFLINE_PREFIX) {
            let code = open_presentation(text, keys, issuer, now)?;
            return Ok(Shown::Code(Box::new(code)));
        }
        let audiences: Vec<&str> = self.settings.audiences.iter().map(String::as_str).collect();
        let expect = Expectation { issuer, audiences: &audiences };
        Ok(Shown::Token(Box::new(verify_card_token(text, keys, &expect, now)?)))
    }

    /// Signed by a key of an unknown name: the keys may have changed. Asked once in a while.
    fn unknown_key(&self, fresh: bool, now: Timestamp, network: bool) -> Result<Outcome, Wanted> {
        let mut memory = self.memory();
        if network && memory.keys.ask_for_unknown(now) {
            return Err(self.wanted_keys(&memory));
        }
        Ok(if fresh {
            Outcome::Invalid(Reason::UnknownKey)
        } else {
            Outcome::unknown(UnknownReason::KeysUnavailable)
        })
    }

    fn list(
        &self,
        uri: &str,
        now: Timestamp,
        network: bool,
    ) -> Result<Result<Arc<StatusList>, UnknownReason>, Wanted> {
        if !self.settings.covers(uri) {
            return Ok(Err(UnknownReason::ListElsewhere));
        }
        let mut memory = self.memory();
        match memory.lists.known(uri, self.settings.max_status_age, now) {
            lists::Known::Fresh(list) => Ok(Ok(list)),
            lists::Known::Old(_, true) | lists::Known::None(_, true) if network => {
                Err(memory.lists.wanted(uri))
            }
            lists::Known::Old(list, _) => Ok(Ok(list)),
            lists::Known::None(Some(problem), _) => Ok(Err(problem.into())),
            lists::Known::None(None, _) => Ok(Err(UnknownReason::ListUnavailable)),
        }
    }
}
