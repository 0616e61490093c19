//! What may become of a call, and how an answer is read.

use super::retry::retry_after;
use crate::ports::ProviderDown;
use reqwest::header::RETRY_AFTER;
use reqwest::{Response, StatusCode};
use serde::de::DeserializeOwned;
use std::time::Duration;

/// The longest answer read; the questions asked here have short ones.
pub const MAX_ANSWER_BYTES: usize = 64 * 1024;
/// Told to the citizen when the provider names no time itself.
pub(super) const USUAL_RETRY_AFTER: Duration = Duration::from_secs(30);

/// Why a call gave no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallError {
    /// The provider answered and will not take this question (4xx but 408 and 429).
    Refused(u16),
    /// No usable answer could be had.
    Down(ProviderDown),
}

/// What became of one try.
pub(super) enum Failure {
    Refused(u16),
    Transient { reason: String, retry_after: Option<Duration> },
    Unusable(&'static str),
}

impl CallError {
    /// For providers that have no refusals of their own: a refusal means that this service is not
    /// set up as the provider wants it, and the citizen can only come back later.
    pub fn into_down(self, provider: &'static str) -> ProviderDown {
        match self {
            Self::Down(down) => down,
            Self::Refused(status) => ProviderDown {
                provider,
                reason: format!("question refused with status {status}"),
                retry_after: USUAL_RETRY_AFTER,
            },
        }
    }
}

/// Reads an answer: its status first, then, if good, its bounded body.
pub(super) async fn read_answer<A: DeserializeOwned>(answer: Response) -> Result<A, Failure> {
    let status = answer.status();
    if status.is_success() {
        let body = read_bounded(answer).await?;
        return serde_json::from_slice(&body)
            .map_err(|_| Failure::Unusable("answer is not the JSON expected"));
    }
    let later = matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS);
    if later || status.is_server_error() {
        let header = answer.headers().get(RETRY_AFTER).and_then(|v| v.to_str().ok());
        let reason = format!("status {}", status.as_u16());
        return Err(Failure::Transient { reason, retry_after: retry_after(header) });
    }
    if status.is_client_error() {
        return Err(Failure::Refused(status.as_u16()));
    }
    Err(Failure::Unusable("unexpected status"))
}

/// Sorts by kind: the error's own text would name the URL.
pub(super) fn transport(error: reqwest::Error) -> Failure {
    let reason = if error.is_timeout() {
        "timeout"
    } else if error.is_connect() {
        "cannot connect"
    } else {
        "connection broke"
    };
    Failure::Transient { reason: reason.to_owned(), retry_after: None }
}

async fn read_bounded(mut answer: Response) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(transport)? {
        if body.len() + chunk.len() > MAX_ANSWER_BYTES {
            return Err(Failure::Unusable("answer too long"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
