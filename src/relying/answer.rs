//! The answer of `POST /verify`.

use crate::domain::function::CardFunction;
use crate::domain::time::Timestamp;
use crate::verifier::Reason;
use serde::Serialize;

/// What a relying service is told; always with status 200.
#[derive(Debug, Serialize)]
pub(super) struct Answer {
    /// Whether what was shown is good now, for what was asked.
    pub active: bool,
    /// Where the card stands.
    pub status: &'static str,
    /// Why it is not good.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// What the card may be used for now.
    pub functions: Vec<CardFunction>,
    /// The holder, as this relying service alone knows them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// Whether a key that was bound to the holder's phone signed just now. Never for a bearer token,
    /// nor for an online code: whoever holds the digits within their minute can show them. Even
    /// `true` says that the phone is the holder's, not that the person is.
    pub holder_bound: bool,
    /// When this was checked.
    pub checked_at: Timestamp,
}

impl Answer {
    /// Not good, and nothing is known of the card.
    pub(super) fn refused(reason: Reason, now: Timestamp) -> Self {
        Self {
            active: false,
            status: "unknown",
            reason: Some(reason.code()),
            functions: Vec::new(),
            sub: None,
            holder_bound: false,
            checked_at: now,
        }
    }
}
