//! A folder of published lists, which somebody else hands out while it is written.

use crate::cli::Failure;
use crate::domain::time::Timestamp;
use crate::status::Published;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::json;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// The folder.
pub(super) struct Folder(PathBuf);

/// What a list in a file says of itself.
#[derive(Deserialize)]
struct Claims {
    sub: String,
    iat: Timestamp,
}

fn claims(token: &str) -> Option<Claims> {
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&payload).ok()
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> Failure + '_ {
    move |error| {
        Failure::Unavailable(format!(
            "{}: {error}; --out must be a folder this user may write to",
            path.display()
        ))
    }
}

impl Folder {
    /// Opens the folder, or makes it.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        fs::create_dir_all(path).map_err(at(path))?;
        Ok(Self(path.to_owned()))
    }

    /// Writes a list; `false` when the file holds it already, or a newer one.
    pub(super) fn put(&self, uri: &str, list: &Published) -> Result<bool, Failure> {
        let path = self.0.join(list.head.list.to_string());
        if let Some(there) = fs::read_to_string(&path).ok().as_deref().and_then(claims) {
            if there.sub != uri {
                return Err(Failure::Refused(format!(
                    "{} holds {}, not {uri}: another folder for another issuer",
                    path.display(),
                    there.sub
                )));
            }
            if there.iat > list.head.issued_at {
                return Ok(false);
            }
        }
        self.replace(&format!("{}.gz", list.head.list), &list.gzip)?;
        self.replace(&list.head.list.to_string(), list.token.as_bytes())
    }

    /// Writes the list of lists.
    pub(super) fn put_index(&self, uris: &[String]) -> Result<bool, Failure> {
        self.replace("index.json", json!({ "status_lists": uris }).to_string().as_bytes())
    }

    /// Replaces a file whole: a reader sees the old content or the new, never a part. `false` when
    /// nothing would change.
    fn replace(&self, name: &str, content: &[u8]) -> Result<bool, Failure> {
        let path = self.0.join(name);
        if fs::read(&path).is_ok_and(|there| there == content) {
            return Ok(false);
        }
        // Two that publish at the same time do not write into each other's.
        let aside = self.0.join(format!(".{name}.{}", std::process::id()));
        let written = File::create(&aside).and_then(|mut file| {
            file.write_all(content)?;
            file.sync_all()
        });
        let moved = written.and_then(|()| fs::rename(&aside, &path));
        moved.map_err(at(&path))?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::status_publications::Head;

    fn list(uri: &str, iat: i64) -> Published {
        let payload = json!({ "sub": uri, "iat": iat, "exp": iat + 1 }).to_string();
        let issued_at = Timestamp::from_epoch_seconds(iat);
        Published::for_test(
            format!("h.{}.s", URL_SAFE_NO_PAD.encode(payload)),
            Head { list: 7, version: 1, seq: 0, issued_at },
        )
    }

    #[test]
    fn an_older_list_replaces_no_newer_one_and_another_issuers_none() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::open(&place.path().join("a/b")).unwrap();
        assert!(folder.put("u/7", &list("u/7", 20)).unwrap());
        assert!(!folder.put("u/7", &list("u/7", 20)).unwrap(), "unchanged");
        assert!(!folder.put("u/7", &list("u/7", 10)).unwrap(), "older");
        assert!(folder.put("u/7", &list("u/7", 30)).unwrap());
        let refused = folder.put("v/7", &list("v/7", 40)).unwrap_err();
        assert!(matches!(refused, Failure::Refused(why) if why.contains("u/7")));
        let names = fs::read_dir(place.path().join("a/b")).unwrap();
        let mut names: Vec<_> = names.map(|e| e.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["7", "7.gz"], "nothing is left beside them");
    }

    #[test]
    fn a_file_that_is_no_list_is_replaced() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("7"), "half a li").unwrap();
        let folder = Folder::open(place.path()).unwrap();
        assert!(folder.put("u/7", &list("u/7", 20)).unwrap());
    }
}
