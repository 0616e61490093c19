//! The proof itself (RFC 9449 §4): what it says and who signed it.

use super::{DpopError, target};
use crate::auth::numeric_date::NumericDate;
use crate::crypto::jwk::{PublicJwk, SignatureAlgorithm};
use crate::crypto::jws::Compact;
use crate::crypto::sha256;
use crate::domain::time::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use std::time::Duration;

pub(super) const NO_JWT: &str = "the proof is not a signed JWT";
/// More bytes than any proof has; refused unread.
const MOST_BYTES: usize = 8 * 1024;
/// How far a client's clock may be from ours, either way.
const CLOCKS: Duration = Duration::from_secs(120);
/// The longest `jti`.
const LONGEST_JTI: usize = 512;

#[derive(Deserialize)]
struct Header {
    typ: Option<String>,
    alg: String,
    jwk: Option<Value>,
    crit: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Claims {
    jti: Option<String>,
    htm: Option<String>,
    htu: Option<String>,
    iat: Option<NumericDate>,
    exp: Option<NumericDate>,
    nbf: Option<NumericDate>,
    ath: Option<String>,
    nonce: Option<String>,
}

/// What a proof is held against.
pub(super) struct Expected<'a> {
    pub(super) method: &'a str,
    pub(super) url: &'a str,
    pub(super) access_token: Option<&'a str>,
    pub(super) now: Timestamp,
}

/// A proof whose nonce is not looked at yet.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Read {
    pub(super) jkt: String,
    pub(super) jti: String,
    pub(super) nonce: Option<String>,
    /// When it would be refused for its age.
    pub(super) expires_at: Timestamp,
}

fn wrong<T>(what: &'static str) -> Result<T, DpopError> {
    Err(DpopError::Invalid(what))
}

pub(super) fn read(text: &str, expected: &Expected<'_>) -> Result<Read, DpopError> {
    let malformed = |_| DpopError::Invalid(NO_JWT);
    let compact = Compact::split(text, MOST_BYTES).map_err(malformed)?;
    let key = key(&compact.header().map_err(malformed)?)?;
    let claims: Claims = compact.unverified_payload().map_err(malformed)?;
    target(&claims, expected)?;
    let issued = times(&claims, expected.now)?;
    let jti = match claims.jti {
        Some(jti) if (1..=LONGEST_JTI).contains(&jti.len()) => jti,
        _ => return wrong("jti of the proof is missing"),
    };
    if !key.verifies(compact.message, compact.signature) {
        return wrong("the proof is not signed by its own key");
    }
    let jkt = key.thumbprint().to_owned();
    // One second more than it is taken: the sweep must not be earlier than the check.
    let expires_at = issued + CLOCKS + Duration::from_secs(1);
    Ok(Read { jkt, jti, nonce: claims.nonce, expires_at })
}

fn key(header: &Header) -> Result<PublicJwk, DpopError> {
    if !header.typ.as_deref().is_some_and(is_proof) {
        return wrong("typ of the proof is not dpop+jwt");
    }
    if header.crit.is_some() {
        return wrong("the proof has critical extensions");
    }
    let Some(algorithm) = SignatureAlgorithm::parse(&header.alg) else {
        return wrong("the proof is not signed by PS256, ES256 or EdDSA");
    };
    let Some(jwk) = &header.jwk else { return wrong("jwk of the proof is missing") };
    let key = PublicJwk::parse(jwk)
        .map_err(|_| DpopError::Invalid("jwk of the proof is no public key that is supported"))?;
    if key.algorithm() != algorithm {
        return wrong("jwk of the proof does not fit its alg");
    }
    Ok(key)
}

/// Media types compare without case, and `application/` may stand before (RFC 7515 §4.1.9).
fn is_proof(typ: &str) -> bool {
    let typ = typ.to_ascii_lowercase();
    typ.strip_prefix("application/").unwrap_or(&typ) == "dpop+jwt"
}

fn target(claims: &Claims, expected: &Expected<'_>) -> Result<(), DpopError> {
    if claims.htm.as_deref() != Some(expected.method) {
        return wrong("htm of the proof is not this request's method");
    }
    if !claims.htu.as_deref().is_some_and(|htu| target::same(htu, expected.url)) {
        return wrong("htu of the proof is not this endpoint");
    }
    if let Some(token) = expected.access_token {
        let digest = URL_SAFE_NO_PAD.encode(sha256(token.as_bytes()));
        if claims.ath.as_deref() != Some(&digest) {
            return wrong("ath of the proof is not the access token's digest");
        }
    }
    Ok(())
}

/// When it was made, if that is now.
fn times(claims: &Claims, now: Timestamp) -> Result<Timestamp, DpopError> {
    let Some(NumericDate(issued)) = claims.iat else {
        return wrong("iat of the proof is missing");
    };
    if issued > now + CLOCKS || issued < now - CLOCKS {
        return wrong("iat of the proof is not now");
    }
    if claims.exp.is_some_and(|NumericDate(exp)| exp <= now) {
        return wrong("the proof has expired");
    }
    if claims.nbf.is_some_and(|NumericDate(nbf)| nbf > now + CLOCKS) {
        return wrong("nbf of the proof lies ahead");
    }
    Ok(issued)
}
