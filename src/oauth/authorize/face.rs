//! A surer login: the holder's face against the registry's portrait, because the partner asks for
//! it (OpenID Connect Core §5.5.1.1, RFC 9470). It has a consent of its own, and may be refused.

use super::arrival::Arrival;
use super::facts::Facts;
use super::page::here;
use super::waiting::{FaceWay, Waiting};
use crate::app::{Fault, html, internal};
use crate::auth::face_match::{self, AT_A_PARTNERS_WISH, Scored, Sitting};
use crate::auth::throttle::Limit;
use crate::config::DAY;
use crate::domain::assurance::{Acr, Amr};
use crate::domain::ecard::CardFace;
use crate::domain::ids::MessageId;
use crate::domain::liveness::LivenessPrompt;
use crate::domain::minor_rule::needs_guardian;
use crate::error::AppError;
use crate::oauth::consent;
use crate::pages::face::{AskedBy, FaceConsentPage, FacePage};
use crate::pages::trouble::Trouble;
use crate::storage::audit::{self, AuditEvent};
use crate::storage::authorizations;
use crate::storage::consents::{self, NewConsent};
use crate::storage::sessions;
use crate::storage::standing::Standing;
use crate::web::forms::FormData;
use crate::web::headers::with_form_action;
use axum::http::header;
use axum::response::Response;
use serde_json::{Value, json};

/// The page of the moment: the consent first, then the picture. Who cannot be asked goes on
/// without.
///
/// # Errors
/// [`AppError`].
pub(super) async fn show(arrival: Arrival, facts: &Facts) -> Result<Response, AppError> {
    let standing = facts.standing.as_ref().ok_or(AppError::Overtaken)?;
    let prompt = match arrival.waiting.face {
        Some(FaceWay::Asked(prompt)) => prompt,
        _ => {
            let face = consent::face(&arrival.app, standing).await?;
            let today = arrival.visitor.now.shanghai_date();
            if needs_guardian(face.id_number.birth_date(), today) {
                return close(arrival, standing, "authorization.face_impossible").await;
            }
            return consent_page(&arrival, None);
        }
    };
    if face_match::left(&arrival.app, tries(&arrival), arrival.visitor.now).await? == 0 {
        return close(arrival, standing, "authorization.face_failed").await;
    }
    picture_page(&arrival, prompt, None).await
}

/// The form of one of the two pages.
///
/// # Errors
/// [`AppError`].
pub(super) async fn submit(
    arrival: Arrival,
    facts: Facts,
    form: FormData,
) -> Result<Response, AppError> {
    let standing = facts.standing.clone().ok_or(AppError::Overtaken)?;
    if form.text("decision") == "refuse" {
        return close(arrival, &standing, "authorization.face_refused").await;
    }
    let reference = arrival.visitor.reference.as_str().to_owned();
    let Some(FaceWay::Asked(prompt)) = arrival.waiting.face else {
        return match face_match::read_consent(&form, false, AT_A_PARTNERS_WISH, &reference) {
            Ok(()) => allow(arrival, &standing).await,
            Err(trouble) => consent_page(&arrival, Some(&trouble)),
        };
    };
    if !form.has("prompt") {
        return Ok(here(&arrival));
    }
    let taken = match face_match::read_picture(form, &reference) {
        Ok(taken) => taken,
        Err(trouble) => return picture_page(&arrival, prompt, Some(&trouble)).await,
    };
    let CardFace { id_number, name, .. } = consent::face(&arrival.app, &standing).await?;
    let sitting = Sitting {
        id_number: &id_number,
        name: &name,
        prompt,
        tries: tries(&arrival),
        words: AT_A_PARTNERS_WISH,
        reference: &reference,
        now: arrival.visitor.now,
    };
    match face_match::score(&arrival.app, taken, sitting).await? {
        Scored::Matched(found) => raise(arrival, facts, found.score.value()).await,
        Scored::Failed { left: 0, .. } | Scored::Barred(_) => {
            close(arrival, &standing, "authorization.face_failed").await
        }
        Scored::Failed { trouble, .. } => again(arrival, &standing, &trouble).await,
        Scored::Unscored(trouble) => picture_page(&arrival, prompt, Some(&trouble)).await,
    }
}

/// Tries within this authorization, as many as a claim has.
fn tries(arrival: &Arrival) -> Limit {
    let most = i64::from(arrival.app.config.limits.face_per_claim);
    Limit::new("face_per_authorization", arrival.waiting.row.id.as_str(), most, DAY)
}

fn consent_page(arrival: &Arrival, trouble: Option<&Trouble>) -> Result<Response, AppError> {
    let required = arrival.waiting.request.claims.acr.essential;
    let page = FaceConsentPage {
        cx: arrival.visitor.cx.clone(),
        problem: trouble.map(|t| t.problem.clone()),
        guardian_needed: false,
        asked_by: Some(AskedBy { app: arrival.partner(), required }),
    };
    let answer: Result<Response, Fault> = html(trouble.map_or(200, |t| t.status), &page);
    Ok(arrival.with_cookie(ending_there(arrival, answer?)))
}

async fn picture_page(
    arrival: &Arrival,
    prompt: LivenessPrompt,
    trouble: Option<&Trouble>,
) -> Result<Response, AppError> {
    let page = FacePage {
        cx: arrival.visitor.cx.clone(),
        problem: trouble.map(|t| t.problem.clone()),
        prompt,
        attempts_left: face_match::left(&arrival.app, tries(arrival), arrival.visitor.now).await?,
        in_claim: false,
    };
    let answer: Result<Response, Fault> = html(trouble.map_or(200, |t| t.status), &page);
    let mut answer = arrival.with_cookie(ending_there(arrival, answer?));
    if let Some(after) = trouble.and_then(|t| t.retry_after) {
        answer.headers_mut().insert(header::RETRY_AFTER, after.as_secs().max(1).into());
    }
    Ok(answer)
}

fn ending_there(arrival: &Arrival, answer: Response) -> Response {
    with_form_action(answer, arrival.waiting.request.redirect_uri.as_str())
}

/// The consent, kept; the picture comes next.
async fn allow(arrival: Arrival, standing: &Standing) -> Result<Response, AppError> {
    let way = FaceWay::Asked(face_match::draw_prompt(&arrival.app));
    let consent = NewConsent {
        id: MessageId::from_random(arrival.app.random()).as_str().to_owned(),
        purpose: "face",
        text_version: face_match::CONSENT_TEXT.to_owned(),
        fields: "face_image",
        granted_at: arrival.visitor.now,
    };
    let step = Step { way, event: "authorization.face_consented", body: json!({}) };
    step.keep(arrival, standing, Beside::Consent(consent)).await
}

/// The same page with another prompt: a try is spent.
async fn again(
    mut arrival: Arrival,
    standing: &Standing,
    trouble: &Trouble,
) -> Result<Response, AppError> {
    let prompt = face_match::draw_prompt(&arrival.app);
    let step =
        Step { way: FaceWay::Asked(prompt), event: "authorization.face_failed", body: json!({}) };
    let waiting = step.save(&arrival, standing, Beside::Nothing).await?;
    let Some(waiting) = waiting else { return Ok(here(&arrival)) };
    arrival.waiting = waiting;
    picture_page(&arrival, prompt, Some(trouble)).await
}

/// No face any more in this authorization: what cannot be reached is refused or done without.
async fn close(
    arrival: Arrival,
    standing: &Standing,
    event: &'static str,
) -> Result<Response, AppError> {
    let step = Step { way: FaceWay::Closed, event, body: json!({}) };
    step.keep(arrival, standing, Beside::Nothing).await
}

/// The login is surer from here on, and fresh.
async fn raise(arrival: Arrival, facts: Facts, score: u8) -> Result<Response, AppError> {
    let (Some(standing), Some(context)) = (facts.standing, facts.context) else {
        return Err(AppError::Overtaken);
    };
    let raised = context.raised(Acr::Face, &[Amr::Face], arrival.visitor.now);
    let text = serde_json::to_string(&raised).map_err(internal)?;
    let beside = Beside::Login { session: arrival.session.id.clone(), context: text };
    let body = json!({ "score": score });
    let step = Step { way: FaceWay::Matched, event: "authorization.face_matched", body };
    step.keep(arrival, &standing, beside).await
}

/// One step on the way, and what the audit says of it.
struct Step {
    way: FaceWay,
    event: &'static str,
    body: Value,
}

/// What is written beside the authorization.
enum Beside {
    Nothing,
    Consent(NewConsent),
    Login { session: String, context: String },
}

impl Step {
    /// Keeps the step and goes on.
    async fn keep(
        self,
        arrival: Arrival,
        standing: &Standing,
        beside: Beside,
    ) -> Result<Response, AppError> {
        self.save(&arrival, standing, beside).await?;
        Ok(arrival.with_cookie(here(&arrival)))
    }

    /// Saves it; none when another request was faster, and then nothing is kept.
    async fn save(
        mut self,
        arrival: &Arrival,
        standing: &Standing,
        beside: Beside,
    ) -> Result<Option<Waiting>, Fault> {
        let (app, now) = (arrival.app.clone(), arrival.visitor.now);
        let waiting = arrival.waiting.clone().facing(&app, self.way)?;
        let (row, citizen) = (waiting.row.clone(), standing.citizen.clone());
        let reference = arrival.visitor.reference.clone();
        if let Some(body) = self.body.as_object_mut() {
            body.insert("client".to_owned(), json!(row.client));
        }
        let saved = arrival
            .app
            .db
            .write::<_, Fault, _>(move |tx| {
                Box::pin(async move {
                    if !authorizations::save(tx, &row).await? {
                        return Ok(false);
                    }
                    match beside {
                        Beside::Nothing => {}
                        Beside::Consent(given) => {
                            consents::insert(tx, &citizen, &given, None).await?;
                        }
                        Beside::Login { session, context } => {
                            sessions::set_context(tx, &session, &context).await?;
                        }
                    }
                    let Self { event, body, .. } = self;
                    let event = AuditEvent { at: now, event, reference: &reference, body };
                    audit::append(tx, &app.vault, Some(&citizen), &[event]).await?;
                    Ok(true)
                })
            })
            .await?;
        Ok(saved.then(|| waiting.saved()))
    }
}
