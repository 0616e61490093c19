//! Saves what a step came to: the claim and everything beside it, in one transaction.

use super::effects;
use super::outcome::{Deed, Effect, Outcome, Trouble};
use super::record;
use super::step::Visit;
use crate::app::{App, Fault, delivery};
use crate::auth::browser::{self, Session};
use crate::config::hours;
use crate::domain::claim::{Claim, Locked, Stage};
use crate::domain::ids::MessageId;
use crate::domain::time::Timestamp;
use crate::storage::claims;
use axum::http::HeaderValue;

/// How saving went.
pub(super) enum Settled {
    /// Saved; the claim as it stands now.
    Saved {
        /// The claim after the save.
        claim: Claim,
        /// A new session cookie, when the person logged in.
        cookie: Option<HeaderValue>,
        /// Why the same page is shown again.
        trouble: Option<Trouble>,
    },
    /// A limit bars the step; nothing was to be kept.
    Barred(Locked),
    /// Another request saved the claim first; nothing of this one was kept.
    Overtaken,
}

/// What the transaction needs to know, owned.
pub(super) struct Scene {
    pub(super) app: App,
    pub(super) session: Session,
    pub(super) fresh: Option<Session>,
    pub(super) now: Timestamp,
}

/// Saves an outcome.
///
/// # Errors
/// [`Fault`] when the database does not answer; then nothing was kept.
pub(super) async fn settle(visit: &Visit, outcome: Outcome) -> Result<Settled, Fault> {
    let (claim, trouble, work) = match outcome {
        // Nothing was spent and nothing is written: a save would only overtake another request.
        Outcome::Again(claim, trouble, effects) if effects.is_empty() && claim == visit.claim => {
            return Ok(Settled::Saved { claim, cookie: None, trouble: Some(trouble) });
        }
        Outcome::Advance(claim, effects) => (claim, None, Work::Write(effects)),
        Outcome::Again(claim, trouble, effects) => (claim, Some(trouble), Work::Write(effects)),
        Outcome::Within(claim, deed) => (claim, None, Work::Decide(deed)),
        Outcome::Barred(locked) => return Ok(Settled::Barred(locked)),
    };
    let fresh = work.login(visit);
    let cookie = fresh.as_ref().and_then(|s| browser::set_cookie(&visit.app, s));
    let scene =
        Scene { app: visit.app.clone(), session: visit.session.clone(), fresh, now: visit.now };
    let saved = visit
        .app
        .db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                let (claim, effects) = match work {
                    Work::Write(effects) => (claim, effects),
                    Work::Decide(deed) => {
                        let (stage, effects) = deed(tx).await?;
                        (claim.at(stage), effects)
                    }
                };
                let claim = with_time_for_staff(&scene, claim);
                let row = record::close(&scene.app.vault, &claim)?;
                if !claims::save(tx, &row).await? {
                    return Err(Fault::Overtaken);
                }
                let awaited = awaited(&effects);
                effects::apply(tx, &scene, &claim, effects).await?;
                Ok((claim, awaited))
            })
        })
        .await;
    match saved {
        Ok((mut claim, awaited)) => {
            visit.app.outbox_wakes.notify_one();
            for message in awaited {
                delivery::attempt(&visit.app, message).await?;
            }
            claim.version = claim.version.saturating_add(1);
            Ok(Settled::Saved { claim, cookie, trouble })
        }
        Err(Fault::Overtaken) => Ok(Settled::Overtaken),
        Err(fault) => Err(fault),
    }
}

/// A review takes days, whatever led to it.
fn with_time_for_staff(scene: &Scene, claim: Claim) -> Claim {
    if !matches!(claim.stage, Stage::ManualReview(_)) {
        return claim;
    }
    let days = scene.app.config.limits.review_days;
    Claim { expires_at: scene.now + hours(days.saturating_mul(24)), ..claim }
}

/// The messages the next page waits for.
fn awaited(effects: &[Effect]) -> Vec<MessageId> {
    let message = |effect: &Effect| match effect {
        Effect::SmsNow(message) => Some(message.id.clone()),
        _ => None,
    };
    effects.iter().filter_map(message).collect()
}

enum Work {
    Write(Vec<Effect>),
    Decide(Deed),
}

impl Work {
    /// The session that takes over when this work logs somebody in.
    fn login(&self, visit: &Visit) -> Option<Session> {
        let Self::Write(effects) = self else { return None };
        effects.iter().find_map(|effect| match effect {
            Effect::LogIn(account, context) => Some(browser::renewed(
                &visit.app,
                &visit.session,
                account.clone(),
                context.clone(),
                visit.now,
            )),
            _ => None,
        })
    }
}
