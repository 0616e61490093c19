//! Where a claim leads at its end, when something waits for it.

use crate::domain::ids::AuthorizationId;

/// What sets a device's code apart from an authorization.
const DEVICE: &str = "device-";
/// Letters of a device's code.
const CODE_LENGTH: usize = 8;

/// What waits for a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReturnTo {
    /// A partner's authorization.
    Authorization(AuthorizationId),
    /// The page where a device's code is decided on: the code, eight capital letters.
    Device(String),
}

impl ReturnTo {
    /// What somebody sent, if it has the form of one.
    pub fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix(DEVICE) {
            Some(code) => {
                let fits =
                    code.len() == CODE_LENGTH && code.bytes().all(|b| b.is_ascii_uppercase());
                fits.then(|| Self::Device(code.to_owned()))
            }
            None => AuthorizationId::parse(text).map(Self::Authorization),
        }
    }

    /// As stored, and as sent.
    pub fn text(&self) -> String {
        match self {
            Self::Authorization(id) => id.as_str().to_owned(),
            Self::Device(code) => format!("{DEVICE}{code}"),
        }
    }

    /// The authorization, if that is what waits.
    pub const fn authorization(&self) -> Option<&AuthorizationId> {
        match self {
            Self::Authorization(id) => Some(id),
            Self::Device(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_stored_is_read_back() {
        for text in ["device-BCDFGHJK", "AAAAAAAAAAAAAAAAAAAAAA"] {
            assert_eq!(ReturnTo::parse(text).unwrap().text(), text);
        }
    }

    #[test]
    fn nothing_else_is_returned_to() {
        for text in ["", "device-", "device-bcdfghjk", "device-BCDF-GHJK", "//evil.example", "/x"] {
            assert_eq!(ReturnTo::parse(text), None, "{text}");
        }
    }
}
