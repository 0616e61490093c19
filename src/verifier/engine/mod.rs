//! The verifier a service embeds: everything above put together, with its memory.

mod conclude;
mod steps;

use super::cache::keys::{self, KeyCache};
use super::cache::lists::ListCache;
use super::cache::seen::{self, SeenCache};
use super::fetched::{Fetched, NotTaken, Wanted, WantedKind};
use super::keys::TrustedKeys;
use super::offline::CODE_LIFETIME;
use super::outcome::{Outcome, Shown, Step};
use super::reason::{Reason, UnknownReason};
use super::settings::Settings;
use super::status_list::StatusList;
use super::verdict::{Verdict, look_up};
use crate::domain::function::CardFunction;
use crate::domain::time::Timestamp;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long a code that was shown is remembered: twice what its time may be off, either way.
const SEEN_FOR: Duration = Duration::from_secs(3 * CODE_LIFETIME.as_secs());

/// More rounds of fetching than any answer needs: keys, keys again for a new name, the list.
const MOST_ROUNDS: usize = 4;

/// Judges card tokens and offline codes of one issuer. To be shared by all threads.
///
/// It opens no connection and reads no clock: [`Verifier::step`] says what must be fetched first,
/// [`Verifier::take`] takes it in, and [`Verifier::verify`] is both for a program that fetches
/// while it waits. [`Verifier::judge`] answers from what is known, and never asks.
pub struct Verifier {
    settings: Settings,
    memory: Mutex<Memory>,
}

struct Memory {
    keys: KeyCache,
    lists: ListCache,
    seen: SeenCache,
}

impl Verifier {
    /// A verifier that knows nothing yet.
    pub fn new(settings: Settings) -> Self {
        let memory = Memory {
            keys: KeyCache::default(),
            lists: ListCache::new(settings.most_lists, settings.most_list_bytes),
            seen: SeenCache::new(settings.most_seen),
        };
        Self { settings, memory: Mutex::new(memory) }
    }

    /// What it was told.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Judges what was shown, a card token or the text of a code, for `function`; `None` asks for
    /// none in particular. What must be known first is fetched by `fetch`, which answers `None`
    /// when it cannot.
    pub fn verify(
        &self,
        text: &str,
        function: Option<CardFunction>,
        now: Timestamp,
        mut fetch: impl FnMut(&Wanted) -> Option<Fetched>,
    ) -> Outcome {
        for _ in 0..MOST_ROUNDS {
            match self.step(text, function, now) {
                Step::Done(outcome) => return outcome,
                Step::Fetch(wanted) => {
                    // What is refused shows in the next step as what it is: not known.
                    let _refused = self.take(&wanted, fetch(&wanted), now);
                }
            }
        }
        self.judge(text, function, now)
    }

    /// The answer, or what must be fetched first. An address that was just asked is not asked for
    /// again, so stepping comes to an end.
    pub fn step(&self, text: &str, function: Option<CardFunction>, now: Timestamp) -> Step {
        self.run(text, function, now, true).unwrap_or_else(Step::Fetch)
    }

    /// The answer from what is known: what a terminal without network says.
    pub fn judge(&self, text: &str, function: Option<CardFunction>, now: Timestamp) -> Outcome {
        match self.run(text, function, now, false) {
            Ok(Step::Done(outcome)) => outcome,
            Ok(Step::Fetch(_)) | Err(_) => Outcome::unknown(UnknownReason::ListUnavailable),
        }
    }

    /// Takes in what was fetched, or (`None`) that it could not be.
    ///
    /// # Errors
    /// [`NotTaken`]: what was known before stands.
    pub fn take(
        &self,
        wanted: &Wanted,
        got: Option<Fetched>,
        now: Timestamp,
    ) -> Result<(), NotTaken> {
        match wanted.kind {
            WantedKind::Keys => Ok(self.memory().keys.take(got, now)?),
            WantedKind::List if self.settings.covers(&wanted.uri) => {
                let keys = self.trusted(now).ok_or(NotTaken::Unasked)?;
                let issuer = &self.settings.issuer;
                Ok(self.memory().lists.take(&wanted.uri, got, &keys, issuer, now)?)
            }
            WantedKind::List => Err(NotTaken::Unasked),
        }
    }

    /// What should be fetched ahead of need: the keys, then the lists known of, whose knowledge is
    /// older than `after`. For a program that does so in the background.
    pub fn due(&self, after: Duration, now: Timestamp) -> Vec<Wanted> {
        let memory = self.memory();
        let keys = memory.keys.due(after, now).then(|| self.wanted_keys(&memory));
        keys.into_iter().chain(memory.lists.due(now, after)).collect()
    }

    /// Remembers the addresses of lists to be fetched ahead of need, as the issuer's aggregation
    /// names them. Addresses that are not the issuer's are passed over.
    pub fn follow<'a>(&self, uris: impl IntoIterator<Item = &'a str>) {
        let mut memory = self.memory();
        for uri in uris.into_iter().filter(|uri| self.settings.covers(uri)) {
            memory.lists.follow(uri);
        }
    }

    /// How old the oldest knowledge of any list followed is; `None` when one was never had.
    pub fn oldest_status(&self, now: Timestamp) -> Option<Duration> {
        self.memory().lists.oldest(now)
    }

    /// Remembers that something was shown, as after a restart: it is refused until `until`.
    pub fn remember(&self, identity: [u8; 32], until: Timestamp, now: Timestamp) {
        let _known_or_full = self.memory().seen.show(identity, until, now);
    }

    #[cfg(test)]
    pub(super) fn memory_of_lists(&self) -> usize {
        self.memory().lists.held()
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wanted_keys(&self, memory: &Memory) -> Wanted {
        memory.keys.wanted(&self.settings.jwks_uri)
    }

    fn trusted(&self, now: Timestamp) -> Option<Arc<TrustedKeys>> {
        match self.memory().keys.known(now) {
            keys::Known::Fresh(keys) | keys::Known::Old(keys, _) => Some(keys),
            keys::Known::None(_) => None,
        }
    }
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Verifier({})", self.settings.issuer)
    }
}
