//! What the journal notes of each exchange with the issuer.

use super::journal::{Kind, Step, shortened};
use super::provider::{Provider, Tokens};
use openidconnect::OAuth2TokenResponse as _;
use openidconnect::url::Url;

/// The token endpoint, as the journal names it.
pub(super) fn token_request(provider: &Provider) -> String {
    format!("POST {}", provider.metadata.token_endpoint().map_or("", |url| url.as_str()))
}

/// The browser was sent to the issuer: with what.
pub(super) fn redirected(url: &Url) -> Step {
    let mut bare = url.clone();
    bare.set_query(None);
    let step = Step::new(Kind::Redirect, format!("303 → {bare}"));
    url.query_pairs().fold(step, |step, (name, value)| match name.as_ref() {
        "request_uri" | "state" | "nonce" => step.sent(&name, shortened(&value)),
        _ => step.sent(&name, value),
    })
}

/// What came back from the token endpoint, shortened.
pub(super) fn received(step: Step, tokens: &Tokens) -> Step {
    let fields = tokens.extra_fields();
    let id_token = fields.id_token().map(ToString::to_string);
    let optional = [
        ("refresh_token", tokens.refresh_token().map(|token| token.secret().as_str())),
        ("id_token", id_token.as_deref()),
        ("ecard_token", fields.extra_fields().ecard_token.as_deref()),
    ];
    let mut step = step
        .received("access_token", shortened(tokens.access_token().secret()))
        .received("token_type", tokens.token_type().as_ref());
    for (name, token) in optional {
        if let Some(token) = token {
            step = step.received(name, shortened(token));
        }
    }
    let seconds = tokens.expires_in().map(|time| time.as_secs().to_string());
    step.received("expires_in", seconds.unwrap_or_default()).received("scope", scope(tokens))
}

/// The scopes that were given.
pub(super) fn scope(tokens: &Tokens) -> String {
    let names = tokens.scopes().into_iter().flatten();
    names.map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ")
}
