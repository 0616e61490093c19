//! How surely the person in front of a session is known to be who they say.

use serde::{Deserialize, Serialize};

/// Authentication context class (`acr` of OpenID Connect Core, section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Acr {
    /// An account was logged in to.
    #[serde(rename = "urn:ecard:acr:login")]
    Login,
    /// The face matched the registry's portrait.
    #[serde(rename = "urn:ecard:acr:face")]
    Face,
    /// Staff at a counter looked at the person and the document.
    #[serde(rename = "urn:ecard:acr:counter")]
    Counter,
}

impl Acr {
    /// Whether it is at least as sure as the class of that URN; an unknown class is never reached.
    /// Staff at a counter look at the face as well; a face match is no counter.
    pub fn reaches(self, urn: &str) -> bool {
        let within: &[Self] = match self {
            Self::Login => &[Self::Login],
            Self::Face => &[Self::Login, Self::Face],
            Self::Counter => &[Self::Login, Self::Face, Self::Counter],
        };
        within.iter().any(|class| class.urn() == urn)
    }

    /// The URN in tokens and requests.
    pub const fn urn(self) -> &'static str {
        match self {
            Self::Login => "urn:ecard:acr:login",
            Self::Face => "urn:ecard:acr:face",
            Self::Counter => "urn:ecard:acr:counter",
        }
    }
}

/// One way in which the person was authenticated (`amr`, RFC 8176).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Amr {
    /// The account's password.
    Pwd,
    /// A code sent to the mobile number on file.
    Sms,
    /// A face match.
    Face,
    /// The card's PIN.
    Pin,
    /// Staff at a counter.
    Counter,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_ones_in_tokens() {
        for acr in [Acr::Login, Acr::Face, Acr::Counter] {
            assert_eq!(serde_json::to_value(acr).unwrap(), acr.urn());
        }
        let amr = [Amr::Pwd, Amr::Sms, Amr::Face, Amr::Pin, Amr::Counter];
        let names = serde_json::json!(["pwd", "sms", "face", "pin", "counter"]);
        assert_eq!(serde_json::to_value(amr).unwrap(), names);
    }

    #[test]
    fn an_unknown_context_is_refused() {
        assert!(serde_json::from_str::<Acr>(r#""urn:ecard:acr:none""#).is_err());
    }
}
