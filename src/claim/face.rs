//! The face match. The picture is scored and dropped: never stored, never logged.

use super::bind;
use super::face_consent::draw_prompt;
use super::outcome::{Deed, Effect, Event, Outcome, Trouble};
use super::step::{Step, Visit};
use crate::app::{Fault, html};
use crate::auth::throttle::{self, Limit};
use crate::config::DAY;
use crate::domain::claim::{Claim, FaceConsented, Stage};
use crate::domain::ids::AccountId;
use crate::error::AppError;
use crate::pages::face::FacePage;
use crate::pages::messages;
use crate::pages::problem::Problem;
use crate::ports::face::{FaceAnswer, FaceError, Picture, Sample};
use crate::storage::vault::Purpose;
use crate::web::forms::FormData;
use crate::web::translator::Message;
use axum::response::Response;

/// The largest picture taken (bytes).
const LARGEST_PICTURE: usize = 5 * 1024 * 1024;

/// A picture, and the prompt it was taken for.
pub(super) struct Face {
    picture: Picture,
    prompt: String,
}

fn trouble(visit: &Visit, code: &'static str, message: Message) -> Trouble {
    Trouble::mend(Problem::of_fields(code, visit.reference.as_str()).on("portrait", message))
}

impl Step for Face {
    fn fits(stage: &Stage) -> bool {
        matches!(stage, Stage::FaceConsented(_))
    }

    fn read(mut form: FormData, visit: &Visit) -> Result<Self, Trouble> {
        let prompt = form.text("prompt").to_owned();
        if let Some(bytes) = form.take_file("portrait") {
            if bytes.len() > LARGEST_PICTURE {
                let message = messages::portrait_too_large();
                return Err(trouble(visit, "PORTRAIT_TOO_LARGE", message));
            }
            return Ok(Self { picture: Picture::Encoded(bytes), prompt });
        }
        let sample = match form.text("sample") {
            "same" => Sample::Same,
            "dim" => Sample::Dim,
            "other" => Sample::Other,
            "replay" => Sample::Replay,
            _ => {
                let message = messages::portrait_required();
                return Err(trouble(visit, "PORTRAIT_REQUIRED", message));
            }
        };
        Ok(Self { picture: Picture::Sample(sample), prompt })
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
            attempts_left: left(visit).await?,
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
        let identity = &stage.identity;
        let limits = limits(visit, &stage);
        if let Err(error) = throttle::reserve(&visit.app, limits.clone(), visit.now).await {
            return barred(claim, stage, error);
        }
        let asked = self.prompt == stage.prompt.as_str();
        let (id, name) = (&identity.id_number, &identity.name);
        let answer = visit.app.face.compare(id, name, self.picture, stage.prompt).await;
        match answer {
            Ok(found) if asked && found.live && passes(visit, found) => {
                Ok(Outcome::Within(claim, matched(visit, stage, account, found)))
            }
            Ok(found) => Ok(failed(visit, claim, stage, found, left(visit).await?)),
            Err(error) => {
                throttle::give_back(&visit.app, limits).await?;
                unscored(visit, claim, error)
            }
        }
    }
}

/// Tries in this claim, counted in the database before each one.
fn in_claim(visit: &Visit) -> Limit {
    let most = i64::from(visit.app.config.limits.face_per_claim);
    Limit::new("face_per_claim", visit.claim.id.as_str(), most, DAY)
}

fn limits(visit: &Visit, stage: &FaceConsented) -> Vec<Limit> {
    let id = stage.identity.id_number.as_str();
    let person = visit.app.vault.index(Purpose::IdNumber, id);
    let most = visit.app.config.limits.face_per_id_day;
    vec![in_claim(visit), Limit::new("face_per_id_day", person, most, DAY)]
}

async fn left(visit: &Visit) -> Result<u32, Fault> {
    let left = throttle::left(&visit.app, in_claim(visit), visit.now).await?;
    Ok(u32::try_from(left).unwrap_or(0))
}

fn passes(visit: &Visit, found: FaceAnswer) -> bool {
    found.score.value() >= visit.app.config.limits.face_pass
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
    found: FaceAnswer,
    left: u32,
) -> Outcome {
    let audit = Effect::Audit(Event::of("claim.face_failed", None));
    if left == 0 {
        let until = claim.expires_at;
        return Outcome::Advance(claim.at(stage.lock(until)), vec![audit]);
    }
    let retry = found.live && found.score.value() >= visit.app.config.limits.face_retry;
    let code = if retry { "FACE_UNCLEAR" } else { "FACE_NOT_MATCHED" };
    let message = if retry { messages::face_unclear() } else { messages::face_failed() };
    let again = trouble(visit, code, message);
    Outcome::Again(claim.at(stage.prompt_again(draw_prompt(visit))), again, vec![audit])
}

fn barred(claim: Claim, stage: FaceConsented, error: AppError) -> Result<Outcome, AppError> {
    let until = match &error {
        AppError::Limited { what: "face_per_claim", .. } => claim.expires_at,
        AppError::Limited { until, .. } => *until,
        _ => return Err(error),
    };
    Ok(Outcome::Barred(stage.lock(until)))
}

/// No score, no try spent.
fn unscored(visit: &Visit, claim: Claim, error: FaceError) -> Result<Outcome, AppError> {
    let again = match error {
        FaceError::NotAPicture(_) => {
            trouble(visit, "PORTRAIT_UNUSABLE", messages::portrait_unusable())
        }
        FaceError::NoPortrait => trouble(visit, "NO_PORTRAIT", messages::no_portrait()),
        FaceError::Down(down) => {
            let _ = AppError::from(down);
            let reference = visit.reference.as_str();
            Trouble::down(Problem::new("FACE_UNAVAILABLE", reference, messages::face_down()))
        }
    };
    Ok(Outcome::Again(claim, again, vec![]))
}
