//! `private_key_jwt` (RFC 7523 §3, OpenID Connect Core §9): a signed assertion.

use super::{ClientAuthError, keys};
use crate::app::App;
use crate::app::directory::KnownClient;
use crate::auth::numeric_date::NumericDate;
use crate::crypto::jwk::{PublicJwkSet, SignatureAlgorithm};
use crate::crypto::jws::Compact;
use crate::domain::client::Client;
use crate::domain::time::Timestamp;
use crate::storage::used_jtis::UsedJti;
use crate::storage::vault::Purpose;
use crate::web::paths;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use std::time::Duration;
use tokio::time::Instant;

/// More bytes than any assertion has; refused unread.
const MOST_BYTES: usize = 8 * 1024;
/// How far a client's clock may be ahead of ours.
const CLOCKS: Duration = Duration::from_secs(60);
/// The longest an assertion may be used: it is remembered as long, so that it is used once. There
/// are libraries whose assertions live an hour, whatever they are told (Authlib).
const LONGEST_LIFE: Duration = Duration::from_secs(60 * 60);
/// The longest `jti`.
const LONGEST_JTI: usize = 512;

#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: Option<String>,
    kid: Option<String>,
    crit: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Claims {
    iss: Option<String>,
    sub: Option<String>,
    aud: Option<Value>,
    exp: Option<NumericDate>,
    nbf: Option<NumericDate>,
    iat: Option<NumericDate>,
    jti: Option<String>,
}

/// An assertion that is not believed yet.
pub(super) struct Assertion<'a> {
    compact: Compact<'a>,
    algorithm: SignatureAlgorithm,
    kid: Option<String>,
    claims: Claims,
    client_id: String,
}

/// What an assertion is held against.
struct Rules<'a> {
    client: &'a Client,
    issuer: &'a str,
    endpoint: &'a str,
    now: Timestamp,
}

fn failed<T>(why: &'static str) -> Result<T, ClientAuthError> {
    Err(ClientAuthError::failed(why))
}

impl<'a> Assertion<'a> {
    /// Reads one, down to whom it speaks for.
    pub(super) fn read(text: &'a str) -> Result<Self, ClientAuthError> {
        let malformed = |_| ClientAuthError::failed("the assertion is not a signed JWT");
        let compact = Compact::split(text, MOST_BYTES).map_err(malformed)?;
        let header: Header = compact.header().map_err(malformed)?;
        let claims: Claims = compact.unverified_payload().map_err(malformed)?;
        let Some(algorithm) = SignatureAlgorithm::parse(&header.alg) else {
            return failed("the assertion is not signed by PS256, ES256 or EdDSA");
        };
        if header.crit.is_some() {
            return failed("the assertion has critical extensions");
        }
        if !header.typ.as_deref().is_none_or(is_assertion) {
            return failed("typ of the assertion is not JWT");
        }
        match (&claims.iss, &claims.sub) {
            (Some(iss), Some(sub)) if iss == sub => {
                let client_id = sub.clone();
                Ok(Self { compact, algorithm, kid: header.kid, claims, client_id })
            }
            _ => failed("iss and sub of the assertion are not both the client_id"),
        }
    }

    /// Whom it speaks for.
    pub(super) fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Believes it, or not. What it says is checked first: a signature costs most.
    pub(super) async fn check(
        &self,
        app: &App,
        known: &KnownClient,
        endpoint: &str,
        now: Timestamp,
    ) -> Result<UsedJti, ClientAuthError> {
        let rules = Rules { client: &known.client, issuer: &app.issuer, endpoint, now };
        let (jti, exp) = self.fits(&rules)?;
        self.verify(app, known, now).await?;
        let name = format!("assertion|{}|{jti}", known.id());
        Ok(UsedJti { digest: app.vault.index(Purpose::UsedJti, &name), expires_at: exp })
    }

    fn fits(&self, rules: &Rules<'_>) -> Result<(&str, Timestamp), ClientAuthError> {
        let registered = rules.client.token_endpoint_auth_signing_alg.as_deref();
        if registered.is_some_and(|alg| alg != self.algorithm.as_str()) {
            return failed("the assertion is not signed by the registered algorithm");
        }
        if !rules.is_meant_for_us(self.claims.aud.as_ref()) {
            return failed(if rules.client.is_fapi2() {
                "aud of the assertion must be the issuer, as a string"
            } else {
                "aud of the assertion must be the issuer"
            });
        }
        let exp = self.times(rules.now)?;
        match self.claims.jti.as_deref() {
            Some(jti) if (1..=LONGEST_JTI).contains(&jti.len()) => Ok((jti, exp)),
            _ => failed("jti of the assertion is missing"),
        }
    }

    fn times(&self, now: Timestamp) -> Result<Timestamp, ClientAuthError> {
        let latest = now + CLOCKS;
        let ahead = |at: Option<NumericDate>| at.is_some_and(|NumericDate(at)| at > latest);
        if ahead(self.claims.nbf) || ahead(self.claims.iat) {
            return failed("nbf or iat of the assertion lies ahead");
        }
        match self.claims.exp {
            None => failed("exp of the assertion is missing"),
            Some(NumericDate(exp)) if exp <= now => failed("the assertion has expired"),
            Some(NumericDate(exp)) if exp > latest + LONGEST_LIFE => {
                failed("exp of the assertion is more than an hour ahead")
            }
            Some(NumericDate(exp)) => Ok(exp),
        }
    }

    async fn verify(
        &self,
        app: &App,
        known: &KnownClient,
        now: Timestamp,
    ) -> Result<(), ClientAuthError> {
        let id = known.id();
        let leave = app.proofs.ask(id, Instant::now()).map_err(|_| ClientAuthError::Limited)?;
        if !leave.wait.is_zero() {
            tokio::time::sleep(leave.wait).await;
        }
        let enough = |keys: &PublicJwkSet| keys.knows(self.algorithm, self.kid.as_deref());
        let keys = keys::of(app, known, enough, now).await;
        let Compact { message, signature, .. } = self.compact;
        match keys.verify(self.algorithm, self.kid.as_deref(), message, signature) {
            Ok(()) => {
                app.proofs.was_right(id, leave);
                Ok(())
            }
            Err(_) => {
                app.proofs.was_wrong(id, leave, Instant::now());
                failed("the assertion is not signed by a key of this client")
            }
        }
    }
}

/// `JWT`, or the name that keeps assertions from being taken for anything else.
fn is_assertion(typ: &str) -> bool {
    let typ = typ.to_ascii_lowercase();
    let name = typ.strip_prefix("application/").unwrap_or(&typ);
    matches!(name, "jwt" | "client-authentication+jwt")
}

impl Rules<'_> {
    /// FAPI 2.0 §5.3.2.1: the issuer, as a string. Others may name the endpoint they call or the
    /// token endpoint, and several of them; but nobody else, who could use the assertion here.
    fn is_meant_for_us(&self, aud: Option<&Value>) -> bool {
        match aud {
            Some(Value::String(one)) if self.client.is_fapi2() => one == self.issuer,
            Some(Value::String(one)) => self.is_ours(one),
            Some(Value::Array(several)) if !self.client.is_fapi2() => {
                let ours = |one: &Value| one.as_str().is_some_and(|one| self.is_ours(one));
                !several.is_empty() && several.iter().all(ours)
            }
            _ => false,
        }
    }

    fn is_ours(&self, aud: &str) -> bool {
        let path = aud.strip_prefix(self.issuer);
        path.is_some_and(|path| ["", paths::TOKEN, self.endpoint].contains(&path))
    }
}

#[cfg(test)]
mod tests;
