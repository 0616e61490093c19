//! The files under `static/`, embedded in the binary and addressed by a hash of their content.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use std::sync::LazyLock;

/// Where the files are served: `/static/<hash>/<name>`.
pub const PREFIX: &str = "/static/";

/// The `Cache-Control` of an embedded file: its address changes with its content.
pub const CACHE_CONTROL: &str = "public, max-age=31536000, immutable";

/// The service worker of the card's pages, which is served at an address of its own.
pub const CARD_WORKER: &str = include_str!("../../static/card-worker.js");

/// Twelve characters of base64url are 72 bits: enough to tell versions apart.
const HASH_CHARS: usize = 12;

/// One embedded file.
#[derive(Debug)]
pub struct Asset {
    /// The file's name under `static/`.
    pub name: &'static str,
    /// Its `Content-Type`.
    pub content_type: &'static str,
    /// Its content.
    pub bytes: &'static [u8],
}

macro_rules! asset {
    ($name:literal, $content_type:literal) => {
        Asset {
            name: $name,
            content_type: $content_type,
            bytes: include_bytes!(concat!("../../static/", $name)),
        }
    };
}

const ASSETS: [Asset; 11] = [
    asset!("app.css", "text/css; charset=utf-8"),
    asset!("camera.js", "text/javascript; charset=utf-8"),
    asset!("card-offline.js", "text/javascript; charset=utf-8"),
    asset!("card-qr.js", "text/javascript; charset=utf-8"),
    asset!("forms.js", "text/javascript; charset=utf-8"),
    asset!("icon.svg", "image/svg+xml"),
    asset!("partner.svg", "image/svg+xml"),
    asset!("submit.js", "text/javascript; charset=utf-8"),
    asset!("terminal.js", "text/javascript; charset=utf-8"),
    asset!("vendor/qr-decode.js", "text/javascript; charset=utf-8"),
    asset!("vendor/qr.js", "text/javascript; charset=utf-8"),
];

static HREFS: LazyLock<Vec<(&'static str, String)>> = LazyLock::new(|| {
    ASSETS.iter().map(|a| (a.name, format!("{PREFIX}{}/{}", hash(a.bytes), a.name))).collect()
});

fn hash(bytes: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    URL_SAFE_NO_PAD.encode(digest).chars().take(HASH_CHARS).collect()
}

/// The address of the file `name`; empty when there is none of that name.
pub fn href(name: &str) -> &'static str {
    HREFS.iter().find(|(n, _)| *n == name).map_or("", |(_, href)| href)
}

/// The file at `path` (`<hash>/<name>`, without [`PREFIX`]). A hash of another version answers
/// with the present content, so that a page loaded before an update still finds its style.
pub fn find(path: &str) -> Option<&'static Asset> {
    let (_, name) = path.split_once('/')?;
    ASSETS.iter().find(|a| a.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_found_at_its_own_address() {
        for asset in &ASSETS {
            let path = href(asset.name).strip_prefix(PREFIX).unwrap();
            assert_eq!(find(path).unwrap().name, asset.name);
        }
    }

    #[test]
    fn nothing_else_is_served() {
        assert_eq!(href("other.css"), "");
        for path in ["", "app.css", "x/other.css", "x/../app.css", "x//app.css"] {
            assert!(find(path).is_none(), "{path}");
        }
    }

    #[test]
    fn the_address_changes_with_the_content() {
        assert_ne!(hash(b"a"), hash(b"b"));
        assert_eq!(hash(b"a").len(), HASH_CHARS);
    }
}
