//! The key files of the vault: `sealing.json`, `lookup.json` and `pepper.json`, mode 0600.

use super::cipher::SealingKey;
use crate::keyfile::{self, KeyFileError};
use crate::ports::entropy::Entropy;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use zeroize::{Zeroize, Zeroizing};

const SEALING: &str = "sealing.json";
const LOOKUP: &str = "lookup.json";
/// Never rotated: what is derived from it could not be made again.
const PEPPER: &str = "pepper.json";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SealingFile {
    /// The id of the key that seals.
    current: String,
    keys: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LookupFile {
    current: Entry,
    previous: Option<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PepperFile {
    current: Entry,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    /// 32 bytes, base64url.
    key: String,
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.key.zeroize();
    }
}

impl Entry {
    fn fresh(entropy: &dyn Entropy) -> Self {
        let key = Zeroizing::new(entropy.bytes::<32>());
        let id = URL_SAFE_NO_PAD.encode(entropy.bytes::<6>());
        Self { id, key: URL_SAFE_NO_PAD.encode(*key) }
    }

    fn bytes(&self, path: &Path) -> Result<Zeroizing<[u8; 32]>, KeyFileError> {
        let bytes = URL_SAFE_NO_PAD.decode(&self.key).map(Zeroizing::new).ok();
        let key = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes.as_slice()).ok());
        key.map(Zeroizing::new).ok_or_else(|| {
            let reason = format!("key {} is not 32 bytes in base64url: restore a backup", self.id);
            KeyFileError::content(path, reason)
        })
    }
}

/// The keys in use.
pub(super) struct Keys {
    current: SealingKey,
    older: Vec<SealingKey>,
    lookup: hmac::Key,
    previous_lookup: Option<hmac::Key>,
    pepper: hmac::Key,
    stamp: Stamp,
}

/// Tells one content of the files from the next without reading them.
pub(super) type Stamp = Vec<(u64, i64, i64)>;

/// The stamp of the files as they are now; a file that is gone has none.
pub(super) fn stamp(folder: &Path) -> Stamp {
    let found = [SEALING, LOOKUP, PEPPER].map(|name| std::fs::metadata(folder.join(name)));
    let stamps = found.into_iter().flatten();
    stamps.map(|file| (file.ino(), file.mtime(), file.mtime_nsec())).collect()
}

impl Keys {
    pub(super) fn open_or_create(
        folder: &Path,
        entropy: &dyn Entropy,
    ) -> Result<Self, KeyFileError> {
        keyfile::ensure_folder(folder)?;
        let [sealing, lookup, pepper] = [SEALING, LOOKUP, PEPPER].map(|name| folder.join(name));
        // One file without the others was lost: new keys in its place would orphan every row.
        if !sealing.exists() && !lookup.exists() && !pepper.exists() {
            let first = Entry::fresh(entropy);
            let file = SealingFile { current: first.id.clone(), keys: vec![first] };
            keyfile::create(&sealing, &written(&sealing, &file)?)?;
            let file = LookupFile { current: Entry::fresh(entropy), previous: None };
            keyfile::create(&lookup, &written(&lookup, &file)?)?;
            let file = PepperFile { current: Entry::fresh(entropy) };
            keyfile::create(&pepper, &written(&pepper, &file)?)?;
        }
        Self::open(folder)
    }

    pub(super) fn open(folder: &Path) -> Result<Self, KeyFileError> {
        let stamp = stamp(folder);
        let path = folder.join(SEALING);
        let file: SealingFile = read(&path)?;
        let (mut current, mut older) = (None, Vec::new());
        for entry in &file.keys {
            let key = SealingKey::new(entry.id.clone(), entry.bytes(&path)?);
            if entry.id == file.current {
                current = Some(key);
            } else {
                older.push(key);
            }
        }
        let current = current
            .ok_or_else(|| KeyFileError::content(&path, "the current key is not among the keys"))?;
        let path = folder.join(LOOKUP);
        let file: LookupFile = read(&path)?;
        let lookup = mac_key(&file.current, &path)?;
        let previous_lookup = file.previous.map(|e| mac_key(&e, &path)).transpose()?;
        let path = folder.join(PEPPER);
        let file: PepperFile = read(&path)?;
        let pepper = mac_key(&file.current, &path)?;
        Ok(Self { current, older, lookup, previous_lookup, pepper, stamp })
    }

    pub(super) fn stamp(&self) -> &Stamp {
        &self.stamp
    }

    pub(super) fn pepper(&self) -> &hmac::Key {
        &self.pepper
    }

    /// How many keys wait to be retired: older sealing keys, and the previous lookup key.
    pub(super) fn superseded(&self) -> usize {
        self.older.len() + usize::from(self.previous_lookup.is_some())
    }

    pub(super) fn current(&self) -> &SealingKey {
        &self.current
    }

    pub(super) fn sealing(&self, id: &str) -> Option<&SealingKey> {
        std::iter::once(&self.current).chain(&self.older).find(|key| key.id() == id)
    }

    pub(super) fn lookup(&self) -> &hmac::Key {
        &self.lookup
    }

    pub(super) fn previous_lookup(&self) -> Option<&hmac::Key> {
        self.previous_lookup.as_ref()
    }
}

fn mac_key(entry: &Entry, path: &Path) -> Result<hmac::Key, KeyFileError> {
    Ok(hmac::Key::new(hmac::HMAC_SHA256, &*entry.bytes(path)?))
}

pub(super) fn rotate_sealing(folder: &Path, entropy: &dyn Entropy) -> Result<(), KeyFileError> {
    let path = folder.join(SEALING);
    let mut file: SealingFile = read(&path)?;
    let fresh = Entry::fresh(entropy);
    file.current.clone_from(&fresh.id);
    file.keys.push(fresh);
    keyfile::replace(&path, &written(&path, &file)?)
}

pub(super) fn rotate_lookup(folder: &Path, entropy: &dyn Entropy) -> Result<(), KeyFileError> {
    let path = folder.join(LOOKUP);
    let file: LookupFile = read(&path)?;
    if file.previous.is_some() {
        let reason = "the last rotation is not finished: re-key the database and retire old keys";
        return Err(KeyFileError::content(&path, reason));
    }
    let file = LookupFile { current: Entry::fresh(entropy), previous: Some(file.current) };
    keyfile::replace(&path, &written(&path, &file)?)
}

pub(super) fn retire_old(folder: &Path) -> Result<(), KeyFileError> {
    let path = folder.join(SEALING);
    let mut file: SealingFile = read(&path)?;
    file.keys.retain(|entry| entry.id == file.current);
    keyfile::replace(&path, &written(&path, &file)?)?;
    let path = folder.join(LOOKUP);
    let mut file: LookupFile = read(&path)?;
    file.previous = None;
    keyfile::replace(&path, &written(&path, &file)?)
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<T, KeyFileError> {
    let missing = || KeyFileError::content(path, "is gone: restore it from a backup");
    let bytes = keyfile::read(path)?.map(Zeroizing::new).ok_or_else(missing)?;
    // The parser's message would quote the file.
    serde_json::from_slice(&bytes)
        .map_err(|_| KeyFileError::content(path, "is not a key file: restore a backup"))
}

fn written<T: Serialize>(path: &Path, file: &T) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
    serde_json::to_vec_pretty(file)
        .map(Zeroizing::new)
        .map_err(|e| KeyFileError::content(path, e.to_string()))
}
