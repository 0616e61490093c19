//! Which client is calling, and how it proves it: a file a method.

mod assertion;
mod basic;
mod error;
mod keys;
mod mtls;
mod presented;
mod secret;

pub use crate::app::directory::{KnownClient, read};
pub use error::{CHALLENGE, ClientAuthError};
pub use secret::digests;

use crate::app::{App, Fault};
use crate::auth::certificate::ClientCertificate;
use crate::domain::authorization::Params;
use crate::domain::client::{Client, ClientAuth, check_client_id};
use crate::domain::time::Timestamp;
use crate::storage::used_jtis::{self, UsedJti};
use assertion::Assertion;
use axum::http::header::AUTHORIZATION;
use axum::http::{Extensions, HeaderMap};
use presented::Presented;
use std::sync::Arc;

/// What of a request says who sends it.
#[derive(Clone, Copy, Debug)]
pub struct ClientRequest<'a> {
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// What the server knows of it: the connection it came by.
    pub extensions: &'a Extensions,
    /// Its form.
    pub params: &'a Params,
    /// The path of the endpoint it was sent to.
    pub endpoint: &'a str,
}

/// A client that has proved who it is.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The client.
    pub client: Arc<KnownClient>,
    /// What its proof uses up: consumed in the transaction of what it pays for.
    pub used: Vec<UsedJti>,
    /// The certificate of its connection, whatever method it is registered for: tokens may be
    /// bound to it (RFC 8705 §3).
    pub certificate: Option<ClientCertificate>,
}

impl Caller {
    /// Its metadata.
    pub fn metadata(&self) -> &Client {
        &self.client.client
    }

    /// Refuses a client that proves nothing, where only proof counts.
    ///
    /// # Errors
    /// [`ClientAuthError::Failed`] for a public client.
    pub fn must_be_confidential(&self) -> Result<(), ClientAuthError> {
        if self.metadata().is_public() {
            return Err(ClientAuthError::failed("a client without authentication may not do this"));
        }
        Ok(())
    }

    /// Uses its proof up by itself, at endpoints that write nothing they could do it with.
    ///
    /// # Errors
    /// [`ClientAuthError::Failed`] when it was used before.
    pub async fn spend(&self, app: &App) -> Result<(), ClientAuthError> {
        if self.used.is_empty() {
            return Ok(());
        }
        let used = self.used.clone();
        app.db
            .write::<_, ClientAuthError, _>(move |tx| {
                Box::pin(async move {
                    if used_jtis::consume(tx, &used).await? { Ok(()) } else { Err(replayed()) }
                })
            })
            .await
    }
}

impl From<crate::storage::DbError> for ClientAuthError {
    fn from(error: crate::storage::DbError) -> Self {
        Self::Fault(Fault::from(error))
    }
}

/// The refusal of an assertion that was used before.
pub const fn replayed() -> ClientAuthError {
    ClientAuthError::failed("the assertion was used before")
}

/// The client that sends a request: by exactly one method, the one it is registered for. Nothing
/// is consumed.
///
/// # Errors
/// [`ClientAuthError`].
pub async fn authenticate(
    app: &App,
    request: &ClientRequest<'_>,
    now: Timestamp,
) -> Result<Caller, ClientAuthError> {
    let by_header = request.headers.contains_key(AUTHORIZATION);
    let found = find(app, request, now).await;
    found.map_err(|error| error.challenging(by_header))
}

async fn find(
    app: &App,
    request: &ClientRequest<'_>,
    now: Timestamp,
) -> Result<Caller, ClientAuthError> {
    let shown = Presented::of(request)?;
    let assertion = match &shown {
        Presented::Assertion(text) => Some(Assertion::read(text)?),
        _ => None,
    };
    let id = match (&shown, &assertion) {
        (_, Some(assertion)) => assertion.client_id(),
        (Presented::Basic(id, _), _) => id,
        (Presented::Post(id, _) | Presented::Bare(id), _) => id,
        (Presented::Assertion(_), None) => return Err(ClientAuthError::nothing()),
    };
    let done = prove(app, request, &shown, assertion.as_ref(), id, now).await;
    if let Err(ClientAuthError::Failed { why, .. }) = &done {
        // A name that cannot be a client's is whatever somebody sent: it stays out of the log.
        let client = if check_client_id(id).is_ok() { id } else { "?" };
        tracing::warn!(client, why, endpoint = request.endpoint, "client authentication failed");
        if let Ok(Some(known)) = app.directory.client(app, id).await {
            app.refused.count(&known.client.client_id, why);
        }
    }
    done
}

async fn prove(
    app: &App,
    request: &ClientRequest<'_>,
    shown: &Presented<'_>,
    assertion: Option<&Assertion<'_>>,
    id: &str,
    now: Timestamp,
) -> Result<Caller, ClientAuthError> {
    if request.params.one("client_id")?.is_some_and(|named| named != id) {
        return Err(ClientAuthError::failed("client_id is another client's"));
    }
    let Some(client) = app.directory.client(app, id).await? else {
        return Err(ClientAuthError::failed("no such client"));
    };
    let method = client.client.token_endpoint_auth_method;
    if !shown.fits(method) {
        return Err(ClientAuthError::failed(registered_for(method)));
    }
    let mut used = Vec::new();
    let certificate = ClientCertificate::of(request.extensions, request.headers, &app.config);
    match (shown, assertion) {
        (Presented::Basic(_, secret) | Presented::Post(_, secret), _) => {
            secret::check(app, &client, secret, now)?;
        }
        (_, Some(assertion)) => {
            used.push(assertion.check(app, &client, request.endpoint, now).await?);
        }
        _ if method == ClientAuth::None => {}
        _ => mtls::check(app, &client, certificate.as_ref(), now).await?,
    }
    Ok(Caller { client, used, certificate })
}

const fn registered_for(method: ClientAuth) -> &'static str {
    match method {
        ClientAuth::ClientSecretBasic => "this client is registered for client_secret_basic",
        ClientAuth::ClientSecretPost => "this client is registered for client_secret_post",
        ClientAuth::PrivateKeyJwt => "this client is registered for private_key_jwt",
        ClientAuth::TlsClientAuth => "this client is registered for tls_client_auth",
        ClientAuth::SelfSignedTlsClientAuth => {
            "this client is registered for self_signed_tls_client_auth"
        }
        ClientAuth::None => "this client is registered without authentication",
    }
}
