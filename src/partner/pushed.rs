//! Pushed authorization requests (RFC 9126): the library writes the request, this hands it in.

use super::Partner;
use super::journal::{Journal, Kind, Step, shortened};
use super::trouble::Trouble;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openidconnect::AsyncHttpClient as _;
use openidconnect::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use openidconnect::http::{Request, StatusCode};
use openidconnect::url::{Url, form_urlencoded};
use serde::Deserialize;

/// RFC 9126 §2.2.
#[derive(Deserialize)]
struct Pushed {
    request_uri: String,
    expires_in: u64,
}

/// RFC 6749 §5.2.
#[derive(Deserialize)]
struct Error {
    error: String,
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

impl Partner {
    /// Hands the parameters of an authorization URL in at `endpoint`, and returns the short URL
    /// for the browser: client and reference, nothing else.
    ///
    /// # Errors
    /// [`Trouble`].
    pub(super) async fn push(
        &self,
        endpoint: &Url,
        full: &Url,
        journal: &mut Journal,
    ) -> Result<Url, Trouble> {
        let settings = &self.settings;
        let (id, secret) = (settings.client_id.as_str(), settings.client_secret.secret());
        // Both are form-encoded before they are joined (RFC 6749 §2.3.1).
        let basic = STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret)));
        let request = Request::post(endpoint.as_str())
            .header(AUTHORIZATION, format!("Basic {basic}"))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ACCEPT, "application/json")
            .body(full.query().unwrap_or_default().as_bytes().to_vec())
            .map_err(super::http::HttpError::from)?;
        let answer = self.http.call(request).await?;
        if answer.status() != StatusCode::CREATED {
            let status = answer.status();
            let told: Option<Error> = serde_json::from_slice(answer.body()).ok();
            return Err(match told {
                Some(told) => Trouble::Answered(told.error),
                None if status.is_server_error() => {
                    Trouble::Unreachable(format!("{endpoint} answers {status}"))
                }
                None => Trouble::Untrusted(format!("{endpoint} answers {status}")),
            });
        }
        let pushed: Pushed = serde_json::from_slice(answer.body())
            .map_err(|_| Trouble::Untrusted("the answer to the pushed request is none".into()))?;
        journal.note(noted(endpoint, full, &pushed));
        let mut short = full.clone();
        short
            .query_pairs_mut()
            .clear()
            .extend_pairs([("client_id", id), ("request_uri", pushed.request_uri.as_str())]);
        Ok(short)
    }
}

fn noted(endpoint: &Url, full: &Url, pushed: &Pushed) -> Step {
    let step = Step::new(Kind::Pushed, format!("POST {endpoint}")).sent("Authorization", "Basic …");
    full.query_pairs()
        .fold(step, |step, (name, value)| match name.as_ref() {
            "state" | "nonce" => step.sent(&name, shortened(&value)),
            _ => step.sent(&name, value),
        })
        .received("request_uri", shortened(&pushed.request_uri))
        .received("expires_in", pushed.expires_in.to_string())
}
