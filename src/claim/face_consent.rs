//! The separate consent to processing the face; the counter is an equal way.

use super::outcome::{Effect, Event, Outcome, Trouble};
use super::step::{Step, Visit};
use crate::app::{Fault, html};
use crate::auth::face_match;
use crate::domain::claim::{ConsentGiven, Stage};
use crate::domain::minor_rule::needs_guardian;
use crate::error::AppError;
use crate::pages::face::FaceConsentPage;
use crate::web::forms::FormData;
use axum::response::Response;

/// The box was ticked.
pub(super) struct FaceConsent;

/// Whether the person of this stage is under 14: then a guardian acts, at a counter.
fn guardian_needed(visit: &Visit) -> bool {
    match &visit.claim.stage {
        Stage::Named(named) => {
            needs_guardian(named.identity.id_number.birth_date(), visit.now.shanghai_date())
        }
        _ => false,
    }
}

impl Step for FaceConsent {
    fn fits(stage: &Stage) -> bool {
        matches!(stage, Stage::Named(_))
    }

    fn read(form: FormData, visit: &Visit) -> Result<Self, Trouble> {
        let reference = visit.reference.as_str();
        match face_match::read_consent(
            &form,
            guardian_needed(visit),
            face_match::IN_A_CLAIM,
            reference,
        ) {
            Ok(()) => Ok(Self),
            Err(trouble) => Err(*trouble),
        }
    }

    async fn page(
        visit: &Visit,
        trouble: Option<&Trouble>,
        status: u16,
    ) -> Result<Response, Fault> {
        let problem = trouble.map(|t| t.problem.clone());
        let guardian_needed = guardian_needed(visit);
        let cx = visit.cx.clone();
        html(status, &FaceConsentPage { cx, problem, guardian_needed, asked_by: None })
    }

    async fn submit(self, visit: &Visit) -> Result<Outcome, AppError> {
        let claim = visit.claim.clone();
        let Stage::Named(named) = claim.stage.clone() else { return Err(AppError::Overtaken) };
        let text_version = face_match::CONSENT_TEXT.to_owned();
        let given = ConsentGiven { text_version, at: visit.now };
        let next = named.consent_to_face(given, face_match::draw_prompt(&visit.app));
        let audit = Effect::Audit(Event::of("claim.face_consented", None));
        Ok(Outcome::Advance(claim.at(next), vec![audit]))
    }
}
