//! What happened, step by step: what was sent, what came back. Secrets are shortened before they
//! get here.

use serde_json::Value;

/// A step of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Metadata and keys are read.
    Discovery,
    /// The request is pushed, server to server.
    Pushed,
    /// The browser is sent to the issuer.
    Redirect,
    /// The browser comes back.
    Callback,
    /// The code is exchanged for tokens.
    Tokens,
    /// The ID token is checked.
    IdToken,
    /// The citizen's data is asked for.
    UserInfo,
    /// The card token is checked.
    Card,
    /// New tokens for the old.
    Refresh,
    /// The issuer says that the citizen's session has ended.
    LogoutToken,
}

impl Kind {
    /// The message that names it.
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Discovery => "centre-step-discovery",
            Self::Pushed => "centre-step-pushed",
            Self::Redirect => "centre-step-redirect",
            Self::Callback => "centre-step-callback",
            Self::Tokens => "centre-step-tokens",
            Self::IdToken => "centre-step-id-token",
            Self::UserInfo => "centre-step-userinfo",
            Self::Card => "centre-step-card",
            Self::Refresh => "centre-step-refresh",
            Self::LogoutToken => "centre-step-logout-token",
        }
    }

    /// The message that says what it is for.
    pub(super) const fn purpose(self) -> &'static str {
        match self {
            Self::Discovery => "centre-step-discovery-why",
            Self::Pushed => "centre-step-pushed-why",
            Self::Redirect => "centre-step-redirect-why",
            Self::Callback => "centre-step-callback-why",
            Self::Tokens => "centre-step-tokens-why",
            Self::IdToken => "centre-step-id-token-why",
            Self::UserInfo => "centre-step-userinfo-why",
            Self::Card => "centre-step-card-why",
            Self::Refresh => "centre-step-refresh-why",
            Self::LogoutToken => "centre-step-logout-token-why",
        }
    }
}

/// One name with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fact {
    pub(super) name: String,
    pub(super) value: String,
}

/// One step, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) kind: Kind,
    /// Method and address; empty where nothing was asked.
    pub(super) request: String,
    pub(super) sent: Vec<Fact>,
    pub(super) received: Vec<Fact>,
}

impl Step {
    /// A step that asked `request`.
    pub(super) fn new(kind: Kind, request: impl Into<String>) -> Self {
        Self { kind, request: request.into(), sent: Vec::new(), received: Vec::new() }
    }

    /// Something that was sent.
    #[must_use]
    pub(super) fn sent(mut self, name: &str, value: impl Into<String>) -> Self {
        self.sent.push(Fact { name: name.to_owned(), value: value.into() });
        self
    }

    /// Something that was received.
    #[must_use]
    pub(super) fn received(mut self, name: &str, value: impl Into<String>) -> Self {
        self.received.push(Fact { name: name.to_owned(), value: value.into() });
        self
    }

    /// Every member of a JSON object that was received, personal ones masked.
    #[must_use]
    pub(super) fn claims(mut self, claims: &Value) -> Self {
        for (name, value) in claims.as_object().into_iter().flatten() {
            let mut value = value.clone();
            mask(name, &mut value);
            let text = match value {
                Value::String(text) => text,
                other => other.to_string(),
            };
            self = self.received(name, text);
        }
        self
    }
}

/// The steps of a sign-in, oldest first.
#[derive(Debug, Clone, Default)]
pub(super) struct Journal(Vec<Step>);

/// More steps than this are of no use to a reader; the oldest go first.
const LONGEST: usize = 24;

impl Journal {
    /// Writes a step down.
    pub(super) fn note(&mut self, step: Step) {
        if self.0.len() >= LONGEST {
            self.0.remove(0);
        }
        self.0.push(step);
    }

    /// The steps, oldest first.
    pub(super) fn steps(&self) -> &[Step] {
        &self.0
    }
}

/// A secret by its first characters: enough to recognise it, too little to use it.
pub(super) fn shortened(secret: &str) -> String {
    let length = secret.chars().count();
    let shown: String = secret.chars().take(length.min(32) / 4).collect();
    format!("{shown}… ({length})")
}

/// Number and phone as a partner's page shows them, wherever they stand in the answer.
fn mask(name: &str, value: &mut Value) {
    match value {
        Value::Object(members) => members.iter_mut().for_each(|(name, value)| mask(name, value)),
        Value::Array(items) => items.iter_mut().for_each(|item| mask(name, item)),
        Value::String(text) if matches!(name, "id_number" | "document_number") => {
            *text = masked(text, 1, 1);
        }
        Value::String(text) if name == "phone_number" => *text = masked(text, 6, 4),
        _ => {}
    }
}

/// A text with only its first and last characters left.
pub(super) fn masked(text: &str, head: usize, tail: usize) -> String {
    let length = text.chars().count();
    let hidden = |at: usize| at >= head && at + tail < length;
    text.chars().enumerate().map(|(at, c)| if hidden(at) { '*' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_secret_cannot_be_used_from_what_is_shown_of_it() {
        assert_eq!(shortened("abcdefghijklmnopqrstuvwxyz0123456789"), "abcdefgh… (36)");
        assert_eq!(shortened("abcd"), "a… (4)");
        assert_eq!(shortened(""), "… (0)");
    }

    #[test]
    fn personal_numbers_are_masked_wherever_they_stand() {
        let id = "11010119900307002X";
        let told = json!({
            "id_number": id, "phone_number": "+8613800000001", "name": "王䶮",
            "verified_claims": { "claims": { "id_number": id } },
        });
        let step = Step::new(Kind::UserInfo, "").claims(&told);
        let shown = format!("{step:?}");
        assert!(!shown.contains(id) && !shown.contains("13800000001"), "{shown}");
        assert!(shown.contains("1****************X") && shown.contains("+86138****0001"));
        assert!(shown.contains("王䶮"));
    }

    #[test]
    fn the_journal_does_not_grow_for_ever() {
        let mut journal = Journal::default();
        for at in 0..100 {
            journal.note(Step::new(Kind::Refresh, at.to_string()));
        }
        assert_eq!(journal.steps().len(), LONGEST);
        assert_eq!(journal.steps().last().unwrap().request, "99");
    }
}
