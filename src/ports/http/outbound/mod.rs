//! The guarded client: see [`crate::ports::outbound`].

mod address;
mod resolver;
mod target;
#[cfg(test)]
mod tests;

use super::setup::HttpClientError;
use crate::ports::outbound::{Document, MOST_BYTES, Outbound, OutboundError, TIMEOUT};
use async_trait::async_trait;
use reqwest::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, HeaderMap};
use reqwest::{Client, RequestBuilder, Response, Url};
use resolver::Guarded;
use std::time::Duration;
use target::Network;

/// Calls the Internet by https and, in the demo, this machine.
#[derive(Debug)]
pub struct HttpOutbound {
    public: Client,
    loopback: Option<Client>,
}

impl HttpOutbound {
    /// A client for the demo, or for production.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(demo: bool) -> Result<Self, HttpClientError> {
        // Fails only when a provider is installed already, and then there is nothing to do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let loopback = if demo { Some(client(Network::Loopback)?) } else { None };
        Ok(Self { public: client(Network::Public)?, loopback })
    }

    fn at(&self, uri: &str) -> Result<(&Client, Url), OutboundError> {
        match (target::read(uri, self.loopback.is_some())?, &self.loopback) {
            ((url, Network::Loopback), Some(client)) => Ok((client, url)),
            ((url, _), _) => Ok((&self.public, url)),
        }
    }
}

/// A client that connects to one network, whatever a name says. Proxies of the environment are
/// not used: they would resolve names by themselves.
fn client(network: Network) -> Result<Client, HttpClientError> {
    Client::builder()
        .timeout(TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .dns_resolver(Guarded(network))
        .user_agent("ecard")
        .build()
        .map_err(|e| HttpClientError::Build("outbound", e))
}

#[async_trait]
impl Outbound for HttpOutbound {
    async fn get(&self, uri: &str) -> Result<Document, OutboundError> {
        let (client, url) = self.at(uri)?;
        let request = client.get(url).header(ACCEPT, "application/json");
        let answer = send(request).await?;
        let max_age = max_age(answer.headers());
        Ok(Document { body: body(answer).await?, max_age })
    }

    async fn post(&self, uri: &str, form: &[(&str, &str)]) -> Result<(), OutboundError> {
        let (client, mut url) = self.at(uri)?;
        let own_query = url.query().map(str::to_owned);
        // Encoded by the same rules as a query's pairs.
        let encoded = url.query_pairs_mut().clear().extend_pairs(form).finish();
        let encoded = encoded.query().unwrap_or_default().to_owned();
        url.set_query(own_query.as_deref());
        let request = client.post(url).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        send(request.body(encoded)).await.map(drop)
    }

    fn allows(&self, uri: &str) -> Result<(), OutboundError> {
        target::read(uri, self.loopback.is_some()).map(drop)
    }
}

async fn send(request: RequestBuilder) -> Result<Response, OutboundError> {
    let answer = request.send().await.map_err(unreachable)?;
    match answer.status().as_u16() {
        200 | 204 => Ok(answer),
        status => Err(OutboundError::Status(status)),
    }
}

async fn body(mut answer: Response) -> Result<Vec<u8>, OutboundError> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(unreachable)? {
        if body.len() + chunk.len() > MOST_BYTES {
            return Err(OutboundError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn unreachable(error: reqwest::Error) -> OutboundError {
    if error.is_timeout() {
        OutboundError::Unreachable("not in time")
    } else if error.is_connect() {
        OutboundError::Unreachable("cannot connect, or its name leads to no public address")
    } else {
        OutboundError::Unreachable("the connection broke")
    }
}

/// `max-age`; zero where the sender wants nothing kept.
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let said = headers.get(CACHE_CONTROL)?.to_str().ok()?.to_ascii_lowercase();
    let mut directives = said.split(',').map(str::trim);
    if directives.clone().any(|d| matches!(d, "no-store" | "no-cache")) {
        return Some(Duration::ZERO);
    }
    let seconds = directives.find_map(|d| d.strip_prefix("max-age="))?;
    seconds.trim_matches('"').parse().ok().map(Duration::from_secs)
}
