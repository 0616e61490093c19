//! An operator ends what a citizen allowed, or tokens that came of it: in one transaction with the
//! audit line, and known to every instance by the log of changes.

use super::issued::{Issued, was_issued};
use super::over::{self, EndedBy};
use crate::app::{App, Fault};
use crate::domain::ids::{CitizenId, LineId};
use crate::domain::time::Timestamp;
use crate::storage::audit::{self, AuditEvent};
use crate::storage::changes::{self, Change};
use crate::storage::grants::GrantRow;
use crate::storage::{Tx, refresh};
use serde_json::{Value, json};

/// What is ended.
#[derive(Clone, Debug)]
pub enum Ending {
    /// A grant and everything that came of it. Its client gets a logout token, the citizen a
    /// message.
    Grant(GrantRow),
    /// The tokens of one line, under its grant.
    Line(LineId, GrantRow),
    /// One access token, under its grant if it has one.
    Token(String, Option<GrantRow>),
}

impl Ending {
    fn event(&self) -> &'static str {
        match self {
            Self::Grant(_) => "grant.revoked",
            Self::Line(..) => "line.revoked",
            Self::Token(..) => "token.revoked",
        }
    }

    fn grant(&self) -> Option<&GrantRow> {
        match self {
            Self::Grant(grant) | Self::Line(_, grant) => Some(grant),
            Self::Token(_, grant) => grant.as_ref(),
        }
    }

    fn body(&self, note: &str) -> Value {
        let grant = self.grant();
        let mut body = json!({
            "by": "operator",
            "note": note,
            "client": grant.map(|grant| &grant.client),
            "grant": grant.map(|grant| &grant.id),
        });
        if let Some(body) = body.as_object_mut() {
            match self {
                Self::Grant(_) => None,
                Self::Line(line, _) => body.insert("line".to_owned(), json!(line)),
                Self::Token(jti, _) => body.insert("jti".to_owned(), json!(jti)),
            };
        }
        body
    }
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It has ended.
    Now,
    /// It had ended before.
    Before,
    /// There is none of that name: nothing ended.
    Unknown,
    /// A client's own token, which is written down nowhere: if there is one, it has ended.
    Unwritten,
}

/// Ends it.
///
/// # Errors
/// [`Fault`].
pub async fn end(app: &App, ending: Ending, note: String, now: Timestamp) -> Result<Ended, Fault> {
    let parts = app.clone();
    let ended = app
        .db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move { settle(tx, &parts, &ending, &note, now).await })
        })
        .await?;
    app.revocations.follow(&app.db).await?;
    Ok(ended)
}

async fn settle(
    tx: &mut Tx,
    app: &App,
    ending: &Ending,
    note: &str,
    now: Timestamp,
) -> Result<Ended, Fault> {
    let ended = look(tx, app, ending).await?;
    if matches!(ended, Ended::Before | Ended::Unknown) {
        return Ok(ended);
    }
    match ending {
        Ending::Grant(grant) => {
            if !over::end(tx, app, grant, EndedBy::Operator, now).await? {
                return Ok(Ended::Before);
            }
        }
        // A line may have no refresh token, and access tokens all the same.
        Ending::Line(line, _) => {
            refresh::end(tx, line).await?;
            changes::append(tx, Change::Line, line.as_str(), now).await?;
        }
        Ending::Token(jti, _) => changes::append(tx, Change::Token, jti, now).await?,
    }
    let reference = app.reference();
    let body = ending.body(note);
    let event = AuditEvent { at: now, event: ending.event(), reference: &reference, body };
    let citizen: Option<&CitizenId> = ending.grant().map(|grant| &grant.citizen);
    audit::append(tx, &app.vault, citizen, &[event]).await?;
    Ok(ended)
}

/// Whether there is what is to be ended: a name mistyped must not be taken for a token that died.
async fn look(tx: &mut Tx, app: &App, ending: &Ending) -> Result<Ended, Fault> {
    let (change, name, grant, sought) = match ending {
        Ending::Grant(_) => return Ok(Ended::Now),
        Ending::Token(_, None) => return Ok(Ended::Unwritten),
        Ending::Token(jti, Some(grant)) => {
            (Change::Token, jti.as_str(), grant, Issued::Token(jti.as_str()))
        }
        Ending::Line(line, grant) => {
            let (line, grant_id) = (line.as_str(), grant.id.as_str());
            (Change::Line, line, grant, Issued::Line { grant: grant_id, line })
        }
    };
    if changes::is_noted(tx, change, name).await? {
        return Ok(Ended::Before);
    }
    let issued = was_issued(tx, app, &grant.citizen, sought).await?;
    Ok(if issued { Ended::Now } else { Ended::Unknown })
}
