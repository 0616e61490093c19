//! A signed token in compact form (RFC 7515), opened under rules that leave it no choice: the
//! algorithm is ES256, the key is the trusted one of that exact name, the kind is the one asked
//! for. Only then is the payload looked at.

use super::keys::TrustedKeys;
use super::reason::Reason;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

/// More bytes than any card token has; refused unread.
pub const MAX_TOKEN_BYTES: usize = 16 * 1024;

#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: Option<String>,
    kid: Option<String>,
    jku: Option<IgnoredAny>,
    jwk: Option<IgnoredAny>,
    x5u: Option<IgnoredAny>,
    crit: Option<IgnoredAny>,
}

/// The claims of `token`, if it is a `typ` signed by one of `keys` in at most `limit` bytes.
pub(super) fn open<T: DeserializeOwned>(
    token: &str,
    typ: &str,
    limit: usize,
    keys: &TrustedKeys,
) -> Result<T, Reason> {
    if token.len() > limit {
        return Err(Reason::Malformed);
    }
    let (message, signature) = token.rsplit_once('.').ok_or(Reason::Malformed)?;
    let (header, payload) = message.split_once('.').ok_or(Reason::Malformed)?;
    let header: Header = json(header)?;
    check_signature(&header, message, signature, keys)?;
    if !header.typ.as_deref().is_some_and(|found| is_type(found, typ)) {
        return Err(Reason::Type);
    }
    json(payload)
}

fn check_signature(
    header: &Header,
    message: &str,
    signature: &str,
    keys: &TrustedKeys,
) -> Result<(), Reason> {
    if header.alg != "ES256" {
        return Err(Reason::Algorithm);
    }
    let brings_a_key = header.jku.is_some() || header.jwk.is_some() || header.x5u.is_some();
    if brings_a_key || header.crit.is_some() {
        return Err(Reason::ForbiddenHeader);
    }
    let kid = header.kid.as_deref().ok_or(Reason::UnknownKey)?;
    let key = keys.get(kid).ok_or(Reason::UnknownKey)?;
    if key.verifies(message.as_bytes(), signature) { Ok(()) } else { Err(Reason::Signature) }
}

/// Media types compare without case, and `application/` may stand before (RFC 7515, 4.1.9).
fn is_type(found: &str, typ: &str) -> bool {
    let found = found.to_ascii_lowercase();
    found.strip_prefix("application/").unwrap_or(&found) == typ
}

/// A part of the token. A payload with a dot in it is no base64url, so a fourth part fails here.
fn json<T: DeserializeOwned>(part: &str) -> Result<T, Reason> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| Reason::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| Reason::Malformed)
}
