//! The card token (`ecard+jwt`).

use super::keys::TrustedKeys;
use super::reason::Reason;
use super::{CLOCK_TOLERANCE, MAX_TOKEN_BYTES, jws};
use crate::domain::citizen::CardType;
use crate::domain::function::CardFunction;
use crate::domain::status::StatusReference;
use crate::domain::time::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use std::fmt;

/// Whose tokens are accepted, and meant for whom.
#[derive(Clone, Copy, Debug)]
pub struct Expectation<'a> {
    /// The exact `iss`.
    pub issuer: &'a str,
    /// The names this verifier answers to; the token must be meant for one of them.
    pub audiences: &'a [&'a str],
}

/// The claim `card`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Card {
    /// The card's number, masked.
    pub no_masked: String,
    /// Six-digit code of the issuing region.
    pub region: String,
    /// Adult or minor.
    #[serde(rename = "type")]
    pub card_type: CardType,
}

/// A token whose signature, kind, issuer, audience and times are good. **Its status is not known
/// yet**: see [`super::check_status`].
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifiedToken {
    /// The issuer.
    pub issuer: String,
    /// The holder's name towards the audience; drawn anew for every token a holder shows.
    pub subject: String,
    /// Whom the token is meant for.
    pub audiences: Vec<String>,
    /// The token's own name: for those who accept each only once.
    pub token_id: String,
    /// When it was made.
    pub issued_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Number, region and type.
    pub card: Card,
    /// What the card may be used for; functions unknown to this version are left out.
    pub functions: Vec<CardFunction>,
    /// How surely the holder was authenticated (a URN, see [`crate::domain::assurance::Acr`]).
    pub acr: Option<String>,
    /// Thumbprint of the key the presenter must prove; `None` where no key is asked for.
    pub key_thumbprint: Option<String>,
    /// SHA-256 of the certificate the presenter's connection must show (RFC 8705); `None` where
    /// no certificate is asked for.
    pub certificate_thumbprint: Option<String>,
    /// Where its status is found.
    pub status: StatusReference,
    /// The masked name, if the holder consented to it.
    pub name_masked: Option<String>,
}

impl VerifiedToken {
    /// Whether whoever holds it may present it: nothing is to be proved.
    pub const fn is_bearer(&self) -> bool {
        self.key_thumbprint.is_none() && self.certificate_thumbprint.is_none()
    }

    /// Refuses a use the card does not permit.
    ///
    /// # Errors
    /// [`Reason::FunctionRefused`].
    pub fn require(&self, function: CardFunction) -> Result<(), Reason> {
        if self.functions.contains(&function) { Ok(()) } else { Err(Reason::FunctionRefused) }
    }
}

impl fmt::Debug for VerifiedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerifiedToken(…)")
    }
}

impl fmt::Debug for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Card(…)")
    }
}

#[derive(Deserialize)]
struct Claims {
    iss: Option<String>,
    sub: String,
    aud: Option<Value>,
    iat: Timestamp,
    nbf: Option<Timestamp>,
    exp: Option<Timestamp>,
    jti: String,
    card: Card,
    functions: Vec<String>,
    acr: Option<String>,
    cnf: Option<Confirmation>,
    status: Status,
    name_masked: Option<String>,
}

#[derive(Deserialize)]
struct Confirmation {
    jkt: Option<String>,
    #[serde(rename = "x5t#S256")]
    x5t: Option<String>,
}

#[derive(Deserialize)]
struct Status {
    status_list: StatusReference,
}

/// Checks a card token against trusted keys, without its status.
///
/// # Errors
/// The first [`Reason`] found, in the order: form, algorithm, key, signature, kind, issuer,
/// audience, times. Reasons after the signature's are told of genuine tokens alone.
pub fn verify_card_token(
    token: &str,
    keys: &TrustedKeys,
    expect: &Expectation<'_>,
    now: Timestamp,
) -> Result<VerifiedToken, Reason> {
    let claims: Claims = jws::open(token, "ecard+jwt", MAX_TOKEN_BYTES, keys)?;
    let issuer = claims.iss.filter(|iss| iss == expect.issuer).ok_or(Reason::Issuer)?;
    let audiences = audiences(claims.aud)?;
    if !audiences.iter().any(|aud| expect.audiences.contains(&aud.as_str())) {
        return Err(Reason::Audience);
    }
    let expires_at = check_times(claims.iat, claims.nbf, claims.exp, now)?;
    let (key_thumbprint, certificate_thumbprint) = match claims.cnf {
        None => (None, None),
        // What must be proved in a way unknown to this version is not a bearer token.
        Some(Confirmation { jkt: None, x5t: None }) => return Err(Reason::Type),
        Some(Confirmation { jkt, x5t }) => (jkt, x5t),
    };
    Ok(VerifiedToken {
        issuer,
        subject: claims.sub,
        audiences,
        token_id: claims.jti,
        issued_at: claims.iat,
        expires_at,
        card: claims.card,
        functions: claims.functions.iter().filter_map(|name| name.parse().ok()).collect(),
        acr: claims.acr,
        key_thumbprint,
        certificate_thumbprint,
        status: claims.status.status_list,
        name_masked: claims.name_masked,
    })
}

/// One name or a list of names (RFC 7519, 4.1.3); anything else is meant for nobody.
fn audiences(aud: Option<Value>) -> Result<Vec<String>, Reason> {
    match aud {
        Some(Value::String(one)) => Ok(vec![one]),
        Some(list @ Value::Array(_)) => serde_json::from_value(list).map_err(|_| Reason::Audience),
        _ => Err(Reason::Audience),
    }
}

/// The end, if the token's time has begun and is not over.
pub(super) fn check_times(
    iat: Timestamp,
    nbf: Option<Timestamp>,
    exp: Option<Timestamp>,
    now: Timestamp,
) -> Result<Timestamp, Reason> {
    let end = exp.filter(|exp| now < *exp).ok_or(Reason::Expired)?;
    let latest = now + CLOCK_TOLERANCE;
    if iat > latest || nbf.is_some_and(|nbf| nbf > latest) {
        return Err(Reason::NotYetValid);
    }
    Ok(end)
}
