//! A wish that came as a form, kept while the browser comes again with its cookie: an ID token
//! names a person, and has no place in an address of ours.

use crate::app::{App, Fault};
use crate::auth::code;
use crate::auth::pending::{open_pushed, seal_pushed};
use crate::domain::authorization::Params;
use crate::domain::time::Timestamp;
use crate::storage::pushed::{self, PushedRow};
use std::time::Duration;

/// The parameter that names a kept wish in our own redirect.
pub(super) const PARAMETER: &str = "wish";
/// How long it is kept: time to read a question.
const LIFETIME: Duration = Duration::from_secs(600);
/// What sets it apart from the requests that clients push.
const PREFIX: &str = "logout:";

/// Keeps a wish; the name under which it waits.
///
/// # Errors
/// [`Fault`].
pub(super) async fn keep(
    app: &App,
    client: &str,
    fields: &[(String, String)],
    now: Timestamp,
) -> Result<String, Fault> {
    let name = code::fresh(app);
    let digest = code::digest(app, &format!("{PREFIX}{name}"));
    let row = PushedRow {
        body: seal_pushed(app, &digest, &fields)?,
        digest,
        client: client.to_owned(),
        is_open: true,
        expires_at: now + LIFETIME,
    };
    app.db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                pushed::insert(tx, &row);
                Ok(())
            })
        })
        .await?;
    Ok(name)
}

/// The wish of that name, while it is kept.
///
/// # Errors
/// [`Fault`].
pub(super) async fn find(app: &App, name: &str, now: Timestamp) -> Result<Option<Params>, Fault> {
    let digest = code::digest(app, &format!("{PREFIX}{name}"));
    let found = app
        .db
        .look::<_, Fault, _>(move |tx| {
            Box::pin(async move { Ok(pushed::find(tx, &digest).await?) })
        })
        .await?;
    let Some(row) = found.filter(|row| now < row.expires_at) else { return Ok(None) };
    let fields: Vec<(String, String)> = open_pushed(app, &row.digest, &row.body)?;
    Ok(Some(Params::new(fields)))
}
