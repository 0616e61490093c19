//! One public key.

use super::{JwkError, SignatureAlgorithm};
use crate::crypto;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::DecodingKey;
use serde_json::{Map, Value};
use std::fmt;

/// Members that only private and symmetric keys have (RFC 7518 §6.2.2, §6.3.2, §6.4.1).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
/// The shortest RSA modulus (FAPI 2.0 Security Profile §5.4.1), in bytes.
const LEAST_MODULUS: usize = 256;
/// The longest: a stranger chooses the key of a proof, and its length decides what checking costs.
const MOST_MODULUS: usize = 512;

/// A public key that verifies one kind of signature.
#[derive(Clone)]
pub struct PublicJwk {
    algorithm: SignatureAlgorithm,
    kid: Option<String>,
    thumbprint: String,
    certificate: Option<String>,
    decoding: DecodingKey,
}

impl PublicJwk {
    /// Reads a JWK (RFC 7517 §4).
    ///
    /// # Errors
    /// [`JwkError`]; a private or symmetric key is refused before anything else of it is read.
    pub fn parse(jwk: &Value) -> Result<Self, JwkError> {
        let members = jwk.as_object().ok_or(JwkError::NotAKey)?;
        if PRIVATE.iter().any(|name| members.contains_key(*name)) {
            return Err(JwkError::Private);
        }
        let (algorithm, decoding, required) = match text(members, "kty")? {
            "EC" => elliptic(members)?,
            "OKP" => edwards(members)?,
            "RSA" => rsa(members)?,
            _ => return Err(JwkError::Unsupported("kty")),
        };
        fit_for_signatures(members, algorithm)?;
        Ok(Self {
            algorithm,
            kid: optional(members, "kid")?.map(str::to_owned),
            thumbprint: URL_SAFE_NO_PAD.encode(crypto::sha256(required.as_bytes())),
            certificate: certificate(members)?,
            decoding,
        })
    }

    /// What it verifies.
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// Its name, if it was given one.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// SHA-256 over its required members in order, base64url (RFC 7638): `jkt` of RFC 9449.
    pub fn thumbprint(&self) -> &str {
        &self.thumbprint
    }

    /// SHA-256 of the certificate registered with it, base64url (`x5t#S256` of RFC 7517 §4.9).
    pub fn certificate(&self) -> Option<&str> {
        self.certificate.as_deref()
    }

    pub(super) fn decoding(&self) -> &DecodingKey {
        &self.decoding
    }

    /// Whether `signature` (base64url) is this key's of `message`. The algorithm is the key's own.
    pub fn verifies(&self, message: &[u8], signature: &str) -> bool {
        crypto::install();
        jsonwebtoken::crypto::verify(signature, message, &self.decoding, self.algorithm.inner())
            .unwrap_or(false)
    }
}

impl fmt::Debug for PublicJwk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicJwk({})", self.thumbprint)
    }
}

type Members = Map<String, Value>;
type Read = (SignatureAlgorithm, DecodingKey, String);

fn text<'a>(members: &'a Members, name: &'static str) -> Result<&'a str, JwkError> {
    optional(members, name)?.ok_or(JwkError::Member(name))
}

fn optional<'a>(members: &'a Members, name: &'static str) -> Result<Option<&'a str>, JwkError> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(JwkError::Member(name)),
    }
}

/// The bytes of a member, which has only one way to be written: thumbprints depend on it.
fn bytes(members: &Members, name: &'static str) -> Result<Vec<u8>, JwkError> {
    URL_SAFE_NO_PAD.decode(text(members, name)?).map_err(|_| JwkError::Member(name))
}

fn elliptic(members: &Members) -> Result<Read, JwkError> {
    if text(members, "crv")? != "P-256" {
        return Err(JwkError::Unsupported("crv"));
    }
    let (x, y) = (bytes(members, "x")?, bytes(members, "y")?);
    for (coordinate, name) in [(&x, "x"), (&y, "y")] {
        if coordinate.len() != 32 {
            return Err(JwkError::Member(name));
        }
    }
    let point = [&[4], x.as_slice(), y.as_slice()].concat();
    let (x, y) = (text(members, "x")?, text(members, "y")?);
    let required = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    Ok((SignatureAlgorithm::Es256, DecodingKey::from_ec_der(&point), required))
}

fn edwards(members: &Members) -> Result<Read, JwkError> {
    if text(members, "crv")? != "Ed25519" {
        return Err(JwkError::Unsupported("crv"));
    }
    let point = bytes(members, "x")?;
    if point.len() != 32 {
        return Err(JwkError::Member("x"));
    }
    let x = text(members, "x")?;
    let required = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    Ok((SignatureAlgorithm::EdDsa, DecodingKey::from_ed_der(&point), required))
}

fn rsa(members: &Members) -> Result<Read, JwkError> {
    let (modulus, exponent) = (bytes(members, "n")?, bytes(members, "e")?);
    let full = modulus.first().is_some_and(|first| *first >= 0x80);
    if !(LEAST_MODULUS..=MOST_MODULUS).contains(&modulus.len())
        || (modulus.len() == LEAST_MODULUS && !full)
    {
        return Err(JwkError::Length);
    }
    // RFC 7518 §6.3.1: numbers stand without leading zeros. Larger exponents `ring` does not take.
    if modulus.first() == Some(&0) {
        return Err(JwkError::Member("n"));
    }
    if exponent.is_empty() || exponent.len() > 4 || exponent.first() == Some(&0) {
        return Err(JwkError::Member("e"));
    }
    let (n, e) = (text(members, "n")?, text(members, "e")?);
    let required = format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#);
    let decoding = DecodingKey::from_rsa_raw_components(&modulus, &exponent);
    Ok((SignatureAlgorithm::Ps256, decoding, required))
}

/// What the key's owner says of its use must not speak against verifying signatures by this
/// algorithm (RFC 7517 §4.2–4.4).
fn fit_for_signatures(members: &Members, algorithm: SignatureAlgorithm) -> Result<(), JwkError> {
    if optional(members, "use")?.is_some_and(|usage| usage != "sig") {
        return Err(JwkError::Unsupported("use"));
    }
    // RFC 9864 names EdDSA on this curve Ed25519.
    let same = |alg: &str| {
        alg == algorithm.as_str() || (algorithm == SignatureAlgorithm::EdDsa && alg == "Ed25519")
    };
    if optional(members, "alg")?.is_some_and(|alg| !same(alg)) {
        return Err(JwkError::Unsupported("alg"));
    }
    match members.get("key_ops") {
        None => Ok(()),
        Some(Value::Array(ops)) if ops.iter().any(|op| op == "verify") => Ok(()),
        Some(_) => Err(JwkError::Unsupported("key_ops")),
    }
}

/// The digest of the certificate in `x5c`, or the one in `x5t#S256`.
fn certificate(members: &Members) -> Result<Option<String>, JwkError> {
    let Some(chain) = members.get("x5c") else {
        return Ok(optional(members, "x5t#S256")?.map(str::to_owned));
    };
    let first = chain.get(0).and_then(Value::as_str).ok_or(JwkError::Member("x5c"))?;
    let der = STANDARD.decode(first).map_err(|_| JwkError::Member("x5c"))?;
    Ok(Some(URL_SAFE_NO_PAD.encode(crypto::sha256(&der))))
}
