//! Changing the ring: every change happens under the folder's lock, from what is on disk.

use super::schedule::{KeyRecord, KeyState, PUBLICATION_LEAD, RETIREMENT_DELAY, Schedule};
use super::{KeyRing, pem};
use crate::crypto::{Es256Key, KeyRejected};
use crate::domain::time::Timestamp;
use crate::keyfile::KeyFileError;

/// What a rotation did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RotateOutcome {
    /// The new key.
    pub kid: String,
    /// From when on it signs.
    pub activates_at: Timestamp,
    /// The key that signed until then.
    pub supersedes: Option<String>,
    /// A key that was waiting for its turn and was thrown away by an emergency.
    pub discarded: Option<String>,
}

/// Why the ring was not changed.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    /// A new key is published already and waits for its turn.
    #[error("key {kid} is waiting already and signs from {} on; rotate after that", activates_at.rfc3339())]
    Pending {
        /// The waiting key.
        kid: String,
        /// When it begins to sign.
        activates_at: Timestamp,
    },
    /// There is no such key.
    #[error("no key is called {0}: see `ecard keys list`")]
    Unknown(String),
    /// The key is gone already.
    #[error("key {0} was retired before")]
    AlreadyRetired(String),
    /// The key signs now, or soon will.
    #[error("key {0} signs or will sign: rotate first, and retire it once it is superseded")]
    InUse(String),
    /// Tokens signed by the key still live.
    #[error("tokens signed by {kid} may live until {}: wait, or force it", until.rfc3339())]
    TokensAlive {
        /// The key.
        kid: String,
        /// When its last token has ended.
        until: Timestamp,
    },
    /// The ring has had this key before.
    #[error("key {0} is in the ring already, or was: a key is never used twice")]
    Known(String),
    /// The imported text is no key of ours.
    #[error("{0}")]
    NotAKey(String),
    /// No key could be made.
    #[error(transparent)]
    Rejected(#[from] KeyRejected),
    /// A file could not be read, trusted or written.
    #[error(transparent)]
    Files(#[from] KeyFileError),
}

impl KeyRing {
    /// Adds a new key: published at once, signing after [`PUBLICATION_LEAD`].
    ///
    /// `emergency` is for a stolen key: the new one signs at once, a waiting one is thrown away
    /// (it lay beside the stolen one), and a verifier that keeps a copy of the key set must fetch
    /// it again. Follow it by a forced [`KeyRing::retire`] of the stolen key.
    ///
    /// # Errors
    /// [`RotationError::Pending`] while a key waits, unless it is an emergency;
    /// [`RotationError::Files`].
    pub fn rotate(&self, now: Timestamp, emergency: bool) -> Result<RotateOutcome, RotationError> {
        let (pkcs8, key) = Es256Key::generate()?;
        self.add(&pkcs8, &key, now, emergency)
    }

    /// Adds a key made elsewhere (P-256 in PKCS#8 PEM) as [`KeyRing::rotate`] adds a new one.
    ///
    /// # Errors
    /// [`RotationError::NotAKey`], [`RotationError::Known`], and those of [`KeyRing::rotate`].
    pub fn import(&self, pem: &[u8], now: Timestamp) -> Result<RotateOutcome, RotationError> {
        let pkcs8 = pem::decode_es256(pem).map_err(RotationError::NotAKey)?;
        let key = Es256Key::from_pkcs8(&pkcs8)
            .map_err(|_| RotationError::NotAKey(pem::OTHER_CURVE.to_owned()))?;
        self.add(&pkcs8, &key, now, false)
    }

    fn add(
        &self,
        pkcs8: &[u8],
        key: &Es256Key,
        now: Timestamp,
        emergency: bool,
    ) -> Result<RotateOutcome, RotationError> {
        let lock = self.folder.lock()?;
        let mut schedule = self.folder.schedule()?.unwrap_or_default();
        let activates_at = if emergency { now } else { now + PUBLICATION_LEAD };
        let added = record(key, now, activates_at);
        if schedule.find(&added.kid).is_some() {
            return Err(RotationError::Known(added.kid));
        }
        let discarded = make_way(&mut schedule, now, emergency)?;
        let supersedes = schedule.active(now).map(|r| r.kid.clone());
        let outcome = RotateOutcome { kid: added.kid.clone(), activates_at, supersedes, discarded };
        // The key before the list: a list never names a key that is not there.
        self.folder.write_key(&added.kid, pkcs8)?;
        schedule.0.push(added);
        self.save(&schedule)?;
        drop(lock);
        self.reload()?;
        Ok(outcome)
    }

    /// Takes a superseded key out of the key set for good and removes its private file.
    ///
    /// # Errors
    /// [`RotationError::InUse`] for a key that signs or waits; [`RotationError::TokensAlive`]
    /// before [`RETIREMENT_DELAY`] has passed since it was superseded, unless `force`d;
    /// [`RotationError::Unknown`], [`RotationError::AlreadyRetired`], [`RotationError::Files`].
    pub fn retire(&self, kid: &str, now: Timestamp, force: bool) -> Result<(), RotationError> {
        let lock = self.folder.lock()?;
        let mut schedule = self.folder.schedule()?.unwrap_or_default();
        may_retire(&schedule, kid, now, force)?;
        discard(&mut schedule, kid, now);
        self.save(&schedule)?;
        drop(lock);
        self.reload()?;
        Ok(())
    }

    fn save(&self, schedule: &Schedule) -> Result<(), KeyFileError> {
        self.folder.write_schedule(schedule)?;
        self.folder.remove_retired(schedule)
    }
}

/// The line of `signing.json` for a key.
pub(super) fn record(key: &Es256Key, now: Timestamp, activates_at: Timestamp) -> KeyRecord {
    KeyRecord {
        kid: key.public().thumbprint(),
        alg: "ES256".to_owned(),
        created_at: now,
        activates_at,
        retired_at: None,
    }
}

fn make_way(
    schedule: &mut Schedule,
    now: Timestamp,
    emergency: bool,
) -> Result<Option<String>, RotationError> {
    let Some(waiting) = schedule.next(now) else { return Ok(None) };
    let (kid, activates_at) = (waiting.kid.clone(), waiting.activates_at);
    if !emergency {
        return Err(RotationError::Pending { kid, activates_at });
    }
    discard(schedule, &kid, now);
    Ok(Some(kid))
}

fn discard(schedule: &mut Schedule, kid: &str, now: Timestamp) {
    for record in schedule.0.iter_mut().filter(|r| r.kid == kid) {
        record.retired_at = Some(now);
    }
}

fn may_retire(
    schedule: &Schedule,
    kid: &str,
    now: Timestamp,
    force: bool,
) -> Result<(), RotationError> {
    let record = schedule.find(kid).ok_or_else(|| RotationError::Unknown(kid.to_owned()))?;
    match schedule.state(record, now) {
        KeyState::Retired => Err(RotationError::AlreadyRetired(kid.to_owned())),
        KeyState::Active | KeyState::Next => Err(RotationError::InUse(kid.to_owned())),
        KeyState::Retiring if force => Ok(()),
        KeyState::Retiring => {
            let superseded = schedule.superseded_at(record).unwrap_or(now);
            let until = superseded + RETIREMENT_DELAY;
            if now < until {
                return Err(RotationError::TokensAlive { kid: kid.to_owned(), until });
            }
            Ok(())
        }
    }
}
