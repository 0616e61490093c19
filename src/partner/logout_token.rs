//! Logout tokens (OpenID Connect Back-Channel Logout §2.4 and §2.6).

use super::Partner;
use super::claims::{self, Verified};
use super::trouble::Trouble;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

const TYPE: &str = "logout+jwt";
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// How old a logout token may be (s): an issuer that tries again sends a fresh one.
const LONGEST_AGE: i64 = 600;
/// More tokens than this at a time are an attack.
const MOST_SEEN: usize = 10_000;

/// Whose sessions end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ending {
    /// The citizen; all sessions, when `sid` is none.
    pub(super) sub: Option<String>,
    /// One session at the issuer.
    pub(super) sid: Option<String>,
    /// The token's claims, to be shown.
    pub(super) claims: Value,
}

/// The logout tokens that were used, each until nobody could use it any more.
#[derive(Debug, Default)]
pub(super) struct Seen(Mutex<HashMap<String, i64>>);

impl Seen {
    /// Whether a token is new; it no longer is after this.
    fn is_new(&self, jti: &str, now: i64) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|_, ends| *ends > now);
        if seen.len() >= MOST_SEEN || seen.contains_key(jti) {
            return false;
        }
        // As long as its age would let it pass, and the skew of the clocks.
        seen.insert(jti.to_owned(), now + 2 * LONGEST_AGE);
        true
    }
}

fn refused(why: &str) -> Trouble {
    Trouble::Untrusted(why.to_owned())
}

/// What must hold of a logout token beyond its signature; `jti` and whose sessions end.
fn read(token: Verified, now: i64) -> Result<(String, Ending), Trouble> {
    let claims = token.claims;
    let text = |name| claims.get(name).and_then(Value::as_str).map(str::to_owned);
    if !claims.pointer("/events").and_then(|e| e.get(EVENT)).is_some_and(Value::is_object) {
        return Err(refused("no logout event"));
    }
    if claims.get("nonce").is_some() {
        return Err(refused("an ID token in disguise: it has a nonce"));
    }
    let issued = claims.get("iat").and_then(Value::as_i64).unwrap_or_default();
    if issued < now - LONGEST_AGE {
        return Err(refused("too old"));
    }
    let jti = text("jti").ok_or_else(|| refused("without an identifier"))?;
    let (sub, sid) = (text("sub"), text("sid"));
    if sub.is_none() && sid.is_none() {
        return Err(refused("it names nobody"));
    }
    Ok((jti, Ending { sub, sid, claims }))
}

impl Partner {
    /// Checks a logout token, once.
    ///
    /// # Errors
    /// [`Trouble`]: what does not fit, or that the issuer's keys cannot be read.
    pub(super) async fn ending(&self, token: &str, now: i64) -> Result<Ending, Trouble> {
        let provider = self.provider().await?;
        let client_id = self.settings.client_id.as_str();
        let verified = claims::verify(token, TYPE, &provider.metadata, client_id, now)?;
        let (jti, ending) = read(verified, now)?;
        if !self.logout_tokens.is_new(&jti, now) {
            return Err(refused("used before"));
        }
        Ok(ending)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: i64 = 1_800_000_000;

    fn reading(change: impl FnOnce(&mut Value)) -> Result<(String, Ending), Trouble> {
        let mut claims = json!({
            "iss": "i", "aud": "c", "iat": NOW, "exp": NOW + 120, "jti": "j",
            "events": { EVENT: {} }, "sub": "s", "sid": "d",
        });
        change(&mut claims);
        read(Verified { header: Value::Null, claims }, NOW)
    }

    fn without(name: &str) -> Result<(String, Ending), Trouble> {
        reading(|claims| drop(claims.as_object_mut().unwrap().remove(name)))
    }

    #[test]
    fn a_logout_token_names_a_citizen_or_a_session() {
        assert_eq!(reading(|_| {}).unwrap().1.sid.as_deref(), Some("d"));
        assert!(without("sub").is_ok() && without("sid").is_ok());
        let nobody = reading(|claims| {
            claims.as_object_mut().unwrap().retain(|name, _| name != "sub" && name != "sid");
        });
        assert_eq!(nobody, Err(refused("it names nobody")));
    }

    #[test]
    fn an_id_token_is_no_logout_token() {
        let with_nonce = reading(|claims| claims["nonce"] = json!("n"));
        assert!(matches!(with_nonce, Err(Trouble::Untrusted(why)) if why.contains("nonce")));
        assert_eq!(without("events"), Err(refused("no logout event")));
        let other_event = reading(|claims| claims["events"] = json!({ "http://other": {} }));
        assert_eq!(other_event, Err(refused("no logout event")));
    }

    #[test]
    fn a_logout_token_is_fresh_and_used_once() {
        assert_eq!(reading(|c| c["iat"] = json!(NOW - 601)), Err(refused("too old")));
        assert_eq!(without("jti"), Err(refused("without an identifier")));
        let seen = Seen::default();
        assert!(seen.is_new("j", NOW));
        assert!(!seen.is_new("j", NOW + LONGEST_AGE));
        assert!(seen.is_new("other", NOW));
    }
}
