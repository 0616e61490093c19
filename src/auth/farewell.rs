//! Tells clients that a browser session or a grant has ended: queues logout tokens in the
//! transaction that ends it (OpenID Connect Back-Channel Logout 1.0).

use super::browser::Session;
use super::subject::subject;
use crate::app::{App, Fault, directory};
use crate::domain::client::Client;
use crate::domain::ids::MessageId;
use crate::domain::time::Timestamp;
use crate::storage::client_sessions::{self, ClientSessionRow};
use crate::storage::grants::{self, GrantRow};
use crate::storage::logout_notices::{self, NewNotice};
use crate::storage::{Tx, clients, sessions};

/// Ends a browser session at its holder's wish.
///
/// # Errors
/// [`Fault`].
pub async fn log_out(
    tx: &mut Tx,
    app: &App,
    session: &Session,
    now: Timestamp,
) -> Result<(), Fault> {
    sessions::delete(tx, &session.id).await?;
    session_ended(tx, app, session.root(), now).await
}

/// The browser session with that lasting name ended: every client it signed in to is told, by
/// its own name for the session.
///
/// # Errors
/// [`Fault`].
pub async fn session_ended(
    tx: &mut Tx,
    app: &App,
    root: &str,
    now: Timestamp,
) -> Result<(), Fault> {
    for known in client_sessions::of_session(tx, root).await? {
        let Some(grant) = grants::find(tx, &known.grant).await? else { continue };
        if let Some(to) = Recipient::find(tx, &known.client).await? {
            to.tell(tx, app, &grant, Some(known.sid), now);
        }
    }
    Ok(client_sessions::forget(tx, root).await?)
}

/// A grant ended: its client is told to end everything of the citizen. A client that must be told
/// which session is told each one it knows.
///
/// # Errors
/// [`Fault`].
pub async fn grant_ended(
    tx: &mut Tx,
    app: &App,
    grant: &GrantRow,
    now: Timestamp,
) -> Result<(), Fault> {
    let Some(to) = Recipient::find(tx, &grant.client).await? else { return Ok(()) };
    if !to.client.backchannel_logout_session_required {
        to.tell(tx, app, grant, None, now);
        return Ok(());
    }
    for ClientSessionRow { sid, .. } in client_sessions::of_grant(tx, &grant.id).await? {
        to.tell(tx, app, grant, Some(sid), now);
    }
    Ok(())
}

/// A client that wants to be told.
struct Recipient {
    client: Client,
    uri: String,
}

impl Recipient {
    async fn find(tx: &mut Tx, id: &str) -> Result<Option<Self>, Fault> {
        let Some(row) = clients::find(tx, id).await?.filter(|row| row.state == "active") else {
            return Ok(None);
        };
        let client = directory::read(&row)?;
        let uri = client.backchannel_logout_uri.clone();
        Ok(uri.map(|uri| Self { client, uri }))
    }

    fn tell(&self, tx: &mut Tx, app: &App, grant: &GrantRow, sid: Option<String>, now: Timestamp) {
        let notice = NewNotice {
            id: MessageId::from_random(app.random()).as_str().to_owned(),
            client: self.client.client_id.clone(),
            uri: self.uri.clone(),
            sub: subject(app, &self.client, &grant.citizen),
            sid,
        };
        logout_notices::queue(tx, notice, now);
    }
}
