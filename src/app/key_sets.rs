//! Keys that clients publish at their `jwks_uri`, fetched when one is needed.

use super::App;
use crate::crypto::jwk::PublicJwkSet;
use crate::domain::time::Timestamp;
use crate::ports::outbound::Document;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Mutex as AsyncMutex;

/// How long a set is kept whose owner does not say.
const USUALLY_KEPT: Duration = Duration::from_secs(5 * 60);
/// A set is kept at least as long, and at most, whatever its owner says.
const LEAST_KEPT: Duration = Duration::from_secs(60);
const LONGEST_KEPT: Duration = Duration::from_secs(60 * 60);
/// How long a set serves on when it cannot be fetched again.
const STALE: Duration = Duration::from_secs(60 * 60);
/// The pause between two fetches of one set: what a stranger's unknown `kid` may cause.
const PAUSE: Duration = Duration::from_secs(10);
/// More addresses than clients that ask within the hour.
const MOST_SETS: usize = 2_000;

#[derive(Clone)]
struct Fetched {
    keys: Arc<PublicJwkSet>,
    fresh_until: Timestamp,
}

#[derive(Default)]
struct Slot {
    fetched: Mutex<Option<Fetched>>,
    /// Held by the one who fetches; when it was last tried.
    tried: AsyncMutex<Option<Timestamp>>,
}

impl Slot {
    fn fetched(&self) -> Option<Fetched> {
        self.fetched.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The sets fetched lately.
#[derive(Default)]
pub struct KeySets(Mutex<HashMap<String, Arc<Slot>>>);

impl KeySets {
    /// The keys published at `uri`. When they are not `enough`, or too old, they are fetched
    /// again, by one request at a time and at most every ten seconds. What cannot be fetched
    /// leaves what was known, for an hour; then, or if nothing was, there are no keys.
    pub async fn get(
        &self,
        app: &App,
        uri: &str,
        enough: impl Fn(&PublicJwkSet) -> bool,
        now: Timestamp,
    ) -> Arc<PublicJwkSet> {
        let slot = self.slot(uri);
        let good = |f: &Fetched| now < f.fresh_until && enough(&f.keys);
        if let Some(fetched) = slot.fetched().filter(good) {
            return fetched.keys;
        }
        let mut tried = slot.tried.lock().await;
        // Somebody else may have fetched them meanwhile.
        let known = slot.fetched();
        if let Some(fetched) = known.clone().filter(good) {
            return fetched.keys;
        }
        if tried.is_none_or(|at| now >= at + PAUSE || now < at) {
            *tried = Some(now);
            if let Some(fetched) = fetch(app, uri, now).await {
                let keys = Arc::clone(&fetched.keys);
                *slot.fetched.lock().unwrap_or_else(PoisonError::into_inner) = Some(fetched);
                return keys;
            }
        }
        let lasting = known.filter(|fetched| now < fetched.fresh_until + STALE);
        lasting.map(|fetched| fetched.keys).unwrap_or_default()
    }

    fn slot(&self, uri: &str) -> Arc<Slot> {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = slots.get(uri) {
            return Arc::clone(slot);
        }
        if slots.len() >= MOST_SETS {
            slots.clear();
        }
        Arc::clone(slots.entry(uri.to_owned()).or_default())
    }
}

async fn fetch(app: &App, uri: &str, now: Timestamp) -> Option<Fetched> {
    let Document { body, max_age } = match app.outbound.get(uri).await {
        Ok(document) => document,
        Err(error) => {
            tracing::warn!(uri, %error, "a client's keys cannot be fetched");
            return None;
        }
    };
    match PublicJwkSet::published(&body) {
        Ok(keys) => {
            let kept = max_age.unwrap_or(USUALLY_KEPT).clamp(LEAST_KEPT, LONGEST_KEPT);
            Some(Fetched { keys: Arc::new(keys), fresh_until: now + kept })
        }
        Err(error) => {
            tracing::warn!(uri, %error, "a client's keys cannot be used");
            None
        }
    }
}
