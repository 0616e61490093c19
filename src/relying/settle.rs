//! Uses up what checks use up and writes the records, all in one transaction: an answer is given
//! when it is durable that it was given.

use super::answer::Answer;
use super::examine::{Examined, Look, Uses};
use crate::app::{App, Fault};
use crate::domain::ids::Reference;
use crate::domain::time::Timestamp;
use crate::storage::audit::{self, AuditEvent, CitizenEvent};
use crate::storage::shown_codes::{self, Presented};
use crate::storage::{Tx, online_codes};
use crate::verifier::Reason;
use serde_json::{Value, json};

/// A check that was examined and waits to be settled.
pub(super) struct Settling {
    /// What reading came to.
    pub examined: Examined,
    /// The request's reference number.
    pub reference: Reference,
    /// When it was asked.
    pub now: Timestamp,
}

/// Settles checks that were examined; the answers come in the same order. Checks that come at the
/// same time can share one call, and so one commit ([`super::gather`]).
///
/// # Errors
/// [`Fault`]: then nothing was used up and nothing may be answered.
pub(super) async fn settle(app: &App, checks: Vec<Settling>) -> Result<Vec<Answer>, Fault> {
    let answers = if checks.iter().all(|one| one.examined.look.is_none()) {
        checks.into_iter().map(|one| one.examined.answer).collect()
    } else {
        let parts = app.clone();
        app.db
            .write::<_, Fault, _>(move |tx| Box::pin(async move { all(tx, &parts, checks).await }))
            .await?
    };
    answers.iter().for_each(|answer: &Answer| app.metrics.verified(answer.status));
    Ok(answers)
}

async fn all(tx: &mut Tx, app: &App, mut checks: Vec<Settling>) -> Result<Vec<Answer>, Fault> {
    // Rows are taken in one order, so that two batches with the same codes never wait for each other.
    let mut order: Vec<&mut Settling> = checks.iter_mut().collect();
    order.sort_by(|a, b| a.examined.uses.cmp(&b.examined.uses));
    let mut events = Vec::new();
    for Settling { examined: one, reference, now } in order {
        let now = *now;
        let used = use_up(tx, &one.uses, now).await?;
        if used == Presented::Before {
            let reason = Reason::Replayed;
            one.answer = Answer::refused(reason, now);
            one.look.iter_mut().for_each(|look| refuse(&mut look.particulars, reason));
        }
        if let (Presented::First | Presented::Before, Some(look)) = (used, one.look.take()) {
            events.push(event(look, reference, now));
        }
    }
    audit::append_all(tx, &app.vault, events).await?;
    Ok(checks.into_iter().map(|one| one.examined.answer).collect())
}

async fn use_up(tx: &mut Tx, uses: &Uses, now: Timestamp) -> Result<Presented, Fault> {
    match uses {
        Uses::Nothing => Ok(Presented::First),
        Uses::Online(digest) => match online_codes::consume(tx, digest, now).await? {
            true => Ok(Presented::First),
            false => Ok(Presented::Before),
        },
        Uses::Once { digest, by, until } => Ok(shown_codes::consume(tx, digest, by, *until).await?),
    }
}

fn refuse(particulars: &mut Value, reason: Reason) {
    if let Some(body) = particulars.as_object_mut() {
        body.insert("active".to_owned(), json!(false));
        body.insert("reason".to_owned(), json!(reason.code()));
    }
}

fn event<'a>(look: Look, reference: &'a Reference, now: Timestamp) -> CitizenEvent<'a> {
    let body = look.particulars;
    let event = AuditEvent { at: now, event: "card.verified", reference, body };
    CitizenEvent { citizen: look.citizen, event }
}
