//! What is registered, as RFC 7591 §3.2.1 answers it.

use super::error::RegistrationRefused;
use crate::app::{App, internal};
use crate::domain::client::{Client, GrantType};
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::web::paths;
use axum::Json;
use axum::http::header::{CACHE_CONTROL, PRAGMA};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// A client and what it must know of its registration.
pub(super) struct Answer<'a> {
    pub(super) client: &'a Client,
    pub(super) created_at: Timestamp,
    /// A secret that was just made: told once.
    pub(super) secret: Option<&'a Secret>,
    /// Its registration access token.
    pub(super) own: &'a Secret,
}

impl Answer<'_> {
    /// The answer; nothing on the way may keep it.
    pub(super) fn respond(
        &self,
        app: &App,
        status: StatusCode,
    ) -> Result<Response, RegistrationRefused> {
        let mut body = serde_json::to_value(self.client).map_err(internal)?;
        if let Some(members) = body.as_object_mut() {
            let types = match self.client.may_use(GrantType::AuthorizationCode) {
                true => json!(["code"]),
                false => json!([]),
            };
            let at = format!("{}{}", app.issuer, paths::registration(&self.client.client_id));
            for (name, value) in [
                ("client_id_issued_at", json!(self.created_at.epoch_seconds())),
                ("response_types", types),
                ("subject_type", json!("pairwise")),
                ("registration_client_uri", json!(at)),
                ("registration_access_token", json!(self.own.expose())),
            ] {
                members.insert(name.to_owned(), value);
            }
            if let Some(secret) = self.secret {
                members.insert("client_secret".to_owned(), json!(secret.expose()));
                // It does not expire (RFC 7591 §3.2.1).
                members.insert("client_secret_expires_at".to_owned(), json!(0));
            }
        }
        let mut answer = (status, Json(body)).into_response();
        let headers = answer.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
        Ok(answer)
    }
}
