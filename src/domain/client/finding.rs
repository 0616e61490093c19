//! What stands against a registration, in the words of RFC 7591 §3.2.2.

use std::fmt;

/// The two errors a registration can come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegistrationError {
    /// A redirect URI cannot be used.
    InvalidRedirectUri,
    /// Any other member cannot be used.
    InvalidClientMetadata,
}

impl RegistrationError {
    /// Its registered name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRedirectUri => "invalid_redirect_uri",
            Self::InvalidClientMetadata => "invalid_client_metadata",
        }
    }
}

/// One thing that stands against a registration: the member, why, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The member's name in RFC 7591 and its kin.
    pub member: String,
    /// Why it cannot be used, and what to do.
    pub text: String,
}

impl Finding {
    /// A finding about a member.
    pub fn new(member: impl Into<String>, text: impl Into<String>) -> Self {
        Self { member: member.into(), text: text.into() }
    }

    /// Which error it comes to.
    pub fn error(&self) -> RegistrationError {
        if self.member == "redirect_uris" {
            RegistrationError::InvalidRedirectUri
        } else {
            RegistrationError::InvalidClientMetadata
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.member, self.text)
    }
}
