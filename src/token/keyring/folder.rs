//! The ring on disk: `signing.json` and one `signing-<kid>.pem` a key, all private files.

use super::pem;
use super::schedule::{KeyRecord, Schedule};
use crate::keyfile::{self, KeyFileError};
use crate::token::signer::Signer;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zeroize::Zeroizing;

/// Letters of a SHA-256 thumbprint in base64url.
const KID_LETTERS: usize = 43;

pub(super) type Keys = BTreeMap<String, Arc<dyn Signer>>;

/// Tells one content of `signing.json` from the next without reading it: every change is a new
/// file put in the old one's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    inode: u64,
    length: u64,
    seconds: i64,
    nanoseconds: i64,
}

#[derive(Debug)]
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    fn schedule_path(&self) -> PathBuf {
        self.0.join("signing.json")
    }

    fn key_path(&self, kid: &str) -> PathBuf {
        self.0.join(format!("signing-{kid}.pem"))
    }

    fn lock_path(&self) -> PathBuf {
        self.0.join("signing.lock")
    }

    /// Keeps other processes from changing the ring until the file is dropped.
    pub(super) fn lock(&self) -> Result<File, KeyFileError> {
        let path = self.lock_path();
        keyfile::create(&path, b"")?;
        let file = File::open(&path).map_err(|e| io_error(&path, e))?;
        file.lock().map_err(|e| io_error(&path, e))?;
        Ok(file)
    }

    /// Waits for a change under way. Without a lock file nothing was ever changed here, or the
    /// folder is mounted for reading alone.
    fn lock_shared(&self) -> Option<File> {
        let file = File::open(self.lock_path()).ok()?;
        file.lock_shared().ok()?;
        Some(file)
    }

    pub(super) fn stamp(&self) -> Result<Stamp, KeyFileError> {
        let path = self.schedule_path();
        let found = fs::metadata(&path).map_err(|e| io_error(&path, e))?;
        Ok(Stamp {
            inode: found.ino(),
            length: found.size(),
            seconds: found.mtime(),
            nanoseconds: found.mtime_nsec(),
        })
    }

    /// The schedule, `None` before the first key was made.
    pub(super) fn schedule(&self) -> Result<Option<Schedule>, KeyFileError> {
        let path = self.schedule_path();
        let Some(content) = keyfile::read(&path)? else { return Ok(None) };
        let schedule: Schedule = serde_json::from_slice(&content)
            .map_err(|e| KeyFileError::content(&path, format!("not a list of keys: {e}")))?;
        for record in &schedule.0 {
            if record.kid.len() != KID_LETTERS || !record.kid.chars().all(is_base64url) {
                return Err(KeyFileError::content(&path, "a `kid` is no RFC 7638 thumbprint"));
            }
        }
        Ok(Some(schedule))
    }

    /// Everything, checked: the schedule, every key it publishes, and no key beside them.
    pub(super) fn load(&self) -> Result<(Stamp, Schedule, Keys), KeyFileError> {
        let _lock = self.lock_shared();
        let stamp = self.stamp()?;
        let schedule = self.schedule()?.unwrap_or_default();
        self.refuse_foreign_keys(&schedule)?;
        let mut keys = Keys::new();
        for record in schedule.published() {
            keys.insert(record.kid.clone(), Arc::from(self.key(record)?));
        }
        Ok((stamp, schedule, keys))
    }

    fn key(&self, record: &KeyRecord) -> Result<Box<dyn Signer>, KeyFileError> {
        let path = self.key_path(&record.kid);
        let wrong = |reason: String| KeyFileError::content(&path, reason);
        let missing = "signing.json names this key, but its file is missing: restore the file";
        let content = keyfile::read(&path)?.ok_or_else(|| wrong(missing.to_owned()))?;
        let content = Zeroizing::new(content);
        let der = pem::decode(&content).map_err(wrong)?;
        let key = record.alg.read(&der).map_err(|e| wrong(e.to_string()))?;
        let jwk = key.public_jwk();
        if jwk.kid() != record.kid {
            let inside = jwk.kid();
            return Err(wrong(format!("the key inside is {inside}: somebody exchanged the file")));
        }
        Ok(key)
    }

    /// Refuses key files nobody listed, even when no list is there yet.
    pub(super) fn refuse_foreign_keys(&self, schedule: &Schedule) -> Result<(), KeyFileError> {
        for entry in fs::read_dir(&self.0).map_err(|e| io_error(&self.0, e))? {
            let path = entry.map_err(|e| io_error(&self.0, e))?.path();
            let name = path.file_name().map(|n| n.to_string_lossy().into_owned());
            let Some(rest) = name.as_deref().and_then(|n| n.strip_prefix("signing-")) else {
                continue;
            };
            let listed = rest.strip_suffix(".pem").is_some_and(|kid| schedule.find(kid).is_some());
            if !listed {
                let reason = "signing.json does not list this key: remove the file, or bring the \
                              key in with `ecard keys import`";
                return Err(KeyFileError::content(&path, reason));
            }
        }
        Ok(())
    }

    pub(super) fn write_key(&self, kid: &str, pkcs8: &[u8]) -> Result<(), KeyFileError> {
        let path = self.key_path(kid);
        if keyfile::create(&path, pem::encode(pkcs8).as_bytes())? {
            return Ok(());
        }
        Err(KeyFileError::content(&path, "a file of this name is there already: remove it"))
    }

    pub(super) fn write_schedule(&self, schedule: &Schedule) -> Result<(), KeyFileError> {
        let path = self.schedule_path();
        let text = serde_json::to_vec_pretty(schedule)
            .map_err(|e| KeyFileError::content(&path, e.to_string()))?;
        keyfile::replace(&path, &text)
    }

    /// Removes the private files of retired keys, also those an interrupted retirement left.
    pub(super) fn remove_retired(&self, schedule: &Schedule) -> Result<(), KeyFileError> {
        for record in schedule.0.iter().filter(|r| r.retired_at.is_some()) {
            let path = self.key_path(&record.kid);
            match fs::remove_file(&path) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(io_error(&path, e)),
                _ => {}
            }
        }
        Ok(())
    }
}

fn is_base64url(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '-' || letter == '_'
}

fn io_error(path: &Path, source: io::Error) -> KeyFileError {
    KeyFileError::Io { path: path.to_owned(), source }
}
