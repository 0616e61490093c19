//! The issuer's keys, remembered.

use super::{RETRY, freshness};
use crate::domain::time::Timestamp;
use crate::verifier::fetched::{Fetched, Wanted};
use crate::verifier::keys::{KeySetError, TrustedKeys};
use std::sync::Arc;
use std::time::Duration;

/// An unknown `kid` asks for the keys at most once in this time: whoever invents names must not
/// make us ask.
pub(in crate::verifier) const UNKNOWN_KEY_INTERVAL: Duration = Duration::from_secs(60);

/// Keys older than this are no longer believed.
const MAX_AGE: Duration = Duration::from_secs(7 * 24 * 3600);

/// What there is of keys now.
pub(in crate::verifier) enum Known {
    /// Fresh.
    Fresh(Arc<TrustedKeys>),
    /// Not fresh, and still believed: `true` when they should be asked for again.
    Old(Arc<TrustedKeys>, bool),
    /// None: `true` when they should be asked for.
    None(bool),
}

#[derive(Default)]
pub(in crate::verifier) struct KeyCache {
    held: Option<Held>,
    tried_at: Option<Timestamp>,
    asked_for_unknown: Option<Timestamp>,
}

struct Held {
    keys: Arc<TrustedKeys>,
    etag: Option<String>,
    confirmed_at: Timestamp,
    fresh_until: Timestamp,
}

impl KeyCache {
    pub(in crate::verifier) fn known(&self, now: Timestamp) -> Known {
        let may_ask = self.tried_at.is_none_or(|at| now.seconds_since(at) >= RETRY.as_secs());
        match &self.held {
            Some(held) if now < held.fresh_until => Known::Fresh(Arc::clone(&held.keys)),
            Some(held) if now < held.confirmed_at + MAX_AGE => {
                Known::Old(Arc::clone(&held.keys), may_ask)
            }
            _ => Known::None(may_ask),
        }
    }

    /// Whether the keys should be asked for ahead of need.
    pub(in crate::verifier) fn due(&self, after: Duration, now: Timestamp) -> bool {
        let age = |held: &Held| now.seconds_since(held.confirmed_at);
        let just = |at: Timestamp| now.seconds_since(at) < RETRY.as_secs();
        self.held.as_ref().is_none_or(|held| age(held) >= after.as_secs())
            && !self.tried_at.is_some_and(just)
    }

    /// Whether an unknown name may ask for the keys now; having asked is remembered.
    pub(in crate::verifier) fn ask_for_unknown(&mut self, now: Timestamp) -> bool {
        let just = |at: Timestamp| now.seconds_since(at) < UNKNOWN_KEY_INTERVAL.as_secs();
        if self.asked_for_unknown.is_some_and(just) || self.tried_at.is_some_and(just) {
            return false;
        }
        self.asked_for_unknown = Some(now);
        true
    }

    pub(in crate::verifier) fn wanted(&self, uri: &str) -> Wanted {
        let etag = self.held.as_ref().and_then(|held| held.etag.clone());
        Wanted::keys(uri.to_owned(), etag)
    }

    /// Takes over an answer. Keys held stay when the answer is no key set.
    pub(in crate::verifier) fn take(
        &mut self,
        got: Option<Fetched>,
        now: Timestamp,
    ) -> Result<(), KeySetError> {
        self.tried_at = Some(now);
        match got {
            Some(Fetched::NotModified { max_age }) => {
                if let Some(held) = &mut self.held {
                    held.confirmed_at = now;
                    held.fresh_until = now + freshness([max_age, None], Duration::ZERO);
                }
            }
            Some(Fetched::Body { bytes, etag, max_age, age }) => {
                let keys = Arc::new(TrustedKeys::from_jwks(&bytes)?);
                let fresh_until = now + freshness([max_age, None], age);
                self.held = Some(Held { keys, etag, confirmed_at: now - age, fresh_until });
            }
            None => {}
        }
        Ok(())
    }
}
