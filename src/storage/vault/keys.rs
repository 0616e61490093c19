//! The two key files of the vault: `sealing.json` and `lookup.json`, mode 0600.

use super::cipher::SealingKey;
use crate::keyfile::{self, KeyFileError};
use crate::ports::entropy::Entropy;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::path::Path;
use zeroize::{Zeroize, Zeroizing};

const SEALING: &str = "sealing.json";
const LOOKUP: &str = "lookup.json";

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
}

impl Keys {
    pub(super) fn open_or_create(
        folder: &Path,
        entropy: &dyn Entropy,
    ) -> Result<Self, KeyFileError> {
        keyfile::ensure_folder(folder)?;
        let (sealing, lookup) = (folder.join(SEALING), folder.join(LOOKUP));
        // One file without the other was lost: new keys in its place would orphan every row.
        if !sealing.exists() && !lookup.exists() {
            let first = Entry::fresh(entropy);
            let file = SealingFile { current: first.id.clone(), keys: vec![first] };
            keyfile::create(&sealing, &written(&sealing, &file)?)?;
            let file = LookupFile { current: Entry::fresh(entropy), previous: None };
            keyfile::create(&lookup, &written(&lookup, &file)?)?;
        }
        Self::open(folder)
    }

    pub(super) fn open(folder: &Path) -> Result<Self, KeyFileError> {
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
        let lookup = lookup_key(&file.current, &path)?;
        let previous_lookup = file.previous.map(|e| lookup_key(&e, &path)).transpose()?;
        Ok(Self { current, older, lookup, previous_lookup })
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

fn lookup_key(entry: &Entry, path: &Path) -> Result<hmac::Key, KeyFileError> {
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
