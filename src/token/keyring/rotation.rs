//! Changing the ring: every change happens under the folder's lock, from what is on disk.

use super::schedule::{KeyRecord, KeyState, PUBLICATION_LEAD, RETIREMENT_DELAY, Schedule};
use super::{KeyRing, foreign, pem};
use crate::crypto::KeyRejected;
use crate::domain::time::Timestamp;
use crate::keyfile::KeyFileError;
use crate::token::signer::SigningAlgorithm;

/// What a rotation did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RotateOutcome {
    /// The new key.
    pub kid: String,
    /// What it signs with.
    pub alg: SigningAlgorithm,
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
    /// Adds a new key for `alg`: published at once, signing after [`PUBLICATION_LEAD`]. Keys of
    /// other algorithms stay where they stand. The first key of its algorithm signs at once.
    ///
    /// `emergency` is for a stolen key: the new one signs at once, a waiting one is thrown away
    /// (it lay beside the stolen one), and a verifier that keeps a copy of the key set must fetch
    /// it again. Follow it by a forced [`KeyRing::retire`] of the stolen key.
    ///
    /// # Errors
    /// [`RotationError::Pending`] while a key waits, unless it is an emergency;
    /// [`RotationError::Files`].
    pub fn rotate(
        &self,
        alg: SigningAlgorithm,
        now: Timestamp,
        emergency: bool,
    ) -> Result<RotateOutcome, RotationError> {
        let pkcs8 = alg.generate()?;
        self.add(&pkcs8, alg, now, emergency)
    }

    /// Adds a key made elsewhere (PKCS#8 PEM; P-256, or RSA of 2048 to 4096 bits) as
    /// [`KeyRing::rotate`] adds a new one.
    ///
    /// # Errors
    /// [`RotationError::NotAKey`], [`RotationError::Known`], and those of [`KeyRing::rotate`].
    pub fn import(&self, pem: &[u8], now: Timestamp) -> Result<RotateOutcome, RotationError> {
        let pkcs8 = pem::decode(pem).map_err(RotationError::NotAKey)?;
        let alg = foreign::algorithm(&pkcs8).map_err(RotationError::NotAKey)?;
        self.add(&pkcs8, alg, now, false)
    }

    /// Makes the first key of every algorithm that has none, so that every algorithm of the
    /// metadata can be signed with. Making an RSA key takes a moment.
    ///
    /// # Errors
    /// [`RotationError::Rejected`], [`RotationError::Files`].
    pub fn complete(&self, now: Timestamp) -> Result<(), RotationError> {
        for alg in SigningAlgorithm::ALL {
            let _lock = self.folder.lock()?;
            let mut schedule = self.folder.schedule()?.unwrap_or_default();
            if schedule.active(alg, now).is_none() {
                let pkcs8 = alg.generate()?;
                let first = record(&pkcs8, alg, now, now)?;
                self.write(&mut schedule, first, &pkcs8)?;
            }
        }
        self.reload()?;
        Ok(())
    }

    fn add(
        &self,
        pkcs8: &[u8],
        alg: SigningAlgorithm,
        now: Timestamp,
        emergency: bool,
    ) -> Result<RotateOutcome, RotationError> {
        let lock = self.folder.lock()?;
        let mut schedule = self.folder.schedule()?.unwrap_or_default();
        let supersedes = schedule.active(alg, now).map(|r| r.kid.clone());
        let at_once = emergency || supersedes.is_none();
        let activates_at = if at_once { now } else { now + PUBLICATION_LEAD };
        let added = record(pkcs8, alg, now, activates_at)?;
        if schedule.find(&added.kid).is_some() {
            return Err(RotationError::Known(added.kid));
        }
        let discarded = make_way(&mut schedule, alg, now, emergency)?;
        let kid = added.kid.clone();
        self.write(&mut schedule, added, pkcs8)?;
        drop(lock);
        self.reload()?;
        Ok(RotateOutcome { kid, alg, activates_at, supersedes, discarded })
    }

    /// The key before the list: a list never names a key that is not there.
    fn write(
        &self,
        schedule: &mut Schedule,
        added: KeyRecord,
        pkcs8: &[u8],
    ) -> Result<(), KeyFileError> {
        self.folder.write_key(&added.kid, pkcs8)?;
        schedule.0.push(added);
        self.save(schedule)
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
pub(super) fn record(
    pkcs8: &[u8],
    alg: SigningAlgorithm,
    now: Timestamp,
    activates_at: Timestamp,
) -> Result<KeyRecord, KeyRejected> {
    let kid = alg.read(pkcs8)?.public_jwk().kid().to_owned();
    Ok(KeyRecord { kid, alg, created_at: now, activates_at, retired_at: None })
}

fn make_way(
    schedule: &mut Schedule,
    alg: SigningAlgorithm,
    now: Timestamp,
    emergency: bool,
) -> Result<Option<String>, RotationError> {
    let Some(waiting) = schedule.next(alg, now) else { return Ok(None) };
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
