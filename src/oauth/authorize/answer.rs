//! The answer of an authorization, on its way to the partner.

use crate::app::{App, Fault, html};
use crate::domain::authorization::{AuthorizationRequest, ResponseMode};
use crate::domain::client::RedirectUri;
use crate::pages::authorize::FormPostPage;
use crate::web::cx::Cx;
use crate::web::headers::with_form_action;
use crate::web::urls::with_query;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, LOCATION};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

/// An answer: made only for a redirect URI that was matched.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Answer {
    to: String,
    mode: ResponseMode,
    parameters: Vec<(String, String)>,
}

impl Answer {
    /// A code for the client (RFC 6749 §4.1.2), naming the issuer (RFC 9207).
    pub(super) fn code(app: &App, request: &AuthorizationRequest, code: &str) -> Self {
        let first = ("code".to_owned(), code.to_owned());
        Self::of(app, &request.redirect_uri, request.response_mode, &request.state, vec![first])
    }

    /// An error for the client (RFC 6749 §4.1.2.1), naming the issuer as well.
    pub(super) fn error(
        app: &App,
        to: &RedirectUri,
        mode: ResponseMode,
        state: &Option<String>,
        code: &str,
        description: &str,
    ) -> Self {
        let mut parameters = vec![("error".to_owned(), code.to_owned())];
        if !description.is_empty() {
            parameters.push(("error_description".to_owned(), description.to_owned()));
        }
        Self::of(app, to, mode, state, parameters)
    }

    /// An error that answers a request that was read.
    pub(super) fn refusal(app: &App, request: &AuthorizationRequest, code: &str) -> Self {
        let (to, mode) = (&request.redirect_uri, request.response_mode);
        Self::error(app, to, mode, &request.state, code, describe(code))
    }

    fn of(
        app: &App,
        to: &RedirectUri,
        mode: ResponseMode,
        state: &Option<String>,
        mut parameters: Vec<(String, String)>,
    ) -> Self {
        if let Some(state) = state {
            parameters.push(("state".to_owned(), state.clone()));
        }
        parameters.push(("iss".to_owned(), app.issuer.clone()));
        Self { to: to.as_str().to_owned(), mode, parameters }
    }

    /// The redirect, or the page that posts.
    ///
    /// # Errors
    /// [`Fault`] when the template fails.
    pub(super) fn send(&self, cx: Cx, partner: String) -> Result<Response, Fault> {
        match self.mode {
            ResponseMode::Query => {
                let headers = [(LOCATION, self.location()), (CACHE_CONTROL, "no-store".to_owned())];
                Ok((StatusCode::SEE_OTHER, headers).into_response())
            }
            ResponseMode::FormPost => {
                let parameters = self.parameters.clone();
                let page = FormPostPage { cx, action: self.to.clone(), parameters, partner };
                Ok(with_form_action(html(200, &page)?, &self.to))
            }
        }
    }

    /// The redirect URI with the answer in its query; what is there already stays.
    fn location(&self) -> String {
        let parameters = self.parameters.iter();
        with_query(&self.to, parameters.map(|(name, value)| (name.as_str(), value.as_str())))
    }
}

/// What an error means, for the partner's engineers.
fn describe(code: &str) -> &'static str {
    match code {
        "access_denied" => "the citizen refused",
        "login_required" => "nobody is logged in, or somebody else than expected",
        "consent_required" => "the citizen has not allowed this yet",
        "interaction_required" => "the citizen has no card yet and would have to claim one",
        "unmet_authentication_requirements" => "the login does not reach the acr asked for",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_that_was_registered_stays_and_nothing_breaks_out() {
        let answer = Answer {
            to: "https://app.example/cb?x=1".to_owned(),
            mode: ResponseMode::Query,
            parameters: vec![("state".to_owned(), "a b&c=d#\r\n中".to_owned())],
        };
        let expected = "https://app.example/cb?x=1&state=a%20b%26c%3Dd%23%0D%0A%E4%B8%AD";
        assert_eq!(answer.location(), expected);
    }
}
