//! The access token (RFC 9068): what a resource reads to know whom it serves and for what.

use crate::domain::assurance::{Acr, Amr};
use crate::domain::ids::{GrantId, LineId};
use crate::domain::scope::ScopeSet;
use crate::domain::time::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The `typ` of the header (RFC 9068 §2.1).
pub const ACCESS_TOKEN_TYPE: &str = "at+jwt";

/// How long an access token lives.
pub const ACCESS_TOKEN_LIFETIME: Duration = Duration::from_secs(5 * 60);

/// Whom a token is for: one resource as a string, several as a list (RFC 7519 §4.1.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Audience {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl Audience {
    /// These resources; none of them: the service itself.
    pub fn of(mut resources: Vec<String>, issuer: &str) -> Self {
        match resources.len() {
            0 => Self::One(issuer.to_owned()),
            1 => Self::One(resources.remove(0)),
            _ => Self::Many(resources),
        }
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let all = match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        };
        all.iter().map(String::as_str)
    }
}

/// What the presenter must prove (RFC 7800): the key of a DPoP proof (RFC 9449 §6.1), or the
/// certificate of the connection (RFC 8705 §3.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// RFC 7638 thumbprint of the DPoP key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jkt: Option<String>,
    /// SHA-256 of the certificate, base64url.
    #[serde(default, rename = "x5t#S256", skip_serializing_if = "Option::is_none")]
    pub x5t: Option<String>,
}

impl Confirmation {
    /// Whether nothing must be proved.
    pub fn is_empty(&self) -> bool {
        self.jkt.is_none() && self.x5t.is_none()
    }
}

/// A token's own name. It begins with those of its grant and its line, so that whether either has
/// ended can be told without a look-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenName<'a> {
    /// The grant; empty for a client's own token.
    pub grant: &'a str,
    /// The line; empty for a client's own token.
    pub line: &'a str,
    /// The whole `jti`.
    pub jti: &'a str,
}

impl<'a> TokenName<'a> {
    /// Reads a `jti`.
    pub fn parse(jti: &'a str) -> Option<Self> {
        let mut parts = jti.split('.');
        let (grant, line, random) = (parts.next()?, parts.next()?, parts.next()?);
        let whole = parts.next().is_none() && !random.is_empty();
        whole.then_some(Self { grant, line, jti })
    }
}

/// The `jti` of a token of a grant's line.
pub fn jti(grant: &GrantId, line: &LineId, random: [u8; 16]) -> String {
    format!("{grant}.{line}.{}", URL_SAFE_NO_PAD.encode(random))
}

/// The `jti` of a client's own token.
pub fn own_jti(random: [u8; 16]) -> String {
    format!("..{}", URL_SAFE_NO_PAD.encode(random))
}

/// The claims of an `at+jwt`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessClaims {
    /// This service.
    pub iss: String,
    /// The citizen as the client knows them, or the client itself.
    pub sub: String,
    /// The resources it is for.
    pub aud: Audience,
    /// Who got it.
    pub client_id: String,
    /// When it was made.
    pub iat: Timestamp,
    /// When it ends.
    pub exp: Timestamp,
    /// Its name, see [`TokenName`].
    pub jti: String,
    /// What it allows.
    #[serde(default, skip_serializing_if = "ScopeSet::is_empty")]
    pub scope: ScopeSet,
    /// When the citizen authenticated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<Timestamp>,
    /// How surely.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<Acr>,
    /// By what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<Amr>,
    /// What its presenter must prove.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Confirmation>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_name_tells_grant_and_line() {
        let (grant, line) = (GrantId::from_random([1; 16]), LineId::from_random([2; 16]));
        let text = jti(&grant, &line, [3; 16]);
        let name = TokenName::parse(&text).unwrap();
        assert_eq!((name.grant, name.line, name.jti), (grant.as_str(), line.as_str(), &*text));
        let own = own_jti([3; 16]);
        assert_eq!(TokenName::parse(&own).map(|n| (n.grant, n.line)), Some(("", "")));
        for bad in ["", "a", "a.b", "a.b.", "a.b.c.d"] {
            assert_eq!(TokenName::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn one_audience_is_a_string_and_none_is_the_service() {
        let of = |resources: &[&str]| {
            let resources = resources.iter().map(|r| (*r).to_owned()).collect();
            serde_json::to_value(Audience::of(resources, "https://i")).unwrap()
        };
        assert_eq!(of(&[]), json!("https://i"));
        assert_eq!(of(&["https://a"]), json!("https://a"));
        assert_eq!(of(&["https://a", "https://b"]), json!(["https://a", "https://b"]));
    }

    #[test]
    fn the_token_of_a_client_says_nothing_of_a_citizen() {
        let claims = AccessClaims {
            iss: "i".into(),
            sub: "c".into(),
            aud: Audience::One("i".into()),
            client_id: "c".into(),
            iat: Timestamp::from_epoch_seconds(1),
            exp: Timestamp::from_epoch_seconds(301),
            jti: "..x".into(),
            scope: ScopeSet::default(),
            auth_time: None,
            acr: None,
            amr: vec![],
            cnf: Some(Confirmation { jkt: None, x5t: Some("t".into()) }),
        };
        let expected = json!({"iss": "i", "sub": "c", "aud": "i", "client_id": "c", "iat": 1,
            "exp": 301, "jti": "..x", "cnf": {"x5t#S256": "t"}});
        let text = serde_json::to_value(&claims).unwrap();
        assert_eq!(text, expected);
        assert_eq!(serde_json::from_value::<AccessClaims>(text).unwrap(), claims);
    }
}
