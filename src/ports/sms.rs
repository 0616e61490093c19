//! The SMS gateway: takes one message at a time from the outbox.

use crate::domain::ids::MessageId;
use crate::domain::mobile_number::MobileNumber;
use crate::domain::secret::Secret;
use async_trait::async_trait;

/// One message to hand over.
#[derive(Clone, Debug)]
pub struct SmsMessage {
    /// The outbox row; gateways treat it as an idempotency key.
    pub id: MessageId,
    /// The recipient.
    pub to: MobileNumber,
    /// The text, which may hold a code.
    pub text: Secret,
}

/// Why a message was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmsError {
    /// Try again later.
    #[error("gateway unavailable: {0}")]
    Temporary(String),
    /// The gateway will never take this message.
    #[error("gateway refused: {0}")]
    Rejected(String),
}

/// Hands messages to the telephone network.
#[async_trait]
pub trait SmsGateway: Send + Sync + 'static {
    /// Hands over one message. The same `id` twice is delivered once.
    ///
    /// # Errors
    /// See [`SmsError`].
    async fn send(&self, message: &SmsMessage) -> Result<(), SmsError>;
}
