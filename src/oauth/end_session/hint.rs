//! An ID token that comes back: whose session it names.

use super::wish::Wish;
use crate::app::{App, Fault};
use crate::auth::browser::Session;
use crate::auth::subject::subject;
use crate::storage::client_sessions;
use serde::Deserialize;

/// What counts of an ID token of ours, ended or not.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Hint {
    /// Who made it.
    pub iss: String,
    /// For whom.
    pub aud: String,
    /// About whom.
    pub sub: String,
    /// Of which session.
    #[serde(default)]
    pub sid: Option<String>,
}

/// Whether a hint names this browser's session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Belongs {
    /// It does.
    Here,
    /// It names another, or none.
    Unknown,
}

/// The hint, if this service signed it as an ID token.
pub(super) fn open(app: &App, token: &str) -> Option<Hint> {
    app.keys.open::<Hint>(token, None).filter(|hint| hint.iss == app.issuer)
}

/// Whether the hint names this session: by its name towards the client, or, for a token without
/// one, by the citizen.
///
/// # Errors
/// [`Fault`].
pub(super) async fn belongs(
    app: &App,
    hint: &Hint,
    wish: &Wish,
    session: &Session,
) -> Result<Belongs, Fault> {
    let Some(client) = &wish.client else { return Ok(Belongs::Unknown) };
    let same_person = session.citizen.as_ref().is_some_and(|c| subject(app, client, c) == hint.sub);
    let Some(sid) = hint.sid.clone().filter(|_| same_person) else {
        return Ok(if same_person { Belongs::Here } else { Belongs::Unknown });
    };
    let root = session.root().to_owned();
    let known = app
        .db
        .look::<_, Fault, _>(move |tx| {
            Box::pin(async move { Ok(client_sessions::of_session(tx, &root).await?) })
        })
        .await?;
    let here = known.iter().any(|k| k.sid == sid && k.client == client.client_id);
    Ok(if here { Belongs::Here } else { Belongs::Unknown })
}
