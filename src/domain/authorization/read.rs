//! Reads a request of a known client whose redirect URI fits.

use super::{AcrWish, AuthorizationRequest, ClaimsWish, Params, Prompt, Repeated, ResponseMode};
use crate::domain::client::{Client, GrantType, RedirectUri};
use crate::domain::scope::{Scope, ScopeSet};

/// The longest `state` and `nonce` taken.
const LONGEST_ECHO: usize = 1024;
/// The length of a S256 challenge in base64url.
const CHALLENGE_LENGTH: usize = 43;

/// Why a request is refused: an error code of RFC 6749 §4.1.2.1 and its companions, and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {description}")]
pub struct RequestProblem {
    /// The registered error code.
    pub code: &'static str,
    /// What is wrong, for the partner's engineers.
    pub description: &'static str,
}

/// What the request must keep beyond its client's registration.
pub struct Rules<'a> {
    /// Resources a token may be asked for (RFC 8707).
    pub resources: &'a dyn Fn(&str) -> bool,
}

const fn problem(code: &'static str, description: &'static str) -> RequestProblem {
    RequestProblem { code, description }
}

impl From<Repeated> for RequestProblem {
    fn from(_: Repeated) -> Self {
        problem("invalid_request", "a parameter was sent twice")
    }
}

/// Reads the request.
///
/// # Errors
/// [`RequestProblem`], which may go back to the client.
pub fn read(
    client: &Client,
    redirect_uri: RedirectUri,
    params: &Params,
    rules: &Rules<'_>,
) -> Result<AuthorizationRequest, RequestProblem> {
    refuse_unsupported(params)?;
    if !client.may_use(GrantType::AuthorizationCode) {
        return Err(problem("unauthorized_client", "not registered for authorization_code"));
    }
    let nonce = echo(params, "nonce")?;
    let claims = claims(client, params)?;
    let request = AuthorizationRequest {
        client_id: client.client_id.clone(),
        redirect_uri_named: params.one("redirect_uri")?.is_some(),
        redirect_uri,
        scope: scope(client, params)?,
        claims,
        state: echo(params, "state")?,
        code_challenge: challenge(client, params, nonce.is_some())?,
        nonce,
        response_mode: response_mode(params)?,
        prompt: prompt(params)?,
        max_age: max_age(params)?.or(client.default_max_age),
        login_hint: params.one("login_hint")?.map(str::to_owned),
        ui_locales: params.one("ui_locales")?.map(str::to_owned),
        id_token_hint: params.one("id_token_hint")?.map(str::to_owned),
        resources: resources(params, rules)?,
        dpop_jkt: dpop_jkt(params)?,
    };
    Ok(request)
}

/// The `state` that an error may return: what is too long is not passed on.
pub fn state_for_errors(params: &Params) -> Option<String> {
    echo(params, "state").ok().flatten()
}

/// Where the answer of a request may go. An OpenID request must say it, also where only one URI is
/// registered (OpenID Connect Core §3.1.2.1).
///
/// # Errors
/// [`RequestProblem`], which is shown or answered directly: there is nowhere to send it.
pub fn read_redirect(client: &Client, params: &Params) -> Result<RedirectUri, RequestProblem> {
    let invalid = |description| problem("invalid_request", description);
    let asked = params.one("redirect_uri").map_err(|_| invalid("redirect_uri was sent twice"))?;
    let is_openid = || params.all("scope").any(|s| ScopeSet::parse(s).contains(Scope::Openid));
    if asked.is_none() && client.is_fapi2() {
        return Err(invalid("redirect_uri is missing (FAPI 2.0 section 5.3.2.2)"));
    }
    if asked.is_none() && is_openid() {
        return Err(invalid("redirect_uri is missing (OpenID Connect Core section 3.1.2.1)"));
    }
    RedirectUri::matched(client, asked)
        .ok_or(invalid("redirect_uri is missing or not registered for this client"))
}

/// What this service does not do is refused by its own error, never ignored.
fn refuse_unsupported(params: &Params) -> Result<(), RequestProblem> {
    if params.has("request") {
        return Err(problem("request_not_supported", "request objects are not supported"));
    }
    if params.has("request_uri") {
        return Err(problem("request_uri_not_supported", "only pushed request URIs are supported"));
    }
    if params.has("registration") {
        return Err(problem("registration_not_supported", "registration is not supported here"));
    }
    match params.one("response_type")? {
        Some("code") => Ok(()),
        Some(_) => Err(problem("unsupported_response_type", "response_type must be code")),
        None => Err(problem("invalid_request", "response_type is missing")),
    }
}

/// Known scopes that the client may ask for. Asking for one that is not its own is an error;
/// scopes nobody knows are passed over.
fn scope(client: &Client, params: &Params) -> Result<ScopeSet, RequestProblem> {
    let asked = ScopeSet::parse(params.one("scope")?.unwrap_or_default());
    let of_citizens: ScopeSet = Scope::OF_CITIZENS.into_iter().collect();
    let asked = asked.and(&of_citizens);
    if asked.is_empty() {
        return Err(problem("invalid_scope", "no scope that this service knows"));
    }
    if !asked.is_within(&client.scope) {
        return Err(problem("invalid_scope", "a scope that the client is not registered for"));
    }
    Ok(asked)
}

/// A value returned as it came: visible characters, within bounds.
fn echo(params: &Params, name: &'static str) -> Result<Option<String>, RequestProblem> {
    match params.one(name)? {
        Some(value) if value.len() > LONGEST_ECHO => {
            Err(problem("invalid_request", "state or nonce is longer than 1024 bytes"))
        }
        value => Ok(value.map(str::to_owned)),
    }
}

fn challenge(
    client: &Client,
    params: &Params,
    has_nonce: bool,
) -> Result<Option<String>, RequestProblem> {
    let method = params.one("code_challenge_method")?;
    let Some(challenge) = params.one("code_challenge")? else {
        if method.is_some() {
            return Err(problem("invalid_request", "code_challenge is missing"));
        }
        return match client.needs_pkce(has_nonce) {
            true => Err(problem("invalid_request", "code_challenge is missing (PKCE, S256)")),
            false => Ok(None),
        };
    };
    if method != Some("S256") {
        return Err(problem("invalid_request", "code_challenge_method must be S256"));
    }
    if is_thumbprint(challenge) {
        Ok(Some(challenge.to_owned()))
    } else {
        Err(problem("invalid_request", "code_challenge is no S256 challenge"))
    }
}

/// Whether a text is a SHA-256 in base64url.
fn is_thumbprint(text: &str) -> bool {
    text.len() == CHALLENGE_LENGTH
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

fn response_mode(params: &Params) -> Result<ResponseMode, RequestProblem> {
    let asked = params.one("response_mode")?.unwrap_or(ResponseMode::Query.as_str());
    let known = ResponseMode::ALL.into_iter().find(|mode| mode.as_str() == asked);
    known.ok_or(problem("invalid_request", "response_mode must be query or form_post"))
}

fn prompt(params: &Params) -> Result<Prompt, RequestProblem> {
    let Some(text) = params.one("prompt")? else { return Ok(Prompt::default()) };
    Prompt::parse(text)
        .ok_or(problem("invalid_request", "prompt is unknown, or contradicts itself"))
}

fn max_age(params: &Params) -> Result<Option<u64>, RequestProblem> {
    let Some(text) = params.one("max_age")? else { return Ok(None) };
    text.parse().map(Some).map_err(|_| problem("invalid_request", "max_age is no number"))
}

fn claims(client: &Client, params: &Params) -> Result<ClaimsWish, RequestProblem> {
    let mut wish = match params.one("claims")? {
        None => ClaimsWish::default(),
        Some(text) => ClaimsWish::parse(text)
            .ok_or(problem("invalid_request", "claims is no JSON object of objects"))?,
    };
    if wish.acr.values.is_empty() {
        let values = params.one("acr_values")?.unwrap_or_default();
        let values = values.split(' ').filter(|v| !v.is_empty()).map(str::to_owned).collect();
        wish.acr = AcrWish { values, essential: false };
    }
    // A claim is asked for under the scope that brings it; others are not this client's to ask.
    wish.id_token = wish.id_token.iter().filter(|f| client.may_ask(f.scope())).collect();
    wish.userinfo = wish.userinfo.iter().filter(|f| client.may_ask(f.scope())).collect();
    Ok(wish)
}

fn resources(params: &Params, rules: &Rules<'_>) -> Result<Vec<String>, RequestProblem> {
    let mut asked: Vec<String> = params.all("resource").map(str::to_owned).collect();
    asked.sort();
    asked.dedup();
    if asked.iter().all(|resource| (rules.resources)(resource)) {
        Ok(asked)
    } else {
        Err(problem("invalid_target", "a resource that this service knows nothing of"))
    }
}

fn dpop_jkt(params: &Params) -> Result<Option<String>, RequestProblem> {
    match params.one("dpop_jkt")? {
        Some(jkt) if !is_thumbprint(jkt) => {
            Err(problem("invalid_request", "dpop_jkt is no SHA-256 thumbprint"))
        }
        jkt => Ok(jkt.map(str::to_owned)),
    }
}
