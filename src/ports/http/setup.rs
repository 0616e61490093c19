//! What is checked of a provider's configuration before the first call.

use crate::domain::secret::Secret;
use crate::keyfile::{self, KeyFileError};
use reqwest::Url;
use reqwest::header::HeaderValue;
use std::net::IpAddr;
use std::path::Path;

/// Why a provider cannot be set up; shown to the operator at start.
#[derive(Debug, thiserror::Error)]
pub enum HttpClientError {
    /// `kind = "http"` without a URL.
    #[error("providers.{0}.url is missing: kind = \"http\" needs the provider's base URL")]
    NoUrl(&'static str),
    /// The URL cannot be read.
    #[error("providers.{0}.url is not a URL")]
    BadUrl(&'static str),
    /// Personal data would travel in clear.
    #[error("providers.{0}.url must begin with https:// (http:// only for this machine itself)")]
    Insecure(&'static str),
    /// Every call would fail.
    #[error("providers.{0}.timeout_ms must be greater than 0")]
    NoTimeout(&'static str),
    /// The token file is missing, empty, or not a token that fits into a header.
    #[error("providers.{0}.token_file holds no usable token")]
    NoToken(&'static str),
    /// The token file cannot be trusted or read.
    #[error(transparent)]
    TokenFile(#[from] KeyFileError),
    /// TLS could not be set up.
    #[error("the HTTP client for {0} cannot be built: {1}")]
    Build(&'static str, reqwest::Error),
}

pub(super) fn base_url(provider: &'static str, url: Option<&str>) -> Result<Url, HttpClientError> {
    let text = url.ok_or(HttpClientError::NoUrl(provider))?;
    let mut base: Url = text.parse().map_err(|_| HttpClientError::BadUrl(provider))?;
    // Compared as an address, not as a name: 127.evil.example is not this machine.
    let host = base.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let address = host.parse::<IpAddr>();
    let here = host == "localhost" || address.is_ok_and(|ip| ip.is_loopback());
    match base.scheme() {
        "https" => {}
        "http" if here => {}
        _ => return Err(HttpClientError::Insecure(provider)),
    }
    // Without the slash, joining would replace the last segment instead of adding to it.
    if !base.path().ends_with('/') {
        base.set_path(&format!("{}/", base.path()));
    }
    Ok(base)
}

pub(super) fn read_token(
    provider: &'static str,
    path: &Path,
) -> Result<HeaderValue, HttpClientError> {
    let bytes = keyfile::read(path)?.ok_or(HttpClientError::NoToken(provider))?;
    let text = String::from_utf8(bytes).map_err(|_| HttpClientError::NoToken(provider))?;
    let token = Secret::new(text.trim());
    if token.expose().is_empty() {
        return Err(HttpClientError::NoToken(provider));
    }
    let mut header = HeaderValue::from_str(&format!("Bearer {}", token.expose()))
        .map_err(|_| HttpClientError::NoToken(provider))?;
    header.set_sensitive(true);
    Ok(header)
}
