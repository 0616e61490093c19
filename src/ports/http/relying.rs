//! What a relying service's terminal asks an issuer: is this good, and a batch of what it judged
//! while there was no network.

use super::issuer::{cause, secure};
use crate::domain::secret::Secret;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, RequestBuilder, Url};
use serde::Deserialize;
use std::time::Duration;

/// More than any answer has.
const MAX_ANSWER: usize = 256 * 1024;

/// Who asks.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The `client_id`.
    pub id: String,
    /// Its secret, sent by HTTP Basic (RFC 6749 §2.3.1).
    pub secret: Secret,
}

/// The answer of `POST /verify`, as far as a terminal shows it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Verified {
    /// Whether it is good now, for what was asked.
    pub active: bool,
    /// `valid`, `suspended`, `ended` or `unknown`.
    pub status: String,
    /// Why it is not good.
    pub reason: Option<String>,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// The issuer cannot be reached.
    #[error("the issuer cannot be reached: {0}")]
    Unreachable(&'static str),
    /// The issuer does not know us.
    #[error("the issuer refuses these credentials (status {0})")]
    Refused(u16),
    /// Something else came.
    #[error("the issuer answered with status {0}")]
    Status(u16),
}

/// Asks `POST /verify` and `POST /verify/batch` of one issuer.
#[derive(Debug)]
pub struct RelyingCaller {
    client: Client,
    verify: Url,
    batch: Url,
    credentials: Credentials,
}

impl RelyingCaller {
    /// A caller that waits at most `timeout` for an answer.
    ///
    /// # Errors
    /// In words: no URL, in clear over a network, or TLS that cannot be set up.
    pub fn new(issuer: &str, credentials: Credentials, timeout: Duration) -> Result<Self, String> {
        // Fails only when a provider is installed already, and then there is nothing to do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .timeout(timeout)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|e| e.to_string())?;
        let issuer = issuer.trim_end_matches('/');
        let verify = secure(&format!("{issuer}/verify"))?;
        let batch = secure(&format!("{issuer}/verify/batch"))?;
        Ok(Self { client, verify, batch, credentials })
    }

    /// Asks about one thing shown: `field` is `token` or `qr`.
    ///
    /// # Errors
    /// [`NoAnswer`].
    pub async fn verify(
        &self,
        field: &str,
        shown: &str,
        function: Option<&str>,
    ) -> Result<Verified, NoAnswer> {
        let mut pairs = vec![(field, shown)];
        pairs.extend(function.map(|function| ("function", function)));
        let request = self.client.post(self.verify.clone());
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answer = self.send(request.body(form(&self.verify, &pairs))).await?;
        serde_json::from_slice(&answer).map_err(|_| NoAnswer::Status(200))
    }

    /// Hands in what was judged offline: a JSON document with `checks`.
    ///
    /// # Errors
    /// [`NoAnswer`].
    pub async fn batch(&self, checks: String) -> Result<Vec<u8>, NoAnswer> {
        let request = self.client.post(self.batch.clone());
        self.send(request.header(CONTENT_TYPE, "application/json").body(checks)).await
    }

    async fn send(&self, request: RequestBuilder) -> Result<Vec<u8>, NoAnswer> {
        let unreachable = |e: reqwest::Error| NoAnswer::Unreachable(cause(&e));
        let encoded = |text: &str| form(&self.verify, &[("", text)]).split_off(1);
        let (id, secret) = (&self.credentials.id, self.credentials.secret.expose());
        let request = request.basic_auth(encoded(id), Some(encoded(secret)));
        let mut answer = request.send().await.map_err(unreachable)?;
        match answer.status().as_u16() {
            200 => {}
            refused @ (400 | 401 | 403) => return Err(NoAnswer::Refused(refused)),
            other => return Err(NoAnswer::Status(other)),
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(unreachable)? {
            if body.len() + chunk.len() > MAX_ANSWER {
                return Err(NoAnswer::Status(200));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

/// Pairs as `application/x-www-form-urlencoded`, by the URL parser that is there already.
fn form(any: &Url, pairs: &[(&str, &str)]) -> String {
    let mut url = any.clone();
    url.query_pairs_mut().clear().extend_pairs(pairs);
    url.query().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_is_encoded() {
        let any: Url = "https://i.example/verify".parse().unwrap();
        assert_eq!(form(&any, &[("qr", "EC1:A B+/%&=")]), "qr=EC1%3AA+B%2B%2F%25%26%3D");
        assert_eq!(form(&any, &[("", "a:b")]), "=a%3Ab");
    }

    #[test]
    fn a_caller_prints_no_secret_and_asks_nobody_in_clear() {
        let credentials = Credentials { id: "h".to_owned(), secret: Secret::new("hunter2") };
        let of =
            |issuer: &str| RelyingCaller::new(issuer, credentials.clone(), Duration::from_secs(1));
        assert!(!format!("{:?}", of("https://i.example").unwrap()).contains("hunter2"));
        assert!(of("http://i.example").is_err());
    }
}
