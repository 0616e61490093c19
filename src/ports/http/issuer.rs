//! What a verifier asks an issuer, keys and status lists: bounded, without redirects, past every cache.

use crate::verifier::Fetched;
use reqwest::header::{
    AGE, CACHE_CONTROL, ETAG, HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH,
};
use reqwest::{Client, Url};
use serde::Deserialize;
use std::net::IpAddr;
use std::time::Duration;

/// The whole time one answer may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// More than metadata or keys ever have.
const MAX_DOCUMENT: usize = 64 * 1024;

/// Authorization server metadata (RFC 8414 §2): what is needed of it.
#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    jwks_uri: String,
}

/// Asks over HTTPS, or over HTTP this machine itself.
#[derive(Debug)]
pub struct Fetcher(Client);

impl Fetcher {
    /// A fetcher that follows no redirect: keys come from where they were asked for.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new() -> Result<Self, String> {
        // Fails only when a provider is installed already, and then there is nothing to do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Client::builder()
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map(Self)
            .map_err(|e| e.to_string())
    }

    /// The issuer's key set, by way of its metadata.
    ///
    /// # Errors
    /// In words, with the address: who did not answer, or spoke for another issuer.
    pub async fn jwks(&self, issuer: &str) -> Result<Vec<u8>, String> {
        let uri = self.jwks_uri(issuer).await?;
        self.get(secure(&uri)?, MAX_DOCUMENT).await
    }

    /// Where the issuer's metadata says that its keys are.
    ///
    /// # Errors
    /// As [`Self::jwks`].
    pub async fn jwks_uri(&self, issuer: &str) -> Result<String, String> {
        let address = metadata_address(issuer)?;
        let document = self.get(address.clone(), MAX_DOCUMENT).await?;
        let metadata: Metadata = serde_json::from_slice(&document)
            .map_err(|_| format!("{address}: no issuer metadata (RFC 8414)"))?;
        if metadata.issuer.trim_end_matches('/') != issuer {
            return Err(format!("{address}: speaks for another issuer, {}", metadata.issuer));
        }
        Ok(metadata.jwks_uri)
    }

    /// What is at an address, of at most `most` bytes, unless it is still what `etag` names.
    ///
    /// # Errors
    /// As [`Self::jwks`].
    pub async fn ask(&self, uri: &str, etag: Option<&str>, most: usize) -> Result<Fetched, String> {
        self.send(secure(uri)?, etag, most).await
    }

    async fn get(&self, address: Url, most: usize) -> Result<Vec<u8>, String> {
        match self.send(address.clone(), None, most).await? {
            Fetched::Body { bytes, .. } => Ok(bytes),
            Fetched::NotModified { .. } => Err(format!("{address}: status 304")),
        }
    }

    async fn send(&self, address: Url, etag: Option<&str>, most: usize) -> Result<Fetched, String> {
        let failed = |e: reqwest::Error| format!("{address}: {}", cause(&e));
        let mut request = self.0.get(address.clone());
        request = request.header(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        if let Some(etag) = etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        let mut answer = request.send().await.map_err(failed)?;
        let headers = answer.headers().clone();
        let max_age = max_age(&headers);
        if etag.is_some() && answer.status() == reqwest::StatusCode::NOT_MODIFIED {
            return Ok(Fetched::NotModified { max_age });
        }
        if answer.status() != reqwest::StatusCode::OK {
            return Err(format!("{address}: status {}", answer.status().as_u16()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > most {
                return Err(format!("{address}: more than {most} bytes"));
            }
            body.extend_from_slice(&chunk);
        }
        let age = text(&headers, AGE).and_then(|age| age.parse().ok()).unwrap_or(0);
        Ok(Fetched::Body {
            bytes: body,
            etag: text(&headers, ETAG).map(str::to_owned),
            max_age,
            age: Duration::from_secs(age),
        })
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// `max-age` of `Cache-Control` (RFC 9111 §5.2.2.1).
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let mut directives = text(headers, CACHE_CONTROL)?.split(',').map(str::trim);
    let seconds = directives.find_map(|directive| directive.strip_prefix("max-age="))?;
    seconds.parse().ok().map(Duration::from_secs)
}

pub(super) fn cause(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "cannot connect"
    } else {
        "the connection broke"
    }
}

/// `/.well-known/…` stands between host and path of the issuer (RFC 8414 §3.1).
fn metadata_address(issuer: &str) -> Result<Url, String> {
    let mut address = secure(issuer)?;
    let path = address.path().trim_end_matches('/').to_owned();
    address.set_path(&format!("/.well-known/oauth-authorization-server{path}"));
    Ok(address)
}

/// Whoever sits between could exchange keys sent in clear.
pub(super) fn secure(text: &str) -> Result<Url, String> {
    let address: Url = text.parse().map_err(|_| format!("{text}: no URL"))?;
    // Compared as an address, not as a name: 127.evil.example is not this machine.
    let host = address.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let here =
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    match address.scheme() {
        "https" => Ok(address),
        "http" if here => Ok(address),
        _ => Err(format!("{text}: must be https:// (http:// only on this machine)")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_do_not_travel_in_clear() {
        for good in
            ["https://i.example/x", "http://127.0.0.1:8080", "http://[::1]:1/", "http://localhost"]
        {
            assert!(secure(good).is_ok(), "{good}");
        }
        for bad in ["http://i.example", "http://127.evil.example", "file:///etc/passwd", "x"] {
            assert!(secure(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn metadata_stands_before_the_issuers_path() {
        let address = metadata_address("https://i.example/tenant/a").unwrap();
        assert_eq!(address.path(), "/.well-known/oauth-authorization-server/tenant/a");
    }
}
