//! The partner's own sessions, in memory: one a browser, by a cookie.

use super::card::Card;
use super::journal::{Fact, Journal, Step};
use super::logout_token::Ending;
use super::provider::IdToken;
use openidconnect::{CsrfToken, Nonce, RefreshToken};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Sessions at a time; the one that was left alone longest makes room.
const MOST: usize = 2_000;
/// A session ends when it is left alone for so long.
const IDLE: Duration = Duration::from_secs(2 * 3600);
/// Sign-ins under way in one browser: a tab each.
const MOST_PENDING: usize = 5;

/// A sign-in under way: what the answer will be compared with.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    /// Binds the answer to this browser (RFC 6749 §10.12).
    pub(super) state: CsrfToken,
    /// Binds the ID token to this sign-in (OpenID Connect Core §3.1.2.1).
    pub(super) nonce: Nonce,
    /// Proves that the code is redeemed by whoever asked for it (RFC 7636).
    pub(super) verifier: String,
    pub(super) journal: Journal,
}

/// Somebody who signed in.
#[derive(Debug, Clone)]
pub(super) struct SignedIn {
    /// Who, as the issuer calls the citizen to this partner alone.
    pub(super) subject: String,
    /// The session at the issuer.
    pub(super) sid: Option<String>,
    pub(super) nonce: Nonce,
    /// The answer that signed in: coming back to it is no new sign-in.
    pub(super) state: String,
    pub(super) scope: String,
    pub(super) id_token: IdToken,
    pub(super) refresh_token: Option<RefreshToken>,
    pub(super) card: Option<Card>,
    /// What the issuer told about the citizen, masked.
    pub(super) told: Vec<Fact>,
    pub(super) journal: Journal,
}

/// Why nobody is signed in any more.
#[derive(Debug, Clone)]
pub(super) enum Farewell {
    /// The citizen logged out here, and was sent to the issuer with this `state`.
    Here(String),
    /// The issuer sent a logout token.
    ByIssuer(Step),
}

/// What is known of one browser.
#[derive(Debug, Clone, Default)]
pub(super) struct Session {
    /// In every form.
    pub(super) csrf: String,
    pub(super) pending: Vec<Pending>,
    pub(super) signed_in: Option<Box<SignedIn>>,
    pub(super) farewell: Option<Farewell>,
}

impl Session {
    /// Remembers a sign-in that begins.
    pub(super) fn begin(&mut self, pending: Pending) {
        if self.pending.len() >= MOST_PENDING {
            self.pending.remove(0);
        }
        self.pending.push(pending);
    }

    /// The sign-in an answer belongs to; it can be taken once.
    pub(super) fn take(&mut self, state: &str) -> Option<Pending> {
        let at = self.pending.iter().position(|p| p.state.secret() == state)?;
        Some(self.pending.remove(at))
    }
}

#[derive(Debug)]
struct Kept {
    session: Session,
    used: Instant,
}

/// All sessions.
#[derive(Debug, Default)]
pub(super) struct Sessions(Mutex<HashMap<String, Kept>>);

fn random() -> String {
    CsrfToken::new_random_len(24).into_secret()
}

impl Sessions {
    fn all<R>(&self, act: impl FnOnce(&mut HashMap<String, Kept>) -> R) -> R {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A new session; its cookie's value.
    pub(super) fn open(&self) -> String {
        self.insert(Session { csrf: random(), ..Session::default() })
    }

    fn insert(&self, session: Session) -> String {
        let id = random();
        self.all(|all| {
            all.retain(|_, kept| kept.used.elapsed() < IDLE);
            if all.len() >= MOST
                && let Some(oldest) = all.iter().min_by_key(|(_, kept)| kept.used)
            {
                let oldest = oldest.0.clone();
                all.remove(&oldest);
            }
            all.insert(id.clone(), Kept { session, used: Instant::now() });
        });
        id
    }

    /// Looks into a session, or changes it; none when there is none.
    pub(super) fn with<R>(&self, id: &str, act: impl FnOnce(&mut Session) -> R) -> Option<R> {
        self.all(|all| {
            let kept = all.get_mut(id).filter(|kept| kept.used.elapsed() < IDLE)?;
            kept.used = Instant::now();
            Some(act(&mut kept.session))
        })
    }

    /// Gives a session another cookie, so that nobody who knew the old one is signed in with it.
    pub(super) fn renew(&self, id: &str) -> Option<String> {
        let kept = self.all(|all| all.remove(id))?;
        Some(self.insert(Session { csrf: random(), ..kept.session }))
    }

    /// Signs out whoever the issuer says; how many that were.
    pub(super) fn end(&self, ending: &Ending, step: &Step) -> usize {
        self.all(|all| {
            let named = all.values_mut().map(|kept| &mut kept.session).filter(|session| {
                session
                    .signed_in
                    .as_ref()
                    .is_some_and(|s| concerns(ending, &s.subject, s.sid.as_deref()))
            });
            named
                .map(|session| {
                    session.signed_in = None;
                    session.farewell = Some(Farewell::ByIssuer(step.clone()));
                })
                .count()
        })
    }
}

/// A token with `sid` ends that session; one with `sub` alone ends all of the citizen's.
fn concerns(ending: &Ending, subject: &str, sid: Option<&str>) -> bool {
    let same_citizen = ending.sub.as_deref().is_none_or(|sub| sub == subject);
    let same_session = ending.sid.as_deref().is_none_or(|named| Some(named) == sid);
    same_citizen && same_session
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending(state: &str) -> Pending {
        Pending {
            state: CsrfToken::new(state.to_owned()),
            nonce: Nonce::new("n".to_owned()),
            verifier: "v".to_owned(),
            journal: Journal::default(),
        }
    }

    #[test]
    fn an_answer_is_taken_once_and_only_where_it_was_asked_for() {
        let sessions = Sessions::default();
        let (mine, other) = (sessions.open(), sessions.open());
        sessions.with(&mine, |session| session.begin(pending("s")));
        assert!(sessions.with(&other, |session| session.take("s")).unwrap().is_none());
        assert!(sessions.with(&mine, |session| session.take("s")).unwrap().is_some());
        assert!(sessions.with(&mine, |session| session.take("s")).unwrap().is_none());
    }

    #[test]
    fn a_renewed_session_has_another_cookie_and_another_token() {
        let sessions = Sessions::default();
        let old = sessions.open();
        let csrf = sessions.with(&old, |session| session.csrf.clone()).unwrap();
        let new = sessions.renew(&old).unwrap();
        assert!(sessions.with(&old, |_| ()).is_none());
        assert_ne!(sessions.with(&new, |session| session.csrf.clone()).unwrap(), csrf);
    }

    #[test]
    fn sessions_and_sign_ins_are_bounded() {
        let sessions = Sessions::default();
        let first = sessions.open();
        for _ in 0..MOST {
            sessions.open();
        }
        assert!(sessions.with(&first, |_| ()).is_none(), "the oldest made room");
        let mut session = Session::default();
        for at in 0..20 {
            session.begin(pending(&at.to_string()));
        }
        assert_eq!(session.pending.len(), MOST_PENDING);
        assert!(session.take("0").is_none() && session.take("19").is_some());
    }

    #[test]
    fn a_logout_token_ends_whom_it_names() {
        let ending = |sub: Option<&str>, sid: Option<&str>| Ending {
            sub: sub.map(str::to_owned),
            sid: sid.map(str::to_owned),
            claims: serde_json::Value::Null,
        };
        assert!(concerns(&ending(Some("a"), None), "a", Some("1")));
        assert!(concerns(&ending(None, Some("1")), "a", Some("1")));
        assert!(!concerns(&ending(Some("a"), Some("2")), "a", Some("1")));
        assert!(!concerns(&ending(Some("b"), Some("1")), "a", Some("1")));
        assert!(!concerns(&ending(None, Some("1")), "a", None));
    }
}
