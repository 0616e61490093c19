//! Logout tokens (OpenID Connect Back-Channel Logout 1.0 §2.4): to one client, that a session, or
//! everything of a person, has ended.

use crate::domain::time::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// The `typ` of a logout token.
pub const LOGOUT_TOKEN_TYPE: &str = "logout+jwt";

/// Two minutes, as §2.4 recommends: a fresh one is signed for every try.
pub const LOGOUT_TOKEN_LIFETIME: Duration = Duration::from_secs(120);

/// The event that makes a token a logout token.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// An empty JSON object.
#[derive(Clone, Copy, Debug, Serialize)]
struct Nothing {}

/// The claims of a logout token. There is no `nonce`: with one it would pass for an ID token.
#[derive(Clone, Debug, Serialize)]
pub struct LogoutClaims {
    iss: String,
    aud: String,
    iat: i64,
    exp: i64,
    jti: String,
    events: BTreeMap<&'static str, Nothing>,
    sub: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<String>,
}

/// The claims that tell `client` that `sub` has logged out: of the session `sid`, or of all.
pub fn logout_token(
    issuer: &str,
    client: &str,
    sub: &str,
    sid: Option<&str>,
    random: [u8; 16],
    now: Timestamp,
) -> LogoutClaims {
    LogoutClaims {
        iss: issuer.to_owned(),
        aud: client.to_owned(),
        iat: now.epoch_seconds(),
        exp: (now + LOGOUT_TOKEN_LIFETIME).epoch_seconds(),
        jti: URL_SAFE_NO_PAD.encode(random),
        events: BTreeMap::from([(EVENT, Nothing {})]),
        sub: sub.to_owned(),
        sid: sid.map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_epoch_seconds(1_800_000_000);

    #[test]
    fn a_logout_token_has_its_event_and_never_a_nonce() {
        let claims = logout_token("https://i.example", "app", "s", Some("sid"), [1; 16], NOW);
        let json = serde_json::to_value(claims).unwrap();
        assert_eq!(json["events"], serde_json::json!({ EVENT: {} }));
        assert_eq!((&json["aud"], &json["sub"]), (&"app".into(), &"s".into()));
        assert_eq!(json["sid"], "sid");
        assert_eq!(json["exp"].as_i64().unwrap() - json["iat"].as_i64().unwrap(), 120);
        assert!(json.get("nonce").is_none());
    }

    #[test]
    fn without_a_session_everything_of_the_person_is_meant() {
        let claims = logout_token("https://i.example", "app", "s", None, [1; 16], NOW);
        assert!(serde_json::to_value(claims).unwrap().get("sid").is_none());
    }
}
