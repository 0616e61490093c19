//! The one way this service calls a provider: a JSON question by POST, a bounded JSON answer.
//!
//! Personal data travels in bodies only, never in URLs, and neither bodies nor what a JSON parser
//! says of them is logged. Proxies of the environment are not used and redirects not followed:
//! personal data goes to the configured host or nowhere.

use super::breaker::Breaker;
use super::outcome::{CallError, Failure, USUAL_RETRY_AFTER, read_answer, transport};
use super::retry::RetryPolicy;
use super::setup::{self, HttpClientError};
use crate::config::providers::ProviderConfig;
use crate::ports::ProviderDown;
use crate::ports::entropy::Entropy;
use reqwest::Url;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Upper bound of the first wait between tries.
const FIRST_WAIT: Duration = Duration::from_millis(100);

/// A provider at the other end of HTTP, with its timeout, retries and circuit breaker.
pub struct HttpClient {
    provider: &'static str,
    base: Url,
    token: Option<HeaderValue>,
    http: reqwest::Client,
    retry: RetryPolicy,
    breaker: Breaker,
    entropy: Arc<dyn Entropy>,
}

impl std::fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpClient").field("provider", &self.provider).finish_non_exhaustive()
    }
}

impl HttpClient {
    /// A client for `provider` (`registry`, `face` or `sms`), with its token read from its file.
    ///
    /// # Errors
    /// See [`HttpClientError`].
    pub fn from_config(
        provider: &'static str,
        config: &ProviderConfig,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, HttpClientError> {
        // Fails only when a provider is installed already, and then there is nothing to do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        if config.timeout().is_zero() {
            return Err(HttpClientError::NoTimeout(provider));
        }
        let token = config.token_file.as_deref().map(|path| setup::read_token(provider, path));
        let http = reqwest::Client::builder()
            .timeout(config.timeout())
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(|e| HttpClientError::Build(provider, e))?;
        Ok(Self {
            provider,
            base: setup::base_url(provider, config.url.as_deref())?,
            token: token.transpose()?,
            http,
            retry: RetryPolicy { retries: config.retries, base: FIRST_WAIT },
            breaker: Breaker::new(config.breaker_failures, config.breaker_cooldown()),
            entropy,
        })
    }

    /// Posts `question` to `path` under the base URL and reads the answer. Tries again after
    /// transport errors, 408, 429 and 5xx: every question here may be asked twice.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn ask<A: DeserializeOwned>(
        &self,
        path: &str,
        question: &(impl Serialize + Sync),
        idempotency_key: Option<&str>,
    ) -> Result<A, CallError> {
        let url = self.base.join(path).map_err(|_| self.down("bad path", None))?;
        let body = serde_json::to_vec(question).map_err(|_| self.down("bad question", None))?;
        let request = self.request(url, body, idempotency_key)?;
        for attempt in 0.. {
            let permit = self
                .breaker
                .admit(Instant::now())
                .map_err(|wait| self.down("circuit breaker is open", Some(wait)))?;
            let again = request.try_clone().ok_or_else(|| self.down("bad request", None))?;
            let failure = match self.once(again).await {
                Ok(answer) => {
                    permit.succeeded();
                    return Ok(answer);
                }
                Err(Failure::Refused(status)) => {
                    permit.succeeded();
                    return Err(CallError::Refused(status));
                }
                Err(failure) => failure,
            };
            permit.failed(Instant::now());
            self.wait_or_give_up(attempt, failure).await?;
        }
        Err(self.down("no try made", None))
    }

    fn request(
        &self,
        url: Url,
        body: Vec<u8>,
        idempotency_key: Option<&str>,
    ) -> Result<reqwest::Request, CallError> {
        let mut request = self.http.post(url).header(CONTENT_TYPE, "application/json").body(body);
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, token.clone());
        }
        if let Some(key) = idempotency_key {
            request = request.header("idempotency-key", key);
        }
        request.build().map_err(|_| self.down("bad request", None))
    }

    async fn once<A: DeserializeOwned>(&self, request: reqwest::Request) -> Result<A, Failure> {
        let answer = self.http.execute(request).await.map_err(transport)?;
        read_answer(answer).await
    }

    async fn wait_or_give_up(&self, attempt: u32, failure: Failure) -> Result<(), CallError> {
        let (reason, wished) = match failure {
            Failure::Transient { reason, retry_after } => (reason, retry_after),
            Failure::Unusable(reason) => return Err(self.down(reason, None)),
            Failure::Refused(status) => return Err(CallError::Refused(status)),
        };
        tracing::warn!(provider = self.provider, attempt, reason, "provider call failed");
        match self.retry.wait(attempt, wished, self.entropy.as_ref()) {
            Some(wait) => tokio::time::sleep(wait).await,
            None => return Err(self.down(&reason, wished)),
        }
        Ok(())
    }

    fn down(&self, reason: &str, retry_after: Option<Duration>) -> CallError {
        CallError::Down(ProviderDown {
            provider: self.provider,
            reason: reason.to_owned(),
            retry_after: retry_after.unwrap_or(USUAL_RETRY_AFTER),
        })
    }
}
