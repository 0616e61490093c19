//! An error as a program reads it (RFC 6749 §5.2): the endpoints' own errors convert into it.

use crate::app::Fault;
use axum::http::header::{CACHE_CONTROL, HeaderName, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Json, http};
use serde_json::json;

/// An error answer in JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OAuthError {
    /// The registered error code.
    pub code: &'static str,
    /// What is wrong and what to do, for the partner's engineers.
    pub description: String,
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl OAuthError {
    /// An error with status 400.
    pub fn new(code: &'static str, description: impl Into<String>) -> Self {
        Self {
            code,
            description: clean(&description.into()),
            status: StatusCode::BAD_REQUEST,
            headers: Vec::new(),
        }
    }

    /// The error with another status.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        self
    }

    /// The error with a header; a value that no header can hold is left out.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }
}

/// The characters RFC 6749 §5.2 allows in a description.
fn clean(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '"' | '\\' => '\'',
            ' '..='~' => c,
            _ => ' ',
        })
        .collect()
}

impl From<Fault> for OAuthError {
    /// A fault of ours, or a limit: what RFC 6749 §4.1.2.1 calls `server_error` and
    /// `temporarily_unavailable`.
    fn from(fault: Fault) -> Self {
        let status = fault.status();
        let error = match status {
            413 => Self::new("invalid_request", "the request is too large").status(413),
            400 => Self::new("invalid_request", "the request cannot be read"),
            429 => Self::new("temporarily_unavailable", "a limit is reached").status(429),
            503 => Self::new("temporarily_unavailable", "try again later").status(503),
            _ => Self::new("server_error", "a fault of the service").status(500),
        };
        match fault.retry_after() {
            Some(seconds) => error.header(RETRY_AFTER, &seconds.to_string()),
            None => error,
        }
    }
}

impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        let body = json!({ "error": self.code, "error_description": self.description });
        let mut answer = (self.status, Json(body)).into_response();
        let headers = answer.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(http::header::PRAGMA, HeaderValue::from_static("no-cache"));
        for (name, value) in self.headers {
            headers.insert(name, value);
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_holds_nothing_a_header_or_url_could_trip_over() {
        let error = OAuthError::new("invalid_request", "a \"b\"\r\n\t\\ 中");
        assert_eq!(error.description, "a 'b'   '  ");
    }

    #[test]
    fn our_own_faults_are_told_apart_from_the_clients() {
        assert_eq!(OAuthError::from(Fault::Internal).code, "server_error");
        assert_eq!(OAuthError::from(Fault::TooLarge).status, StatusCode::PAYLOAD_TOO_LARGE);
    }
}
