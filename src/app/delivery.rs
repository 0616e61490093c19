//! Hands messages of the outbox to the gateway: always after the commit that queued them.

use super::{App, Fault};
use crate::domain::ids::MessageId;
use crate::ports::sms::{SmsError, SmsMessage};
use crate::storage::outbox::{self, Leased, State};

/// Tries one message now, unless somebody else is at it.
///
/// # Errors
/// [`Fault`] when the database does not answer; the message stays queued.
pub async fn attempt(app: &App, id: MessageId) -> Result<(), Fault> {
    let (parts, now) = (app.clone(), app.clock.now());
    let leased = app
        .db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move { Ok(outbox::lease_one(tx, &parts.vault, &id, now).await?) })
        })
        .await?;
    match leased {
        Some(leased) => hand_over(app, leased).await,
        None => Ok(()),
    }
}

/// Tries up to `most` messages that are due; answers how many there were.
///
/// # Errors
/// [`Fault`] when the database does not answer.
pub async fn deliver_due(app: &App, most: i64) -> Result<usize, Fault> {
    let (parts, now) = (app.clone(), app.clock.now());
    let due = app
        .db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                outbox::expire(tx, now).await?;
                Ok(outbox::lease_due(tx, &parts.vault, now, most).await?)
            })
        })
        .await?;
    let count = due.len();
    for leased in due {
        hand_over(app, leased).await?;
    }
    Ok(count)
}

/// Where a message stands; none for one that was never queued.
///
/// # Errors
/// [`Fault`].
pub async fn state(app: &App, id: MessageId) -> Result<Option<State>, Fault> {
    app.db
        .look::<_, Fault, _>(move |tx| {
            Box::pin(async move { Ok(outbox::state_of(tx, &id).await?) })
        })
        .await
}

async fn hand_over(app: &App, leased: Leased) -> Result<(), Fault> {
    let Leased { id, to, text, attempt, expires_at, .. } = leased;
    if expires_at.is_some_and(|at| app.clock.now() >= at) {
        return note(app, id, attempt, Err(SmsError::Rejected("expired".to_owned()))).await;
    }
    let message = SmsMessage { id: id.clone(), to, text };
    let answer = app.sms.send(&message).await;
    note(app, id, attempt, answer).await
}

async fn note(
    app: &App,
    id: MessageId,
    attempt: i64,
    answer: Result<(), SmsError>,
) -> Result<(), Fault> {
    let now = app.clock.now();
    if let Err(error) = &answer {
        tracing::warn!(message = %id, attempt, %error, "message not delivered");
    }
    app.db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                match answer {
                    Ok(()) => outbox::sent(tx, &id).await.map(drop)?,
                    Err(SmsError::Temporary(reason)) => {
                        outbox::retry_later(tx, &id, attempt, now, &reason).await.map(drop)?;
                    }
                    Err(SmsError::Rejected(reason)) => {
                        outbox::dead(tx, &id, attempt, &reason).await.map(drop)?;
                    }
                }
                Ok(())
            })
        })
        .await
}
