//! Addresses that clients register: their keys, their lists of URIs, where they hear of a logout.
//!
//! A stranger chose them, so a request must not reach what only this machine can reach. Every
//! implementation refuses addresses that are not public, names that resolve to such, and
//! redirects; it reads no more than [`MOST_BYTES`] and waits no longer than [`TIMEOUT`].

use async_trait::async_trait;
use std::time::Duration;

/// The most that is read of an answer.
pub const MOST_BYTES: usize = 64 * 1024;
/// The whole time one request may take.
pub const TIMEOUT: Duration = Duration::from_secs(5);

/// What was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its bytes.
    pub body: Vec<u8>,
    /// How long it may be kept, as its sender says (RFC 9111 §5.2.2.1); none when it does not.
    pub max_age: Option<Duration>,
}

/// Why a request came to nothing. The words are for operators and for whoever registers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// Not an address this service calls.
    #[error("not an address this service calls: {0}")]
    Forbidden(&'static str),
    /// No answer.
    #[error("no answer: {0}")]
    Unreachable(&'static str),
    /// An answer other than 200 or 204.
    #[error("it answered with status {0}")]
    Status(u16),
    /// An answer of more than 64 KiB.
    #[error("it answered with more than 64 KiB")]
    TooLarge,
}

/// Asks what clients have registered.
#[async_trait]
pub trait Outbound: Send + Sync + 'static {
    /// Fetches a document.
    ///
    /// # Errors
    /// [`OutboundError`].
    async fn get(&self, uri: &str) -> Result<Document, OutboundError>;

    /// Posts a form; what is answered beyond the status is not read.
    ///
    /// # Errors
    /// [`OutboundError`].
    async fn post(&self, uri: &str, form: &[(&str, &str)]) -> Result<(), OutboundError>;

    /// Whether an address has a form that is called at all: to be asked at registration, before
    /// anything is fetched.
    ///
    /// # Errors
    /// [`OutboundError::Forbidden`].
    fn allows(&self, uri: &str) -> Result<(), OutboundError>;
}
