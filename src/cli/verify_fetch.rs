//! What `ecard verify` asks an issuer: bounded, without redirects, past every cache.

use reqwest::header::{CACHE_CONTROL, HeaderValue};
use reqwest::{Client, Url};
use serde::Deserialize;
use std::net::IpAddr;
use std::time::Duration;

/// The whole time one answer may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// More than metadata or keys ever have.
const MAX_DOCUMENT: usize = 64 * 1024;
/// More than the largest status list, in base64url.
const MAX_LIST: usize = 4 * 1024 * 1024;

/// Authorization server metadata (RFC 8414 §2): what is needed of it.
#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    jwks_uri: String,
}

/// Asks over HTTPS, or over HTTP this machine itself.
pub(super) struct Fetcher(Client);

impl Fetcher {
    /// A fetcher that follows no redirect: keys come from where they were asked for.
    pub(super) fn new() -> Result<Self, String> {
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
    pub(super) async fn jwks(&self, issuer: &str) -> Result<Vec<u8>, String> {
        let address = metadata_address(issuer)?;
        let document = self.get(address.clone(), MAX_DOCUMENT).await?;
        let metadata: Metadata = serde_json::from_slice(&document)
            .map_err(|_| format!("{address}: no issuer metadata (RFC 8414)"))?;
        if metadata.issuer.trim_end_matches('/') != issuer {
            return Err(format!("{address}: speaks for another issuer, {}", metadata.issuer));
        }
        self.get(secure(&metadata.jwks_uri)?, MAX_DOCUMENT).await
    }

    /// A status list token.
    pub(super) async fn status_list(&self, uri: &str) -> Result<Vec<u8>, String> {
        self.get(secure(uri)?, MAX_LIST).await
    }

    async fn get(&self, address: Url, most: usize) -> Result<Vec<u8>, String> {
        let failed = |e: reqwest::Error| format!("{address}: {}", cause(&e));
        let request = self.0.get(address.clone());
        let request = request.header(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        let mut answer = request.send().await.map_err(failed)?;
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
        Ok(body)
    }
}

fn cause(error: &reqwest::Error) -> &'static str {
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
fn secure(text: &str) -> Result<Url, String> {
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
