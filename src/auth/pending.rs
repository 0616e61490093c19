//! Requests that wait, sealed as they rest: they may name a person, and their answers hold codes.

use crate::app::{App, Fault, internal};
use crate::storage::vault::Place;
use serde::Serialize;
use serde::de::DeserializeOwned;

const fn authorization(id: &str) -> Place<'_> {
    Place { table: "authorizations", column: "body", row: id }
}

const fn pushed(digest: &str) -> Place<'_> {
    Place { table: "pushed_requests", column: "body", row: digest }
}

/// Seals what waits as the authorization `id`.
///
/// # Errors
/// [`Fault`] when it cannot be written down.
pub fn seal_authorization(app: &App, id: &str, body: &impl Serialize) -> Result<String, Fault> {
    seal(app, authorization(id), body)
}

/// Opens what waits as the authorization `id`.
///
/// # Errors
/// [`Fault`] when it cannot be opened or read.
pub fn open_authorization<T: DeserializeOwned>(
    app: &App,
    id: &str,
    sealed: &str,
) -> Result<T, Fault> {
    open(app, authorization(id), sealed)
}

/// Seals a pushed request.
///
/// # Errors
/// [`Fault`] when it cannot be written down.
pub fn seal_pushed(app: &App, digest: &str, body: &impl Serialize) -> Result<String, Fault> {
    seal(app, pushed(digest), body)
}

/// Opens a pushed request.
///
/// # Errors
/// [`Fault`] when it cannot be opened or read.
pub fn open_pushed<T: DeserializeOwned>(app: &App, digest: &str, sealed: &str) -> Result<T, Fault> {
    open(app, pushed(digest), sealed)
}

fn seal(app: &App, place: Place<'_>, body: &impl Serialize) -> Result<String, Fault> {
    let text = zeroize::Zeroizing::new(serde_json::to_vec(body).map_err(internal)?);
    Ok(app.vault.seal(place, &text).into_string())
}

fn open<T: DeserializeOwned>(app: &App, place: Place<'_>, sealed: &str) -> Result<T, Fault> {
    serde_json::from_slice(&app.vault.unseal(place, sealed)?).map_err(internal)
}
