//! A grant is over: everything that hangs on it ends in the same transaction, whoever ended it.

use super::{face, farewell};
use crate::app::{App, Fault, directory};
use crate::domain::grant::GrantState;
use crate::domain::ids::MessageId;
use crate::domain::secret::Secret;
use crate::domain::sms_text;
use crate::domain::time::Timestamp;
use crate::storage::grants::{self, GrantRow};
use crate::storage::outbox::{self, NewMessage};
use crate::storage::{Tx, cards, clients, consents};

/// Who ended it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndedBy {
    /// The citizen, who gets a message as proof.
    Citizen,
    /// An operator: the citizen must hear of it.
    Operator,
    /// Its card, of whose end the citizen hears apart.
    Card,
    /// Its time, which the citizen was told when allowing it.
    Time,
}

impl EndedBy {
    const fn state(self) -> GrantState {
        match self {
            Self::Citizen => GrantState::Withdrawn,
            Self::Operator | Self::Card => GrantState::Ended,
            Self::Time => GrantState::Expired,
        }
    }

    fn message(self) -> Option<fn(&str) -> Secret> {
        match self {
            Self::Citizen => Some(sms_text::withdrawn),
            Self::Operator => Some(sms_text::grant_ended),
            Self::Card | Self::Time => None,
        }
    }
}

/// Ends it: its tokens by the log of changes, its consents, and the partner and the citizen are
/// told. Answers whether it was alive; the audit line is the caller's.
///
/// # Errors
/// [`Fault`].
pub async fn end(
    tx: &mut Tx,
    app: &App,
    grant: &GrantRow,
    by: EndedBy,
    now: Timestamp,
) -> Result<bool, Fault> {
    if !grants::end(tx, &grant.id, by.state(), now).await? {
        return Ok(false);
    }
    let over =
        if by == EndedBy::Citizen { consents::Over::Withdrawn } else { consents::Over::Expired };
    consents::end(tx, &grant.citizen, &grant.client, over, now).await?;
    farewell::grant_ended(tx, app, grant, now).await?;
    if let Some(text) = by.message() {
        tell(tx, app, grant, text, now).await?;
    }
    Ok(true)
}

async fn tell(
    tx: &mut Tx,
    app: &App,
    grant: &GrantRow,
    text: fn(&str) -> Secret,
    now: Timestamp,
) -> Result<(), Fault> {
    let (client, card) =
        (clients::find(tx, &grant.client).await?, cards::find(tx, &grant.card).await?);
    let (Some(client), Some(card)) = (client, card) else { return Ok(()) };
    let (client, face) = (directory::read(&client)?, face::face(app, &card)?);
    let (id, text) = (MessageId::from_random(app.random()), text(&client.client_name));
    let message =
        NewMessage { id: &id, purpose: "notice", to: &face.mobile, text: &text, expires_at: None };
    outbox::queue(tx, &app.vault, message, now);
    Ok(())
}
