//! Checks a request before anybody is asked anything: who asks, where the answer may go, and what
//! is asked.

use super::error::{AuthorizeError, Refusal, redirect};
use crate::app::{App, Fault};
use crate::auth::code;
use crate::auth::pending::open_pushed;
use crate::domain::authorization::{
    AuthorizationRequest, Params, RequestProblem, ResponseMode, Rules, read, read_redirect,
    state_for_errors,
};
use crate::domain::client::{Client, RedirectUri};
use crate::domain::time::Timestamp;
use crate::oauth::clients;
use crate::storage::pushed::{self, PushedRow};
use std::sync::Arc;

/// How a pushed request's address begins (RFC 9126 §2.2).
pub(in crate::oauth) const PUSHED: &str = "urn:ietf:params:oauth:request_uri:";

/// A request that may be put to a citizen.
pub(super) struct Checked {
    /// Who asks.
    pub client: Arc<Client>,
    /// What is asked.
    pub request: AuthorizationRequest,
    /// The pushed request it came of.
    pub pushed: Option<PushedRow>,
}

impl Checked {
    /// Whether the pushed request was answered.
    pub(super) fn is_answered(&self) -> bool {
        self.pushed.as_ref().is_some_and(|p| !p.is_open)
    }

    /// Whether it is too late to begin an authorization of the pushed request; one under way goes
    /// on.
    pub(super) fn is_late(&self, now: Timestamp) -> bool {
        self.pushed.as_ref().is_some_and(|p| now >= p.expires_at)
    }
}

const fn shown(description: &'static str) -> RequestProblem {
    RequestProblem { code: "invalid_request", description }
}

/// Checks the parameters of an authorization request.
///
/// # Errors
/// [`AuthorizeError`].
pub(super) async fn check(app: &App, params: &Params) -> Result<Checked, AuthorizeError> {
    let id = params
        .one("client_id")
        .map_err(|_| AuthorizeError::show(shown("client_id was sent twice"), None))?;
    let id = id.ok_or_else(|| AuthorizeError::show(shown("client_id is missing"), None))?;
    let client = clients::known(app, id).await?;
    let client = client.ok_or_else(|| {
        let problem =
            RequestProblem { code: "invalid_client", description: "client_id is not registered" };
        AuthorizeError::show(problem, None)
    })?;
    let uri = params.one("request_uri").map_err(|_| {
        AuthorizeError::show(shown("request_uri was sent twice"), Some(Arc::clone(&client)))
    })?;
    match uri {
        Some(uri) if uri.starts_with(PUSHED) => take_pushed(app, client, uri).await,
        _ => {
            let request = request(app, &client, params, client.must_push()).await?;
            Ok(Checked { client, request, pushed: None })
        }
    }
}

/// A pushed request: parameters outside it are ignored, its client alone may use it.
async fn take_pushed(app: &App, client: Arc<Client>, uri: &str) -> Result<Checked, AuthorizeError> {
    let digest = code::digest(app, uri);
    let found = app
        .db
        .look::<_, Fault, _>(move |tx| {
            Box::pin(async move { Ok(pushed::find(tx, &digest).await?) })
        })
        .await?;
    let Some(row) = found else { return Err(AuthorizeError::Unknown(client)) };
    if row.client != client.client_id {
        let problem = shown("request_uri was pushed by another client");
        return Err(AuthorizeError::show(problem, Some(client)));
    }
    let request = open_pushed(app, &row.digest, &row.body)?;
    Ok(Checked { client, request, pushed: Some(row) })
}

/// Reads a request that came by query or form.
async fn request(
    app: &App,
    client: &Arc<Client>,
    params: &Params,
    must_push: bool,
) -> Result<AuthorizationRequest, AuthorizeError> {
    let to = read_redirect(client, params)
        .map_err(|problem| AuthorizeError::show(problem, Some(Arc::clone(client))))?;
    let back = |problem| {
        let mode = match params.first("response_mode") {
            Some("form_post") => ResponseMode::FormPost,
            _ => ResponseMode::Query,
        };
        let state = state_for_errors(params);
        redirect(app, Refusal { to: &to, mode, state, problem }, Arc::clone(client))
    };
    if must_push && !params.has("request_uri") && !params.has("request") {
        return Err(back(shown("this client must push its requests (RFC 9126)")));
    }
    match read_for(app, client, to.clone(), params).await {
        Ok(request) => Ok(request),
        Err(ReadError::Problem(problem)) => Err(back(problem)),
        Err(ReadError::Fault(fault)) => Err(fault.into()),
    }
}

/// Reads a request of `client` whose redirect URI is `to`.
///
/// # Errors
/// [`ReadError`].
pub(in crate::oauth) async fn read_for(
    app: &App,
    client: &Client,
    to: RedirectUri,
    params: &Params,
) -> Result<AuthorizationRequest, ReadError> {
    let asked: Vec<String> = params.all("resource").map(str::to_owned).collect();
    let known = clients::known_resources(app, &asked).await?;
    let is_known = |resource: &str| known.contains(resource);
    Ok(read(client, to, params, &Rules { resources: &is_known })?)
}

/// Why a request was not read.
pub(in crate::oauth) enum ReadError {
    /// It is wrong.
    Problem(RequestProblem),
    /// A fault of ours.
    Fault(Fault),
}

impl From<RequestProblem> for ReadError {
    fn from(problem: RequestProblem) -> Self {
        Self::Problem(problem)
    }
}

impl From<Fault> for ReadError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
