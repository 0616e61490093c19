//! What a terminal knows over a restart: keys, lists and codes seen, in files of mode 0600.

use crate::domain::time::Timestamp;
use crate::keyfile::{self, KeyFileError};
use crate::verifier::{Fetched, Verifier, Wanted, WantedKind};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Where the keys are kept.
const KEYS: &str = "keys.json";
/// When each thing kept was last confirmed by the issuer.
const CONFIRMED: &str = "confirmed.json";
/// Codes seen, a line each: digest and until when it matters.
const SEEN: &str = "seen";

#[derive(Clone, Default, Serialize, Deserialize)]
struct Confirmed(BTreeMap<String, Timestamp>);

pub(super) struct Store {
    folder: PathBuf,
    confirmed: Mutex<Confirmed>,
    seen: Mutex<File>,
}

/// Opens a file of mode 0600 to write at its end.
pub(super) fn appendable(path: &Path) -> Result<File, KeyFileError> {
    // One that others may read or that is somebody else's is not used.
    keyfile::read(path)?;
    let opened = OpenOptions::new().append(true).create(true).mode(0o600).open(path);
    opened.map_err(|source| KeyFileError::Io { path: path.to_owned(), source })
}

impl Store {
    pub(super) fn open(folder: &Path) -> Result<Self, KeyFileError> {
        keyfile::ensure_folder(folder)?;
        let confirmed = keyfile::read(&folder.join(CONFIRMED))?.unwrap_or_default();
        // Not readable: nothing is known of when, and everything is as old as it says itself.
        let confirmed = serde_json::from_slice(&confirmed).unwrap_or_default();
        let seen = Mutex::new(appendable(&folder.join(SEEN))?);
        Ok(Self { folder: folder.to_owned(), confirmed: Mutex::new(confirmed), seen })
    }

    /// Tells the verifier what was known.
    pub(super) fn recall(&self, verifier: &Verifier, now: Timestamp) -> Result<(), KeyFileError> {
        let jwks_uri = &verifier.settings().jwks_uri;
        let known = self.confirmed.lock().unwrap_or_else(PoisonError::into_inner).0.clone();
        // The keys first: lists are checked by them.
        for keys in [true, false] {
            for (uri, at) in known.iter().filter(|(uri, _)| (*uri == jwks_uri) == keys) {
                let kind = if keys { WantedKind::Keys } else { WantedKind::List };
                let Some(bytes) = self.file(uri, kind).map(|f| keyfile::read(&f)).transpose()?
                else {
                    continue;
                };
                let fetched = bytes.map(|bytes| Fetched::Body {
                    bytes,
                    etag: None,
                    max_age: None,
                    age: Duration::ZERO,
                });
                // As of when it came: it is as old as it is, and may be asked for again at once.
                if let Err(why) = verifier.take(&Wanted::of(uri, kind), fetched, *at) {
                    tracing::warn!(%why, "terminal: something kept is not used");
                }
            }
        }
        self.recall_seen(verifier, now)
    }

    fn recall_seen(&self, verifier: &Verifier, now: Timestamp) -> Result<(), KeyFileError> {
        let path = self.folder.join(SEEN);
        let lines = keyfile::read(&path)?.unwrap_or_default();
        let mut kept = String::new();
        for line in String::from_utf8_lossy(&lines).lines() {
            let Some((identity, until)) = seen_line(line).filter(|(_, until)| now < *until) else {
                continue;
            };
            verifier.remember(identity, until, now);
            kept.push_str(line);
            kept.push('\n');
        }
        keyfile::replace(&path, kept.as_bytes())?;
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = appendable(&path)?;
        Ok(())
    }

    /// Keeps what was fetched; without a body it is confirmed alone.
    pub(super) fn keep(
        &self,
        wanted: &Wanted,
        body: Option<&[u8]>,
        at: Timestamp,
    ) -> Result<(), KeyFileError> {
        let Some(file) = self.file(&wanted.uri, wanted.kind) else { return Ok(()) };
        if let Some(body) = body {
            keyfile::replace(&file, body)?;
        }
        let mut confirmed = self.confirmed.lock().unwrap_or_else(PoisonError::into_inner);
        confirmed.0.insert(wanted.uri.clone(), at);
        let text = serde_json::to_vec(&*confirmed).unwrap_or_default();
        keyfile::replace(&self.folder.join(CONFIRMED), &text)
    }

    /// Remembers a code that was seen, before its answer is shown.
    pub(super) fn saw(&self, identity: &[u8; 32], until: Timestamp) -> std::io::Result<()> {
        let line = format!("{} {}\n", URL_SAFE_NO_PAD.encode(identity), until.epoch_seconds());
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.write_all(line.as_bytes())?;
        seen.sync_data()
    }

    /// A list's number names its file; anything else is not kept.
    fn file(&self, uri: &str, kind: WantedKind) -> Option<PathBuf> {
        if kind == WantedKind::Keys {
            return Some(self.folder.join(KEYS));
        }
        let number: u32 = uri.rsplit('/').next()?.parse().ok()?;
        Some(self.folder.join(format!("status-{number}.jwt")))
    }
}

fn seen_line(line: &str) -> Option<([u8; 32], Timestamp)> {
    let (identity, until) = line.split_once(' ')?;
    let identity = URL_SAFE_NO_PAD.decode(identity).ok()?.try_into().ok()?;
    Some((identity, Timestamp::from_epoch_seconds(until.parse().ok()?)))
}
