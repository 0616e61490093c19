//! Why a token is not good, or why nobody could tell.

use super::list_codec::ListCodecError;

/// Why a token is not valid. [`Reason::code`] is the word for machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// Not three parts of base64url, not JSON, members missing or of the wrong kind, or too long.
    #[error("not a well-formed token")]
    Malformed,
    /// The header names an algorithm other than ES256: `none`, HMAC and all others.
    #[error("signed with another algorithm than ES256")]
    Algorithm,
    /// The header brings a key or an address of one (`jku`, `jwk`, `x5u`), or demands an extension
    /// (`crit`) this verifier does not know.
    #[error("the header asks for what is not granted")]
    ForbiddenHeader,
    /// No trusted key has this `kid`. The caller may fetch the keys afresh, once and rate-limited.
    #[error("signed by a key that is not known")]
    UnknownKey,
    /// The signature is not the key's.
    #[error("the signature does not match")]
    Signature,
    /// A token of another kind, such as an access token.
    #[error("a token of another kind")]
    Type,
    /// Issued by somebody else.
    #[error("issued by somebody else")]
    Issuer,
    /// Not meant for this verifier, or for nobody in particular.
    #[error("meant for somebody else")]
    Audience,
    /// Its time is over, or it names no end.
    #[error("expired")]
    Expired,
    /// Its time has not begun, or it claims to be made in the future.
    #[error("not valid yet")]
    NotYetValid,
    /// The card ended, was cancelled, or the grant withdrawn: for good.
    #[error("revoked")]
    Ended,
    /// The card is suspended or reported lost.
    #[error("suspended")]
    Suspended,
    /// The card may not be used for what was asked.
    #[error("not permitted for this function")]
    FunctionRefused,
    /// Shown before, where once is all.
    #[error("shown before")]
    Replayed,
}

impl Reason {
    /// The word of the verification endpoint and of `ecard verify --json`. What cannot be trusted
    /// for its form or key is `signature`; what is outside its time is `expired`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed
            | Self::Algorithm
            | Self::ForbiddenHeader
            | Self::UnknownKey
            | Self::Signature => "signature",
            Self::Type => "type",
            Self::Issuer => "issuer",
            Self::Audience => "audience",
            Self::Expired | Self::NotYetValid => "expired",
            Self::Ended | Self::Suspended => "revoked",
            Self::FunctionRefused => "function_refused",
            Self::Replayed => "replayed",
        }
    }
}

/// Why a status list is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListProblem {
    /// Not a good token: the reason as for any other.
    #[error("status list: {0}")]
    Token(#[from] Reason),
    /// The list is another one than was asked for (`sub` is not the `uri`).
    #[error("another status list than the token names")]
    Subject,
    /// Older than the list known already: somebody holds the newer one back.
    #[error("older than the status list known already")]
    Older,
    /// The bits cannot be read.
    #[error("status list: {0}")]
    Codec(#[from] ListCodecError),
}

/// Why nobody could tell whether a token is good. Never to be taken for valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnknownReason {
    /// The issuer's keys could not be had.
    #[error("the issuer's keys could not be had")]
    KeysUnavailable,
    /// The status list could not be had.
    #[error("the status list could not be had")]
    ListUnavailable,
    /// A list was had but is not to be trusted.
    #[error(transparent)]
    ListRefused(#[from] ListProblem),
    /// The list ends before the token's index.
    #[error("the status list has no such index")]
    IndexOutOfRange,
    /// The token names a list that is not one of the issuer's; it was not asked for.
    #[error("the status list is not one of the issuer's")]
    ListElsewhere,
    /// What is known of the status is older than is allowed.
    #[error("what is known of the status is too old")]
    StatusTooOld,
    /// More codes are remembered than there is room for: this one could be shown twice.
    #[error("too many codes at once")]
    TooManyCodes,
    /// A code of 24 digits: only the issuer can tell.
    #[error("only the issuer can tell")]
    NeedsIssuer,
    /// The entry holds a value without a meaning here.
    #[error("status value {0} has no meaning here")]
    StatusValue(u8),
}

impl UnknownReason {
    /// The word for machines.
    pub const fn code(self) -> &'static str {
        match self {
            Self::KeysUnavailable => "keys_unavailable",
            Self::ListUnavailable => "status_unavailable",
            Self::ListRefused(_) => "status_refused",
            Self::IndexOutOfRange => "status_index",
            Self::ListElsewhere => "status_elsewhere",
            Self::StatusTooOld => "status_too_old",
            Self::TooManyCodes => "too_many_codes",
            Self::NeedsIssuer => "needs_network",
            Self::StatusValue(_) => "status_value",
        }
    }
}
