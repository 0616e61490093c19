//! Writes what goes with a saved claim, in its transaction.

use super::outcome::{Effect, Event, Message};
use super::settle::Scene;
use crate::app::Fault;
use crate::auth::browser;
use crate::domain::claim::Claim;
use crate::domain::ids::Reference;
use crate::storage::outbox::NewMessage;
use crate::storage::{Tx, audit, codes, names, outbox, registrations, reviews, sessions};

/// Applies every effect.
pub(super) async fn apply(
    tx: &mut Tx,
    scene: &Scene,
    claim: &Claim,
    effects: Vec<Effect>,
) -> Result<(), Fault> {
    for effect in effects {
        one(tx, scene, claim, effect).await?;
    }
    Ok(())
}

async fn one(tx: &mut Tx, scene: &Scene, claim: &Claim, effect: Effect) -> Result<(), Fault> {
    let now = scene.now;
    match effect {
        Effect::Audit(event) => append(tx, scene, claim, event).await,
        Effect::Sms(message) | Effect::SmsNow(message) => queue(tx, scene, &message).await,
        Effect::Code(code) => Ok(codes::insert(tx, &code, now).await?),
        Effect::Register(row) => Ok(registrations::save(tx, &row).await?),
        Effect::LogIn(..) => log_in(tx, scene, claim).await,
        Effect::Raise(context) => {
            let text = serde_json::to_string(&context).map_err(crate::app::internal)?;
            Ok(sessions::set_context(tx, &scene.session.id, &text).await?)
        }
        Effect::KeepName(body, until) => match &claim.account {
            Some(account) => Ok(names::save(tx, account, &body, until).await?),
            None => Ok(()),
        },
        Effect::Review(id, reason) => match &claim.account {
            Some(account) => Ok(reviews::open(tx, &id, &claim.id, account, reason, now).await?),
            None => Ok(()),
        },
        Effect::Adopt(other) => {
            let session = scene.fresh.as_ref().unwrap_or(&scene.session);
            Ok(sessions::set_claim(tx, &session.id, Some(&other)).await?)
        }
    }
}

/// A login ends the session it began in: the old cookie is worth nothing from here on.
async fn log_in(tx: &mut Tx, scene: &Scene, claim: &Claim) -> Result<(), Fault> {
    let Some(fresh) = &scene.fresh else { return Ok(()) };
    browser::succeed(tx, &scene.app, &scene.session, fresh, Some(claim.id.clone())).await
}

async fn append(tx: &mut Tx, scene: &Scene, claim: &Claim, event: Event) -> Result<(), Fault> {
    let reference: &Reference = &claim.reference;
    let line =
        audit::AuditEvent { at: scene.now, event: event.name, reference, body: event.particulars };
    Ok(audit::append(tx, &scene.app.vault, event.citizen.as_ref(), &[line]).await?)
}

async fn queue(tx: &mut Tx, scene: &Scene, message: &Message) -> Result<(), Fault> {
    let new = NewMessage {
        id: &message.id,
        purpose: message.purpose,
        to: &message.to,
        text: &message.text,
        expires_at: message.expires_at,
    };
    outbox::queue(tx, &scene.app.vault, new, scene.now);
    Ok(())
}
