//! `prompt` (OpenID Connect Core §3.1.2.1).

use serde::{Deserialize, Serialize};

/// What the citizen must or must not be asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// Nothing may be shown: answer at once or with an error.
    pub none: bool,
    /// Log in again, whatever the session says.
    pub login: bool,
    /// Ask again, whatever was allowed before.
    pub consent: bool,
}

impl Prompt {
    /// The values this service knows, as its metadata lists them.
    pub const NAMES: [&'static str; 3] = ["none", "login", "consent"];

    /// Reads the parameter; `None` for a value that is unknown or contradicts another.
    /// `select_account` is taken as `login`: a browser session has one account, and another one is
    /// chosen by logging in.
    pub fn parse(text: &str) -> Option<Self> {
        let mut prompt = Self::default();
        for value in text.split(' ').filter(|v| !v.is_empty()) {
            match value {
                "none" => prompt.none = true,
                "login" | "select_account" => prompt.login = true,
                "consent" => prompt.consent = true,
                _ => return None,
            }
        }
        let alone = !prompt.none || !(prompt.login || prompt.consent);
        alone.then_some(prompt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_stands_alone() {
        assert_eq!(
            Prompt::parse("login consent").map(|p| (p.login, p.consent)),
            Some((true, true))
        );
        assert!(Prompt::parse("none").is_some_and(|p| p.none));
        assert_eq!(Prompt::parse("none login"), None);
        assert_eq!(Prompt::parse("create"), None);
    }
}
