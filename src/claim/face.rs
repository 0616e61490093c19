//! The face match of a claim: it proves the person, or locks the face, never the counter.

use super::bind;
use super::outcome::{Deed, Effect, Event, Outcome, Trouble};
use super::step::{Step, Visit};
use crate::app::{Fault, html};
use crate::auth::face_match::{self, IN_A_CLAIM, Scored, Sitting, Taken};
use crate::auth::throttle::Limit;
use crate::config::DAY;
use crate::domain::claim::{Claim, FaceConsented, Stage};
use crate::domain::ids::AccountId;
use crate::error::AppError;
use crate::pages::face::FacePage;
use crate::ports::face::FaceAnswer;
use crate::web::forms::FormData;
use axum::response::Response;

/// A picture, and the prompt it was taken for.
pub(super) struct Face(Taken);

impl Step for Face {
    fn fits(stage: &Stage) -> bool {
        matches!(stage, Stage::FaceConsented(_))
    }

    fn read(form: FormData, visit: &Visit) -> Result<Self, Trouble> {
        match face_match::read_picture(form, visit.reference.as_str()) {
            Ok(taken) => Ok(Self(taken)),
            Err(trouble) => Err(*trouble),
        }
    }

    async fn page(
        visit: &Visit,
        trouble: Option<&Trouble>,
        status: u16,
    ) -> Result<Response, Fault> {
        let Stage::FaceConsented(stage) = &visit.claim.stage else {
            return Err(AppError::Overtaken);
        };
        let page = FacePage {
            cx: visit.cx.clone(),
            problem: trouble.map(|t| t.problem.clone()),
            prompt: stage.prompt,
            attempts_left: face_match::left(&visit.app, in_claim(visit), visit.now).await?,
            in_claim: true,
        };
        html(status, &page)
    }

    async fn submit(self, visit: &Visit) -> Result<Outcome, AppError> {
        let claim = visit.claim.clone();
        let (Stage::FaceConsented(stage), Some(account)) =
            (claim.stage.clone(), claim.account.clone())
        else {
            return Err(AppError::Overtaken);
        };
        let sitting = Sitting {
            words: IN_A_CLAIM,
            id_number: &stage.identity.id_number,
            name: &stage.identity.name,
            prompt: stage.prompt,
            tries: in_claim(visit),
            reference: visit.reference.as_str(),
            now: visit.now,
        };
        match face_match::score(&visit.app, self.0, sitting).await? {
            Scored::Matched(found) => {
                Ok(Outcome::Within(claim, matched(visit, stage, account, found)))
            }
            Scored::Failed { trouble, left } => Ok(failed(visit, claim, stage, *trouble, left)),
            Scored::Unscored(trouble) => Ok(Outcome::Again(claim, *trouble, vec![])),
            Scored::Barred(error) => barred(claim, stage, error),
        }
    }
}

/// Tries in this claim, counted in the database before each one.
fn in_claim(visit: &Visit) -> Limit {
    let most = i64::from(visit.app.config.limits.face_per_claim);
    Limit::new("face_per_claim", visit.claim.id.as_str(), most, DAY)
}

/// The match binds account and citizen, in the transaction that saves it.
fn matched(visit: &Visit, stage: FaceConsented, account: AccountId, found: FaceAnswer) -> Deed {
    let (app, now) = (visit.app.clone(), visit.now);
    Box::new(move |tx| {
        Box::pin(async move {
            let bound = bind::bind(tx, &app, &account, &stage.identity, now).await?;
            let Some(citizen) = bound else {
                return bind::bound_elsewhere(tx, &app, &account, stage.without_face()).await;
            };
            let (service, face) = (&stage.consent, &stage.face_consent);
            bind::keep_consents(tx, &app, &citizen, service, Some(face)).await?;
            let particulars = serde_json::json!({ "score": found.score.value() });
            let audit = Event::of("claim.face_matched", Some(&citizen)).with(particulars);
            let next = stage.matched(citizen, found.score.value(), now);
            Ok((next.into(), vec![Effect::Audit(audit)]))
        })
    })
}

/// A failed match spends a try; the last one locks the face, not the counter.
fn failed(
    visit: &Visit,
    claim: Claim,
    stage: FaceConsented,
    trouble: Trouble,
    left: u32,
) -> Outcome {
    let audit = Effect::Audit(Event::of("claim.face_failed", None));
    if left == 0 {
        let until = claim.expires_at;
        return Outcome::Advance(claim.at(stage.lock(until)), vec![audit]);
    }
    let prompt = face_match::draw_prompt(&visit.app);
    Outcome::Again(claim.at(stage.prompt_again(prompt)), trouble, vec![audit])
}

fn barred(claim: Claim, stage: FaceConsented, error: AppError) -> Result<Outcome, AppError> {
    let until = match &error {
        AppError::Limited { what: "face_per_claim", .. } => claim.expires_at,
        AppError::Limited { until, .. } => *until,
        _ => return Err(error),
    };
    Ok(Outcome::Barred(stage.lock(until)))
}
