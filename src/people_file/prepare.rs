//! The first pass: every line is checked, every bad one noted, the good ones sealed and spooled.

use super::line::{Checked, Credential, Line, Wrong};
use super::spool::Spool;
use super::unique::Unique;
use super::{MAX_LINE_BYTES, NAMED_LINES, load};
use crate::app::{App, Fault};
use crate::domain::time::Timestamp;
use crate::storage::DbError;
use serde::Serialize;
use std::io::{self, BufRead, Read as _};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// Why a file was not taken; nothing of it is stored then.
#[derive(Debug, thiserror::Error)]
pub enum PeopleFileError {
    /// The file or the spool cannot be read or written.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The database does not take it.
    #[error("{0}")]
    Db(#[from] DbError),
    /// A fault of ours.
    #[error("{0}")]
    Fault(#[from] Fault),
}

/// A line that was refused.
#[derive(Clone, Debug, Serialize)]
pub struct BadLine {
    /// Its number, from 1.
    pub line: u64,
    /// Why.
    pub reason: String,
}

/// What the first pass found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Outcome {
    /// People that may be stored.
    pub people: u64,
    /// How many lines are bad.
    pub bad: u64,
    /// The first [`NAMED_LINES`] of them.
    pub named: Vec<BadLine>,
}

/// Checks `source`, whose portraits lie in `beside`, and fills the spool; `done` counts lines.
/// Empty lines are passed over.
///
/// # Errors
/// [`PeopleFileError`]; bad lines are no error here but in the [`Outcome`].
pub async fn prepare(
    app: &App,
    mut source: impl BufRead,
    beside: &Path,
    spool: &mut Spool,
    now: Timestamp,
    done: &AtomicU64,
) -> Result<Outcome, PeopleFileError> {
    let mut outcome = Outcome::default();
    let mut unique = Unique::default();
    let mut text = Vec::new();
    skip_byte_order_mark(&mut source)?;
    for number in 1.. {
        text.clear();
        let most = MAX_LINE_BYTES as u64 + 1;
        if source.by_ref().take(most).read_until(b'\n', &mut text)? == 0 {
            break;
        }
        done.store(number, Ordering::Relaxed);
        let too_long = text.len() > MAX_LINE_BYTES;
        if too_long && text.last() != Some(&b'\n') {
            skip_line(&mut source)?;
        }
        if text.trim_ascii().is_empty() {
            continue;
        }
        let checked = if too_long {
            Err(Wrong::new(format!("longer than {MAX_LINE_BYTES} bytes")))
        } else {
            check(&text, beside, now, &mut unique, number)
        };
        match checked {
            // With one bad line nothing will be stored: passwords need not be hashed.
            Ok(_) if outcome.bad > 0 => outcome.people += 1,
            Ok(mut person) => {
                let hash = hashed(app, person.credential.take()).await?;
                spool.write(&load::person(app, &person, hash)?)?;
                outcome.people += 1;
            }
            Err(wrong) => refuse(&mut outcome, number, &wrong),
        }
    }
    Ok(outcome)
}

fn check(
    text: &[u8],
    beside: &Path,
    now: Timestamp,
    unique: &mut Unique,
    number: u64,
) -> Result<Checked, Wrong> {
    let person = Line::read(text)?.check(beside, now.shanghai_date())?;
    unique.note(&person, number)?;
    Ok(person)
}

fn refuse(outcome: &mut Outcome, line: u64, wrong: &Wrong) {
    outcome.bad += 1;
    if outcome.named.len() < NAMED_LINES {
        outcome.named.push(BadLine { line, reason: wrong.to_string() });
    }
}

async fn hashed(app: &App, credential: Option<Credential>) -> Result<Option<String>, Fault> {
    Ok(match credential {
        None => None,
        Some(Credential::Hash(hash)) => Some(hash),
        Some(Credential::Password(password)) => Some(app.hasher.hash(password).await?),
    })
}

/// Editors and spreadsheets put a byte order mark at the start of UTF-8 text (Unicode 23.8); it is
/// no part of the first line.
fn skip_byte_order_mark(source: &mut impl BufRead) -> io::Result<()> {
    if source.fill_buf()?.starts_with("\u{FEFF}".as_bytes()) {
        source.consume('\u{FEFF}'.len_utf8());
    }
    Ok(())
}

fn skip_line(source: &mut impl BufRead) -> io::Result<()> {
    loop {
        let available = source.fill_buf()?;
        let (length, ended) = match available.iter().position(|byte| *byte == b'\n') {
            Some(at) => (at + 1, true),
            None => (available.len(), available.is_empty()),
        };
        source.consume(length);
        if ended {
            return Ok(());
        }
    }
}
