//! What was judged without the issuer, until it is handed in: appended and on the disk before the
//! answer is shown.

use super::store::appendable;
use crate::domain::function::CardFunction;
use crate::domain::time::Timestamp;
use crate::domain::told_offline::ToldOffline;
use crate::keyfile::{self, KeyFileError};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const FILE: &str = "queue.jsonl";

/// How many wait at most: a very long day.
const MOST: usize = 20_000;

/// How many go in one batch.
pub(super) const BATCH: usize = 100;

/// The issuer takes nothing older.
const OLDEST: Duration = Duration::from_secs(7 * 24 * 3600);

/// One check, in the form it is handed in: no name.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Check {
    pub(super) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) qr: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) function: Option<CardFunction>,
    pub(super) checked_at: Timestamp,
    /// What was answered then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) told: Option<ToldOffline>,
}

pub(super) struct Queue {
    path: PathBuf,
    waiting: Mutex<Waiting>,
}

struct Waiting {
    file: File,
    checks: VecDeque<Check>,
}

/// There is no room, or the disk refuses.
#[derive(Debug, thiserror::Error)]
pub(super) enum QueueError {
    #[error("{MOST} checks wait already")]
    Full,
    #[error(transparent)]
    Disk(#[from] std::io::Error),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

impl Queue {
    /// Opens the queue; a line cut short by a power cut is passed over.
    pub(super) fn open(folder: &Path) -> Result<Self, KeyFileError> {
        let path = folder.join(FILE);
        let text = keyfile::read(&path)?.unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let checks = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let mut file = appendable(&path)?;
        if !text.is_empty() && !text.ends_with('\n') {
            let ended = file.write_all(b"\n");
            ended.map_err(|source| KeyFileError::Io { path: path.clone(), source })?;
        }
        Ok(Self { path, waiting: Mutex::new(Waiting { file, checks }) })
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.waiting().checks.len()
    }

    pub(super) fn add(&self, check: Check) -> Result<(), QueueError> {
        let mut waiting = self.waiting();
        if waiting.checks.len() >= MOST {
            return Err(QueueError::Full);
        }
        let mut line = serde_json::to_vec(&check)?;
        line.push(b'\n');
        waiting.file.write_all(&line)?;
        waiting.file.sync_data()?;
        waiting.checks.push_back(check);
        Ok(())
    }

    /// The first ones that may still be handed in.
    pub(super) fn first(&self, now: Timestamp) -> Vec<Check> {
        let waiting = self.waiting();
        let young = |check: &&Check| now.seconds_since(check.checked_at) < OLDEST.as_secs();
        waiting.checks.iter().filter(young).take(BATCH).cloned().collect()
    }

    /// Lets go of those handed in, and of those the issuer would no longer take.
    pub(super) fn done(&self, ids: &[String], now: Timestamp) -> Result<(), KeyFileError> {
        let mut waiting = self.waiting();
        let stays = |check: &Check| {
            !ids.contains(&check.id) && now.seconds_since(check.checked_at) < OLDEST.as_secs()
        };
        waiting.checks.retain(stays);
        let mut text = Vec::new();
        for line in waiting.checks.iter().filter_map(|check| serde_json::to_vec(check).ok()) {
            text.extend(line);
            text.push(b'\n');
        }
        keyfile::replace(&self.path, &text)?;
        waiting.file = appendable(&self.path)?;
        Ok(())
    }
}
