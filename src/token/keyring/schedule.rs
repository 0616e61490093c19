//! Which key is in which state at a time: plain data, no files. Every algorithm has a schedule of
//! its own.

use crate::domain::time::Timestamp;
use crate::token::signer::SigningAlgorithm;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long a key is published before it signs: every copy of the key set has run out by then
/// (`max-age` 300 s), and as much again for slow clocks, caches in between and servers that read
/// the folder a little later.
pub const PUBLICATION_LEAD: Duration = Duration::from_secs(600);

/// How long a superseded key stays published: its last token lives 24 hours, and was made up to
/// one lead later by a server that had not read the folder yet.
pub const RETIREMENT_DELAY: Duration = Duration::from_secs(24 * 3600 + 600);

/// One line of `signing.json`. Keys are listed in the order they were added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyRecord {
    /// RFC 7638 thumbprint: the key's name, and its file's.
    pub kid: String,
    /// What it signs with.
    pub alg: SigningAlgorithm,
    /// When the key was made or imported.
    pub created_at: Timestamp,
    /// From when on it signs.
    pub activates_at: Timestamp,
    /// When it was taken out of the key set and its private file removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retired_at: Option<Timestamp>,
}

/// Where a key stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// Published, does not sign yet.
    Next,
    /// Signs.
    Active,
    /// Published for what it signed, never signs again.
    Retiring,
    /// Gone from the key set; its private file is removed.
    Retired,
}

/// One row of `ecard keys list`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyRow {
    /// The key's name.
    pub kid: String,
    /// What it signs with.
    pub alg: SigningAlgorithm,
    /// Where it stands now.
    pub state: KeyState,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it signs.
    pub activates_at: Timestamp,
    /// When the key after it takes over, or took over.
    pub superseded_at: Option<Timestamp>,
    /// When it was retired.
    pub retired_at: Option<Timestamp>,
}

/// All keys there ever were, in the order they were added.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Schedule(pub Vec<KeyRecord>);

impl Schedule {
    /// The keys that are published.
    pub fn published(&self) -> impl Iterator<Item = &KeyRecord> {
        self.0.iter().filter(|r| r.retired_at.is_none())
    }

    /// The key that signs with `alg`: the latest that has begun. A clock set back before every
    /// beginning must not stop the service, so the earliest signs then.
    pub fn active(&self, alg: SigningAlgorithm, now: Timestamp) -> Option<&KeyRecord> {
        let begun = self.published_for(alg).filter(|r| r.activates_at <= now);
        begun
            .max_by_key(|r| r.activates_at)
            .or_else(|| self.published_for(alg).min_by_key(|r| r.activates_at))
    }

    /// The key for `alg` that is published and waits for its time.
    pub fn next(&self, alg: SigningAlgorithm, now: Timestamp) -> Option<&KeyRecord> {
        let active = self.active(alg, now).map(|r| r.kid.as_str());
        self.published_for(alg).find(|r| r.activates_at > now && Some(r.kid.as_str()) != active)
    }

    fn published_for(&self, alg: SigningAlgorithm) -> impl Iterator<Item = &KeyRecord> {
        self.published().filter(move |r| r.alg == alg)
    }

    /// The key of that name.
    pub fn find(&self, kid: &str) -> Option<&KeyRecord> {
        self.0.iter().find(|r| r.kid == kid)
    }

    /// Where a key of this schedule stands.
    pub fn state(&self, record: &KeyRecord, now: Timestamp) -> KeyState {
        if record.retired_at.is_some() {
            KeyState::Retired
        } else if self.active(record.alg, now).is_some_and(|active| active.kid == record.kid) {
            KeyState::Active
        } else if record.activates_at > now {
            KeyState::Next
        } else {
            KeyState::Retiring
        }
    }

    /// When the key of the same algorithm after `record` takes over. A key discarded before its
    /// time never does.
    pub fn superseded_at(&self, record: &KeyRecord) -> Option<Timestamp> {
        let took_over = |r: &&KeyRecord| {
            r.alg == record.alg && r.retired_at.is_none_or(|gone| gone >= r.activates_at)
        };
        let later = self.0.iter().skip_while(|r| r.kid != record.kid).skip(1);
        later.filter(took_over).map(|r| r.activates_at).min()
    }

    /// Every key with its state, in the order they were added.
    pub fn rows(&self, now: Timestamp) -> Vec<KeyRow> {
        let row = |r: &KeyRecord| KeyRow {
            kid: r.kid.clone(),
            alg: r.alg,
            state: self.state(r, now),
            created_at: r.created_at,
            activates_at: r.activates_at,
            superseded_at: self.superseded_at(r),
            retired_at: r.retired_at,
        };
        self.0.iter().map(row).collect()
    }
}
