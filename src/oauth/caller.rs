//! Who calls an endpoint for clients: the client, and the key its DPoP proof shows.

use super::error::OAuthError;
use super::{params, refusals};
use crate::app::{App, Fault};
use crate::auth::certificate::ClientCertificate;
use crate::auth::client::{self, ClientRequest, KnownClient, authenticate};
use crate::auth::dpop::{self, DPOP_NONCE, Proof};
use crate::domain::authorization::Params;
use crate::domain::client::Client;
use crate::domain::time::Timestamp;
use crate::storage::used_jtis::{self, UsedJti};
use crate::storage::{DbError, Tx};
use crate::token::access::Confirmation;
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::response::Response;
use std::sync::Arc;

/// An authenticated client.
pub(super) struct Caller {
    known: Arc<KnownClient>,
    /// What its assertion uses up.
    assertion: Vec<UsedJti>,
    proof: Option<Proof>,
    /// Digest of the certificate its tokens are bound to.
    x5t: Option<String>,
    /// A nonce for its next proof; none for a client that sent no proof.
    fresh_nonce: Option<String>,
}

/// What a client proved itself with was used before (RFC 7523 §3, RFC 9449 §11.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Replay {
    /// Its assertion.
    Assertion,
    /// Its proof.
    Proof,
    /// Or nobody can tell.
    Db(DbError),
}

impl From<DbError> for Replay {
    fn from(error: DbError) -> Self {
        Self::Db(error)
    }
}

impl From<Replay> for OAuthError {
    fn from(replay: Replay) -> Self {
        match replay {
            Replay::Assertion => client::replayed().into(),
            Replay::Proof => Self::new(dpop::REPLAYED.code(), dpop::REPLAYED.to_string()),
            Replay::Db(error) => Fault::from(error).into(),
        }
    }
}

impl Caller {
    /// The client.
    pub(super) fn client(&self) -> &Client {
        &self.known.client
    }

    /// Thumbprint of the key its proof shows.
    pub(super) fn jkt(&self) -> Option<&str> {
        self.proof.as_ref().map(|proof| proof.jkt.as_str())
    }

    /// What tokens of this request are bound to.
    pub(super) fn confirmation(&self) -> Option<Confirmation> {
        let cnf = Confirmation { jkt: self.jkt().map(str::to_owned), x5t: self.x5t.clone() };
        Some(cnf).filter(|cnf| !cnf.is_empty())
    }

    /// Whether there is anything to [`Caller::spend`].
    pub(super) fn has_to_spend(&self) -> bool {
        !self.assertion.is_empty() || self.proof.is_some()
    }

    /// Uses assertion and proof up. The first thing a transaction does: a replay undoes all of it.
    ///
    /// # Errors
    /// [`Replay`].
    pub(super) async fn spend(&self, tx: &mut Tx) -> Result<(), Replay> {
        if !used_jtis::consume(tx, &self.assertion).await? {
            return Err(Replay::Assertion);
        }
        match &self.proof {
            Some(proof) if !used_jtis::consume(tx, std::slice::from_ref(&proof.used)).await? => {
                Err(Replay::Proof)
            }
            _ => Ok(()),
        }
    }

    /// Uses them up by themselves, where nothing else is written.
    ///
    /// # Errors
    /// [`Replay`].
    pub(super) async fn spend_alone(self: &Arc<Self>, app: &App) -> Result<(), Replay> {
        if !self.has_to_spend() {
            return Ok(());
        }
        let caller = Arc::clone(self);
        app.db.write(move |tx| Box::pin(async move { caller.spend(tx).await })).await
    }

    /// The answer with a nonce for the next proof (RFC 9449 §8.2).
    pub(super) fn with_nonce(&self, mut answer: Response) -> Response {
        if let Some(Ok(value)) = self.fresh_nonce.as_deref().map(HeaderValue::from_str) {
            answer.headers_mut().insert(DPOP_NONCE, value);
        }
        answer
    }
}

/// Reads the form, authenticates the client and checks its proof. Nothing is consumed.
///
/// # Errors
/// `invalid_request`, `invalid_client`, `invalid_dpop_proof`, `use_dpop_nonce`.
pub(super) async fn identify(
    app: &App,
    request: Request,
    endpoint: &str,
    now: Timestamp,
) -> Result<(Caller, Params), OAuthError> {
    let (parts, body) = request.into_parts();
    let params = params::form(Request::from_parts(parts.clone(), body)).await?;
    let shown = ClientRequest {
        headers: &parts.headers,
        extensions: &parts.extensions,
        params: &params,
        endpoint,
    };
    let client = authenticate(app, &shown, now).await?;
    let proof = dpop::check(app, &parts.headers, &parts.method, endpoint, None, now)
        .map_err(|refused| refusals::dpop(app, refused, now))?;
    let fresh_nonce = proof.is_some().then(|| dpop::fresh_nonce(app, now));
    let binds = binds_to_certificate(client.metadata(), proof.is_some());
    let certificate = binds
        .then(|| ClientCertificate::of(&parts.extensions, &parts.headers, &app.config))
        .flatten();
    let caller = Caller {
        known: client.client,
        assertion: client.used,
        proof,
        x5t: certificate.map(|certificate| certificate.thumbprint()),
        fresh_nonce,
    };
    Ok((caller, params))
}

/// Whether tokens are bound to the connection's certificate (RFC 8705 §3): where the client is
/// registered so, and where FAPI 2.0 wants a binding and no proof makes another.
fn binds_to_certificate(client: &Client, has_proof: bool) -> bool {
    client.tls_client_certificate_bound_access_tokens || (client.is_fapi2() && !has_proof)
}

/// A parameter of the form that may be sent once and must be there.
///
/// # Errors
/// `invalid_request`.
pub(super) fn required<'a>(params: &'a Params, name: &'static str) -> Result<&'a str, OAuthError> {
    let invalid = |what: &str| OAuthError::new("invalid_request", format!("{name} {what}"));
    let value = params.one(name).map_err(|_| invalid("was sent twice"))?;
    value.ok_or_else(|| invalid("is missing"))
}
