//! `reqwest` as the library's HTTP client.

use openidconnect::http::Response;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::redirect::Policy;
use std::pin::Pin;
use std::time::Duration;

/// The whole time one answer may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// More than metadata, keys or tokens ever have (bytes).
const MAX_ANSWER: usize = 256 * 1024;

/// Asks the issuer.
#[derive(Debug)]
pub(super) struct Http(reqwest::Client);

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum HttpError {
    /// Nobody answered, or the connection broke.
    #[error("the issuer does not answer: {0}")]
    Transport(#[from] reqwest::Error),
    /// More than any answer has.
    #[error("the answer is longer than {MAX_ANSWER} bytes")]
    TooLong,
    /// A header that cannot be carried over.
    #[error("the answer cannot be read: {0}")]
    Malformed(#[from] openidconnect::http::Error),
}

impl Http {
    /// A client that follows no redirect: a token endpoint that redirects is none.
    pub(super) fn new() -> Result<Self, reqwest::Error> {
        // Fails only when a provider is installed already, and then there is nothing to do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().timeout(TIMEOUT).redirect(Policy::none());
        Ok(Self(client.build()?))
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let mut answer = self.0.execute(request.try_into()?).await?;
        let mut copy = Response::builder().status(answer.status());
        for (name, value) in answer.headers() {
            copy = copy.header(name, value);
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            if body.len() + chunk.len() > MAX_ANSWER {
                return Err(HttpError::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(copy.body(body)?)
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}
