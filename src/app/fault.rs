//! How a failure of ours becomes an answer: the cause goes to the log, the person gets a code.

use crate::error::AppError;
use crate::ports::ProviderDown;
use crate::storage::DbError;
use crate::storage::vault::VaultError;
use std::fmt::Display;
use std::time::Duration;

/// A fault: an [`AppError`] whose cause was written to the log where it happened.
pub type Fault = AppError;

/// Logs `cause` and answers [`AppError::Internal`].
pub fn internal(cause: impl Display) -> Fault {
    tracing::error!(%cause, "internal error");
    AppError::Internal
}

impl From<DbError> for AppError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Unavailable(cause) => {
                tracing::warn!(%cause, "database unavailable");
                Self::ProviderDown { provider: "database", retry_after: Duration::from_secs(5) }
            }
            other => internal(other),
        }
    }
}

impl From<VaultError> for AppError {
    fn from(error: VaultError) -> Self {
        internal(error)
    }
}

impl From<super::HashingFailed> for AppError {
    fn from(error: super::HashingFailed) -> Self {
        internal(error)
    }
}

impl From<ProviderDown> for AppError {
    fn from(down: ProviderDown) -> Self {
        tracing::warn!(provider = down.provider, reason = %down.reason, "provider unavailable");
        Self::ProviderDown { provider: down.provider, retry_after: down.retry_after }
    }
}
