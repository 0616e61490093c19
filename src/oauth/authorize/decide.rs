//! What an authorization needs next, from the facts alone.

use crate::auth::context::LoginContext;
use crate::domain::assurance::Acr;
use crate::domain::authorization::AuthorizationRequest;
use crate::domain::grant::Allowed;
use crate::domain::time::Timestamp;

/// Everything the decision rests on.
pub(super) struct Situation<'a> {
    /// What is asked.
    pub request: &'a AuthorizationRequest,
    /// How the person behind the session logged in; none: nobody has.
    pub context: Option<&'a LoginContext>,
    /// What that person is called towards the client, once there is a card.
    pub subject: Option<&'a str>,
    /// What was allowed before; none without a grant.
    pub allowed: Option<&'a Allowed>,
    /// The one subject that may be answered for.
    pub expected: Option<&'a str>,
    /// Whether the person logged in within this authorization.
    pub logged_in_here: bool,
    /// Whether a face match within this authorization was refused, or has no tries left.
    pub no_face: bool,
    /// Whether what was allowed before does not count.
    pub always_ask: bool,
    /// The moment.
    pub now: Timestamp,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The person logs in, anew if somebody is logged in.
    LogIn,
    /// The person claims a card first.
    Claim,
    /// The person's face is matched: the client asks for a surer login.
    Face,
    /// The person is asked for this, which was not allowed yet (or for all of it again).
    Ask(Allowed),
    /// Nothing is left to ask.
    Answer,
    /// An error code goes back to the client.
    Refuse(&'static str),
}

impl Situation<'_> {
    /// What comes next; under `prompt=none` nothing that a person would have to do.
    pub(super) fn next(&self) -> Next {
        let next = self.wanted();
        if !self.request.prompt.none {
            return next;
        }
        match next {
            Next::LogIn => Next::Refuse("login_required"),
            Next::Claim | Next::Face => Next::Refuse("interaction_required"),
            Next::Ask(_) => Next::Refuse("consent_required"),
            done => done,
        }
    }

    fn wanted(&self) -> Next {
        let Some(context) = self.context else { return Next::LogIn };
        if !self.logged_in_here && (self.request.prompt.login || self.is_too_old(context)) {
            return Next::LogIn;
        }
        let Some(subject) = self.subject else { return Next::Claim };
        if self.expected.is_some_and(|expected| expected != subject) {
            return match self.logged_in_here {
                true => Next::Refuse("login_required"),
                false => Next::LogIn,
            };
        }
        if self.misses_acr(context) {
            if self.may_raise() {
                return Next::Face;
            }
            if self.request.claims.acr.essential {
                return Next::Refuse("unmet_authentication_requirements");
            }
        }
        self.consent()
    }

    fn consent(&self) -> Next {
        let asked = self.request.asked();
        let missing = match self.allowed {
            Some(allowed) => allowed.missing(&asked),
            None => asked.clone(),
        };
        if self.request.prompt.consent || self.always_ask {
            return Next::Ask(asked);
        }
        if missing.is_empty() { Next::Answer } else { Next::Ask(missing) }
    }

    /// `max_age` (OpenID Connect Core §3.1.2.1).
    fn is_too_old(&self, context: &LoginContext) -> bool {
        let age = self.now.seconds_since(context.auth_time);
        self.request.max_age.is_some_and(|most| age > most)
    }

    /// An `acr` that this login does not reach. An essential one must be (OpenID Connect Unmet
    /// Authentication Requirements 1.0); any other is a wish.
    fn misses_acr(&self, context: &LoginContext) -> bool {
        let wish = &self.request.claims.acr.values;
        !wish.is_empty() && !wish.iter().any(|value| context.acr.reaches(value))
    }

    /// Whether a face match would reach it, and may be asked for.
    fn may_raise(&self) -> bool {
        let helps = self.request.claims.acr.values.iter().any(|value| Acr::Face.reaches(value));
        helps && !self.no_face && !self.request.prompt.none
    }
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
