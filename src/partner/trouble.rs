//! Why a citizen did not come back with a card.

use super::http::HttpError;
use openidconnect::core::CoreErrorResponseType;
use openidconnect::{
    ClaimsVerificationError, DiscoveryError, RequestTokenError, StandardErrorResponse,
    UserInfoError,
};

/// What went wrong in a sign-in, by what the citizen can do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Trouble {
    /// The citizen said no: an answer like any other.
    #[error("access_denied")]
    Refused,
    /// There are no new tokens: the citizen took the permission back, or it ran out.
    #[error("invalid_grant")]
    Withdrawn,
    /// The answer belongs to no sign-in of this browser: too old, used up, or somebody else's.
    #[error("the state is unknown")]
    UnknownState,
    /// The issuer answered with an error (RFC 6749 §4.1.2.1 and §5.2).
    #[error("the issuer answered {0}")]
    Answered(String),
    /// The issuer does not answer.
    #[error("{0}")]
    Unreachable(String),
    /// What was answered does not pass a check.
    #[error("{0}")]
    Untrusted(String),
}

impl Trouble {
    /// A code to quote, stable across languages.
    pub(super) fn code(&self) -> &str {
        match self {
            Self::Refused => "access_denied",
            Self::Withdrawn => "invalid_grant",
            Self::UnknownState => "unknown_state",
            Self::Answered(code) => code,
            Self::Unreachable(_) => "issuer_unreachable",
            Self::Untrusted(_) => "untrusted_answer",
        }
    }

    /// The status of the page that says so.
    pub(super) const fn status(&self) -> u16 {
        match self {
            Self::Refused | Self::Withdrawn => 200,
            Self::UnknownState => 400,
            Self::Answered(_) | Self::Untrusted(_) => 502,
            Self::Unreachable(_) => 503,
        }
    }
}

impl From<HttpError> for Trouble {
    fn from(error: HttpError) -> Self {
        Self::Unreachable(error.to_string())
    }
}

impl From<DiscoveryError<HttpError>> for Trouble {
    fn from(error: DiscoveryError<HttpError>) -> Self {
        match error {
            DiscoveryError::Request(error) => error.into(),
            DiscoveryError::Response(status, ..) if status.is_server_error() => {
                Self::Unreachable(format!("discovery answers {status}"))
            }
            other => Self::Untrusted(format!("discovery: {other}")),
        }
    }
}

type TokenError = RequestTokenError<HttpError, StandardErrorResponse<CoreErrorResponseType>>;

impl From<TokenError> for Trouble {
    fn from(error: TokenError) -> Self {
        match error {
            RequestTokenError::ServerResponse(answer) => {
                Self::Answered(answer.error().as_ref().to_owned())
            }
            RequestTokenError::Request(error) => error.into(),
            // What did not parse may hold tokens: it is not repeated.
            RequestTokenError::Parse(..) => Self::Untrusted("the token answer is none".to_owned()),
            RequestTokenError::Other(why) => Self::Untrusted(why),
        }
    }
}

impl From<UserInfoError<HttpError>> for Trouble {
    fn from(error: UserInfoError<HttpError>) -> Self {
        match error {
            UserInfoError::Request(error) => error.into(),
            UserInfoError::Response(status, ..) => {
                Self::Answered(format!("userinfo_{}", status.as_u16()))
            }
            UserInfoError::ClaimsVerification(error) => error.into(),
            _ => Self::Untrusted("the userinfo answer is none".to_owned()),
        }
    }
}

impl From<ClaimsVerificationError> for Trouble {
    fn from(error: ClaimsVerificationError) -> Self {
        Self::Untrusted(error.to_string())
    }
}
