//! Who presents an access token at a resource of this service (RFC 6750, RFC 9449 §7, RFC 8705
//! §3): in the `Authorization` header or in a form, never in a URL.

mod error;
mod presented;

pub use error::BearerError;

use super::access::live;
use super::certificate::ClientCertificate;
use super::dpop;
use crate::app::App;
use crate::domain::time::Timestamp;
use crate::storage::used_jtis::UsedJti;
use crate::token::access::{AccessClaims, Confirmation};
use axum::http::request::Parts;
use presented::{Presented, Scheme};
use std::sync::Arc;

/// A token whose presenter has proved what it is bound to.
#[derive(Clone, Debug)]
pub struct AccessToken {
    /// Its claims.
    pub claims: Arc<AccessClaims>,
    /// What its proof uses up: consumed in the transaction of what it pays for.
    pub used: Vec<UsedJti>,
}

/// The token a request presents; `form` is the `access_token` of its body (RFC 6750 §2.2), `path`
/// that of the resource under the issuer. Only tokens for the service itself are taken.
///
/// # Errors
/// [`BearerError`].
pub fn bearer(
    app: &App,
    parts: &Parts,
    form: Option<&str>,
    path: &str,
    now: Timestamp,
) -> Result<AccessToken, BearerError> {
    let shown = Presented::of(parts, form)?;
    let proof = dpop::check(app, &parts.headers, &parts.method, path, Some(shown.token), now)
        .map_err(BearerError::Proof)?;
    let claims = live(app, shown.token, now);
    let claims = claims.ok_or(BearerError::Invalid("the token is unknown, expired or revoked"))?;
    let ours = |aud: &str| aud.strip_suffix('/').unwrap_or(aud) == app.issuer;
    if !claims.aud.iter().any(ours) {
        return Err(BearerError::Invalid("the token is for another resource"));
    }
    let jkt = proof.as_ref().map(|proof| proof.jkt.as_str());
    let certificate = || {
        let found = ClientCertificate::of(&parts.extensions, &parts.headers, &app.config);
        found.map(|certificate| certificate.thumbprint())
    };
    check(claims.cnf.as_ref(), shown.scheme, jkt, certificate)?;
    Ok(AccessToken { claims, used: proof.map(|proof| proof.used).into_iter().collect() })
}

/// Scheme, proof and binding must say the same: a bound token is no bearer token, and a bearer
/// token is not made a bound one by a proof beside it (RFC 9449 §7.1).
fn check(
    cnf: Option<&Confirmation>,
    scheme: Scheme,
    jkt: Option<&str>,
    certificate: impl Fn() -> Option<String>,
) -> Result<(), BearerError> {
    let wanted = cnf.and_then(|cnf| cnf.jkt.as_deref());
    match (wanted, scheme) {
        (Some(_), Scheme::Bearer) => {
            return Err(BearerError::Invalid("the token is bound: use the DPoP scheme"));
        }
        (None, Scheme::Dpop) => {
            return Err(BearerError::Invalid("the token is not bound to a DPoP key"));
        }
        (Some(_), Scheme::Dpop) if jkt.is_none() => {
            return Err(BearerError::Proof(dpop::DpopError::Invalid("the proof is missing")));
        }
        (Some(_), Scheme::Dpop) if jkt != wanted => {
            return Err(BearerError::Invalid("the token is bound to another key"));
        }
        _ => {}
    }
    match cnf.and_then(|cnf| cnf.x5t.as_deref()) {
        Some(bound) if certificate().as_deref() != Some(bound) => {
            Err(BearerError::Invalid("the token is bound to another certificate"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cnf(jkt: Option<&str>, x5t: Option<&str>) -> Confirmation {
        Confirmation { jkt: jkt.map(str::to_owned), x5t: x5t.map(str::to_owned) }
    }

    #[test]
    fn scheme_proof_and_binding_agree() {
        let bound = cnf(Some("k"), None);
        let none = || None;
        assert!(check(None, Scheme::Bearer, None, none).is_ok());
        assert!(check(Some(&bound), Scheme::Dpop, Some("k"), none).is_ok());
        assert!(check(Some(&bound), Scheme::Bearer, Some("k"), none).is_err());
        assert!(check(Some(&bound), Scheme::Dpop, Some("other"), none).is_err());
        assert!(check(Some(&bound), Scheme::Dpop, None, none).is_err());
        assert!(check(None, Scheme::Dpop, Some("k"), none).is_err());
    }

    #[test]
    fn a_certificate_bound_token_needs_its_certificate() {
        let bound = cnf(None, Some("c"));
        let shown = |t: &str| Some(t.to_owned());
        assert!(check(Some(&bound), Scheme::Bearer, None, || shown("c")).is_ok());
        assert!(check(Some(&bound), Scheme::Bearer, None, || shown("d")).is_err());
        assert!(check(Some(&bound), Scheme::Bearer, None, || None).is_err());
    }
}
