//! A portrait: a picture beside the file, a `data:` URL, or `drawn:<seed>`.

use crate::simulator::picture::{self, MAX_ENCODED_BYTES};
use crate::simulator::portrait::{reference, seed_of};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fs::File;
use std::io::Read as _;
use std::path::{Component, Path};

/// What is stored: the encoded picture, checked to be one, or the reference of a drawn one.
pub(super) fn read(named: &str, beside: &Path) -> Result<Vec<u8>, String> {
    if let Some(seed) = seed_of(named.as_bytes()) {
        return Ok(reference(seed));
    }
    let encoded = match named.strip_prefix("data:") {
        Some(rest) => inline(rest)?,
        None => file(named, beside)?,
    };
    picture::decode(&encoded).map_err(|_| "no PNG, JPEG or WebP of at most 5 MB".to_owned())?;
    Ok(encoded)
}

fn inline(rest: &str) -> Result<Vec<u8>, String> {
    let (kind, encoded) = rest.split_once(',').ok_or("a data: URL without a comma")?;
    if !kind.ends_with(";base64") {
        return Err("a data: URL must be base64".to_owned());
    }
    if encoded.len() / 4 * 3 > MAX_ENCODED_BYTES + 4 {
        return Err("longer than 5 MB".to_owned());
    }
    STANDARD.decode(encoded).map_err(|_| "a data: URL that is no base64".to_owned())
}

fn file(named: &str, beside: &Path) -> Result<Vec<u8>, String> {
    let path = Path::new(named);
    if !path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
        return Err("a path beside the file, without `..`".to_owned());
    }
    let opened = open(&beside.join(path), beside)?;
    let mut encoded = Vec::new();
    let most = u64::try_from(MAX_ENCODED_BYTES).unwrap_or(u64::MAX);
    opened.take(most.saturating_add(1)).read_to_end(&mut encoded).map_err(unreadable)?;
    Ok(encoded)
}

/// Opens a regular file inside `folder`, wherever links on the way lead.
fn open(path: &Path, folder: &Path) -> Result<File, String> {
    // The folder of a bare file name is empty, which no system resolves.
    let folder = folder.join(".").canonicalize().map_err(unreadable)?;
    let path = path.canonicalize().map_err(unreadable)?;
    if !path.starts_with(&folder) {
        return Err("a link that leads out of the file's folder".to_owned());
    }
    // Asked before opening: to open a pipe is to wait for its writer.
    if !path.metadata().map_err(unreadable)?.is_file() {
        return Err("not a regular file".to_owned());
    }
    File::open(path).map_err(unreadable)
}

fn unreadable(error: std::io::Error) -> String {
    format!("cannot be read: {error}")
}
