//! Signed tokens of the issuer that the library has no type for: card tokens and logout tokens.

use super::provider::Metadata;
use super::trouble::Trouble;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::JsonWebKey as _;
use openidconnect::core::CoreJwsSigningAlgorithm;
use serde::Deserialize;
use serde_json::Value;

/// Clocks of two machines differ by no more (s).
const SKEW: i64 = 60;

/// What of a token's header decides who may have signed it (RFC 7515 §4.1).
#[derive(Debug, Deserialize)]
struct Header {
    typ: Option<String>,
    alg: CoreJwsSigningAlgorithm,
    kid: Option<String>,
    crit: Option<Value>,
}

/// A token whose signature fits a key of the issuer.
#[derive(Debug)]
pub(super) struct Verified {
    /// The header, to be shown.
    pub(super) header: Value,
    /// What it says.
    pub(super) claims: Value,
}

/// Takes a compact JWS of a type apart, without believing any of it.
fn parts(token: &str) -> Option<(&str, &str, &str)> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, payload) = signed.split_once('.')?;
    (!payload.contains('.')).then_some((header, payload, signature))
}

fn decoded(part: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(part).ok()
}

/// The claims of a token that something else has verified already.
pub(super) fn shown(token: &str) -> Value {
    let payload = parts(token).and_then(|(_, payload, _)| decoded(payload));
    payload.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

fn refused(why: &str) -> Trouble {
    Trouble::Untrusted(why.to_owned())
}

/// Checks type, algorithm and signature of a token against the issuer's published keys, and that
/// it is from this issuer, for this client, and good at `now` (epoch seconds).
///
/// # Errors
/// [`Trouble::Untrusted`] with the first check that failed.
pub(super) fn verify(
    token: &str,
    typ: &str,
    metadata: &Metadata,
    client_id: &str,
    now: i64,
) -> Result<Verified, Trouble> {
    let (header, payload, signature) = parts(token).ok_or_else(|| refused("no JWS"))?;
    let bytes = decoded(header).ok_or_else(|| refused("the header is no base64url"))?;
    let parsed: Header = serde_json::from_slice(&bytes).map_err(|_| refused("no JOSE header"))?;
    if parsed.typ.as_deref() != Some(typ) || parsed.crit.is_some() {
        return Err(refused("another type of token"));
    }
    if !metadata.id_token_signing_alg_values_supported().contains(&parsed.alg) {
        return Err(refused("an algorithm the issuer does not name"));
    }
    let named = |key: &&_| {
        openidconnect::JsonWebKey::key_id(*key).map(|id| id.as_str()) == parsed.kid.as_deref()
    };
    let key = metadata.jwks().keys().iter().find(named).ok_or_else(|| refused("an unknown key"))?;
    let signed = format!("{header}.{payload}");
    let signature = decoded(signature).ok_or_else(|| refused("the signature is no base64url"))?;
    key.verify_signature(&parsed.alg, signed.as_bytes(), &signature)
        .map_err(|_| refused("the signature does not fit"))?;
    let claims = shown(token);
    if claims.get("iss").and_then(Value::as_str) != Some(metadata.issuer().as_str()) {
        return Err(refused("another issuer"));
    }
    if !is_for(&claims, client_id) {
        return Err(refused("for another client"));
    }
    in_time(&claims, now)?;
    let header = serde_json::from_slice(&bytes).unwrap_or_default();
    Ok(Verified { header, claims })
}

/// `aud` is a string or an array of strings (RFC 7519 §4.1.3).
fn is_for(claims: &Value, client_id: &str) -> bool {
    match claims.get("aud") {
        Some(Value::String(one)) => one == client_id,
        Some(Value::Array(all)) => all.iter().any(|one| one.as_str() == Some(client_id)),
        _ => false,
    }
}

fn in_time(claims: &Value, now: i64) -> Result<(), Trouble> {
    let at = |name| claims.get(name).and_then(Value::as_i64);
    let issued = at("iat").ok_or_else(|| refused("without a time of issue"))?;
    let ends = at("exp").ok_or_else(|| refused("without an end"))?;
    if issued > now + SKEW || at("nbf").is_some_and(|begins| begins > now + SKEW) {
        return Err(refused("not good yet"));
    }
    if ends <= now - SKEW {
        return Err(refused("no longer good"));
    }
    Ok(())
}
