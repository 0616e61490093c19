//! Whether a request proves the key its tokens are bound to (RFC 9449).

mod nonce;
mod proof;
mod target;
#[cfg(test)]
mod tests;

pub use nonce::fresh_nonce;

use crate::app::App;
use crate::config::NonceRule;
use crate::domain::time::Timestamp;
use crate::storage::used_jtis::UsedJti;
use crate::storage::vault::Purpose;
use axum::http::{HeaderMap, HeaderName, Method};

/// The header a proof comes in.
pub const DPOP: HeaderName = HeaderName::from_static("dpop");
/// The header that tells a nonce for the next proof.
pub const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

/// A proof that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The thumbprint of the key it was made with (RFC 7638).
    pub jkt: String,
    /// The proof itself, which is used up in the transaction of what it pays for.
    pub used: UsedJti,
}

/// Why a proof does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DpopError {
    /// `invalid_dpop_proof`: what is wrong with it.
    #[error("{0}")]
    Invalid(&'static str),
    /// `use_dpop_nonce`: it is good, but for a nonce of ours.
    #[error("the proof must carry the nonce of this answer")]
    UseNonce,
}

impl DpopError {
    /// The registered error code (RFC 9449 §12.2).
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid_dpop_proof",
            Self::UseNonce => "use_dpop_nonce",
        }
    }
}

/// The refusal of a proof that was used before.
pub const REPLAYED: DpopError = DpopError::Invalid("the proof was used before");

/// Checks the request's proof, if it has one. `path` is that of the endpoint under the issuer,
/// whatever a proxy calls it; `access_token` stands beside the proof at resources. Nothing is
/// consumed.
///
/// # Errors
/// [`DpopError`]; then the answer carries a [`fresh_nonce`].
pub fn check(
    app: &App,
    headers: &HeaderMap,
    method: &Method,
    path: &str,
    access_token: Option<&str>,
    now: Timestamp,
) -> Result<Option<Proof>, DpopError> {
    let mut sent = headers.get_all(DPOP).iter();
    let Some(first) = sent.next() else { return Ok(None) };
    if sent.next().is_some() {
        return Err(DpopError::Invalid("more than one DPoP header"));
    }
    let text = first.to_str().map_err(|_| DpopError::Invalid(proof::NO_JWT))?;
    let url = format!("{}{path}", app.issuer);
    let expected = proof::Expected { method: method.as_str(), url: &url, access_token, now };
    let read = proof::read(text, &expected)?;
    let fresh = match &read.nonce {
        Some(nonce) => nonce::is_fresh(app, nonce, now),
        None => app.config.oauth.dpop_nonce == NonceRule::Offered,
    };
    if !fresh {
        return Err(DpopError::UseNonce);
    }
    let name = format!("dpop|{}|{}", read.jkt, read.jti);
    let digest = app.vault.index(Purpose::UsedJti, &name);
    let used = UsedJti { digest, expires_at: read.expires_at };
    Ok(Some(Proof { jkt: read.jkt, used }))
}
