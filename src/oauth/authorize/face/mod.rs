//! A surer login: the holder's face against the registry's portrait, because the partner asks for
//! it (OpenID Connect Core §5.5.1.1, RFC 9470). It has a consent of its own, and may be refused.

mod pages;
mod step;

use self::pages::{consent_page, end_page, picture_page};
use self::step::{Beside, Step};
use super::arrival::Arrival;
use super::facts::Facts;
use super::page::here;
use super::waiting::FaceWay;
use crate::app::internal;
use crate::auth::face_match::{self, AT_A_PARTNERS_WISH, Scored, Sitting};
use crate::auth::throttle::{self, Limit, Reached};
use crate::config::DAY;
use crate::domain::assurance::{Acr, Amr};
use crate::domain::ecard::CardFace;
use crate::domain::ids::MessageId;
use crate::domain::minor_rule::needs_guardian;
use crate::error::AppError;
use crate::oauth::consent;
use crate::pages::trouble::Trouble;
use crate::storage::consents::NewConsent;
use crate::storage::standing::Standing;
use crate::web::forms::FormData;
use axum::response::Response;
use serde_json::json;

/// The page of the moment: the consent first, then the picture. Who cannot be asked goes on
/// without.
///
/// # Errors
/// [`AppError`].
pub(super) async fn show(arrival: Arrival, facts: &Facts) -> Result<Response, AppError> {
    let standing = facts.standing.as_ref().ok_or(AppError::Overtaken)?;
    if let Some(reached) = spent(&arrival, standing).await? {
        return end_page(&arrival, reached);
    }
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
    let reached = spent(&arrival, &standing).await?;
    if form.text("decision") == "refuse" {
        let event = match reached {
            Some(_) => "authorization.face_impossible",
            None => "authorization.face_refused",
        };
        return close(arrival, &standing, event).await;
    }
    if let Some(reached) = reached {
        return end_page(&arrival, reached);
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
        Scored::Failed { trouble, .. } => again(arrival, &standing, &trouble).await,
        Scored::Barred(_) => Ok(here(&arrival)),
        Scored::Unscored(trouble) => picture_page(&arrival, prompt, Some(&trouble)).await,
    }
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
    if let Some(reached) = spent(&arrival, standing).await? {
        return end_page(&arrival, reached);
    }
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

/// Tries within this authorization, as many as a claim has.
fn tries(arrival: &Arrival) -> Limit {
    let most = i64::from(arrival.app.config.limits.face_per_claim);
    Limit::new("face_per_authorization", arrival.waiting.row.id.as_str(), most, DAY)
}

/// The limit that leaves no try; none while there are some.
async fn spent(arrival: &Arrival, standing: &Standing) -> Result<Option<Reached>, AppError> {
    let CardFace { id_number, .. } = consent::face(&arrival.app, standing).await?;
    let limits = vec![face_match::a_day(&arrival.app, &id_number), tries(arrival)];
    throttle::reached(&arrival.app, limits, arrival.visitor.now).await
}
