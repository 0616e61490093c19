//! Private files in the keys folder: made with mode 0600, and not trusted otherwise.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// Why a file in the keys folder is not used. Every message names the file and what to do.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// Group or others may read or write the file.
    #[error(
        "{path} may be read by others (mode {mode:04o}): run `chmod 600 {path}`, and replace the key if others could have read it"
    )]
    Readable {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file belongs to another user.
    #[error(
        "{path} belongs to user {owner}, not to user {us} who runs this: a key somebody else put here is not used; remove it or run `chown {us} {path}`"
    )]
    Foreign {
        /// The file.
        path: PathBuf,
        /// Its owner.
        owner: u32,
        /// The effective user of this process.
        us: u32,
    },
    /// What the file holds is not what belongs there.
    #[error("{path}: {reason}")]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong and what to do.
        reason: String,
    },
    /// The file could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
}

impl KeyFileError {
    /// A [`KeyFileError::Content`] for `path`.
    pub fn content(path: &Path, reason: impl Into<String>) -> Self {
        Self::Content { path: path.to_owned(), reason: reason.into() }
    }
}

/// Tells one content of a file from the next without reading it: inode, size, time of change.
pub type Stamp = (u64, u64, i64, i64);

/// The stamp of a file.
///
/// # Errors
/// [`KeyFileError`] when it is not there.
pub fn stamp(path: &Path) -> Result<Stamp, KeyFileError> {
    let found = fs::metadata(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => KeyFileError::content(path, "not there"),
        _ => KeyFileError::Io { path: path.to_owned(), source },
    })?;
    Ok((found.ino(), found.size(), found.mtime(), found.mtime_nsec()))
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> KeyFileError + '_ {
    move |source| KeyFileError::Io { path: path.to_owned(), source }
}

/// Makes the folder (mode 0700) when it is not there.
///
/// # Errors
/// [`KeyFileError::Io`].
pub fn ensure_folder(path: &Path) -> Result<(), KeyFileError> {
    if path.is_dir() {
        return Ok(());
    }
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(at(path))
}

/// In words, when others may put files into a folder or take them out.
pub fn others_may_change(folder: &Path) -> Option<String> {
    let mode = fs::metadata(folder).ok()?.mode() & 0o7777;
    (mode & 0o022 != 0).then(|| {
        let path = folder.display();
        format!("keys: others may change {path} (mode {mode:04o}); run `chmod 700 {path}`")
    })
}

/// Reads a private file; `None` when there is none.
///
/// # Errors
/// [`KeyFileError::Readable`] and [`KeyFileError::Foreign`] for a file that cannot be trusted.
pub fn read(path: &Path) -> Result<Option<Vec<u8>>, KeyFileError> {
    let found = match fs::metadata(path) {
        Ok(found) => found,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(at(path)(e)),
    };
    let mode = found.mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(KeyFileError::Readable { path: path.to_owned(), mode });
    }
    let us = rustix::process::geteuid().as_raw();
    if found.uid() != us {
        return Err(KeyFileError::Foreign { path: path.to_owned(), owner: found.uid(), us });
    }
    fs::read(path).map(Some).map_err(at(path))
}

/// Writes a new private file (mode 0600); `false` when one is there already.
///
/// # Errors
/// [`KeyFileError::Io`].
pub fn create(path: &Path, content: &[u8]) -> Result<bool, KeyFileError> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(mut file) => {
            file.write_all(content).and_then(|()| file.sync_all()).map_err(at(path))?;
            Ok(true)
        }
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(e) => Err(at(path)(e)),
    }
}

/// Replaces a private file whole: a reader sees the old content or the new, never a part.
///
/// # Errors
/// [`KeyFileError::Io`].
pub fn replace(path: &Path, content: &[u8]) -> Result<(), KeyFileError> {
    let aside = path.with_extension("new");
    match fs::remove_file(&aside) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(at(&aside)(e)),
        _ => {}
    }
    create(&aside, content)?;
    fs::rename(&aside, path).map_err(at(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_file_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("k");
        assert!(create(&path, b"secret").unwrap());
        assert_eq!(read(&path).unwrap().unwrap(), b"secret");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(read(&path), Err(KeyFileError::Readable { mode: 0o640, .. })));
    }

    #[test]
    fn an_existing_file_is_never_overwritten_by_create() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("k");
        assert!(create(&path, b"one").unwrap());
        assert!(!create(&path, b"two").unwrap());
        replace(&path, b"three").unwrap();
        assert_eq!(read(&path).unwrap().unwrap(), b"three");
    }
}
