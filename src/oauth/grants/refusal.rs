//! Why the token endpoint hands out nothing.

use crate::app::Fault;
use crate::domain::authorization::Repeated;
use crate::domain::client::GrantType;
use crate::oauth::caller::Replay;
use crate::oauth::error::OAuthError;
use crate::storage::DbError;

/// The refusals of the token endpoint (RFC 6749 §5.2, RFC 8707 §2, RFC 9449 §5, RFC 8628 §3.5). The
/// words are for the partner's engineers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::oauth) enum Refusal {
    /// The request cannot be read.
    Request(&'static str),
    /// Not a grant of this service.
    UnsupportedGrant,
    /// A grant the client may not use.
    Unauthorized,
    /// Code or token are not good, or not this client's.
    Grant(&'static str),
    /// More than was allowed.
    Scope(&'static str),
    /// A resource that was not asked for at the authorization, or that nobody knows.
    Target,
    /// The tokens must be bound and the request proves no key, or another one.
    Proof(&'static str),
    /// Assertion or proof were used before.
    Replayed(Replay),
    /// Nobody has decided yet.
    Pending,
    /// The device asks too often.
    SlowDown,
    /// The citizen refused.
    Denied,
    /// The device code has ended.
    Expired,
    /// A fault of ours.
    Fault(Fault),
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<DbError> for Refusal {
    fn from(error: DbError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<Replay> for Refusal {
    fn from(replay: Replay) -> Self {
        Self::Replayed(replay)
    }
}

impl From<Repeated> for Refusal {
    fn from(_: Repeated) -> Self {
        Self::Request("a parameter was sent twice")
    }
}

impl From<Refusal> for OAuthError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Request(why) => Self::new("invalid_request", why),
            Refusal::UnsupportedGrant => {
                let known = GrantType::ALL.map(GrantType::as_str).join(", ");
                Self::new("unsupported_grant_type", format!("grant_type must be one of: {known}"))
            }
            Refusal::Unauthorized => {
                Self::new("unauthorized_client", "this client is not registered for this grant")
            }
            Refusal::Grant(why) => Self::new("invalid_grant", why),
            Refusal::Scope(why) => Self::new("invalid_scope", why),
            Refusal::Target => Self::new(
                "invalid_target",
                "a resource that was not asked for before, or that this service knows nothing of",
            ),
            Refusal::Proof(why) => Self::new("invalid_dpop_proof", why),
            Refusal::Replayed(replay) => replay.into(),
            Refusal::Pending => {
                Self::new("authorization_pending", "the citizen has not decided yet")
            }
            Refusal::SlowDown => Self::new("slow_down", "wait five seconds longer from here on"),
            Refusal::Denied => Self::new("access_denied", "the citizen refused"),
            Refusal::Expired => Self::new("expired_token", "the device code has ended; begin anew"),
            Refusal::Fault(fault) => fault.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_has_its_registered_name() {
        for (refusal, code) in [
            (Refusal::Request("x"), "invalid_request"),
            (Refusal::UnsupportedGrant, "unsupported_grant_type"),
            (Refusal::Unauthorized, "unauthorized_client"),
            (Refusal::Grant("x"), "invalid_grant"),
            (Refusal::Scope("x"), "invalid_scope"),
            (Refusal::Target, "invalid_target"),
            (Refusal::Proof("x"), "invalid_dpop_proof"),
            (Refusal::Replayed(Replay::Assertion), "invalid_client"),
            (Refusal::Replayed(Replay::Proof), "invalid_dpop_proof"),
            (Refusal::Pending, "authorization_pending"),
            (Refusal::SlowDown, "slow_down"),
            (Refusal::Denied, "access_denied"),
            (Refusal::Expired, "expired_token"),
            (Refusal::Fault(Fault::Internal), "server_error"),
        ] {
            assert_eq!(OAuthError::from(refusal).code, code);
        }
    }
}
