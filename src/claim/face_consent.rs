//! The separate consent to processing the face; the counter is an equal way.

use super::outcome::{Effect, Event, Outcome, Trouble};
use super::step::{Step, Visit};
use crate::app::{Fault, html};
use crate::domain::claim::{ConsentGiven, Stage};
use crate::domain::liveness::LivenessPrompt;
use crate::domain::minor_rule::needs_guardian;
use crate::error::AppError;
use crate::pages::face::FaceConsentPage;
use crate::pages::messages;
use crate::pages::problem::Problem;
use crate::web::forms::FormData;
use axum::response::Response;

/// The version of the text the page shows; raise it with the text.
pub(super) const TEXT_VERSION: &str = "face-2026-11";

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

/// A fresh prompt.
pub(super) fn draw_prompt(visit: &Visit) -> LivenessPrompt {
    LivenessPrompt::from_random(visit.app.entropy.below(4))
}

impl Step for FaceConsent {
    fn fits(stage: &Stage) -> bool {
        matches!(stage, Stage::Named(_))
    }

    fn read(form: FormData, visit: &Visit) -> Result<Self, Trouble> {
        let given = matches!(form.text("face_consent"), "yes" | "on" | "1" | "true" | "allow");
        if given && !guardian_needed(visit) {
            return Ok(Self);
        }
        let (code, message) = if given {
            ("GUARDIAN_NEEDED", messages::guardian_needed())
        } else {
            ("FACE_CONSENT_REQUIRED", messages::face_consent_required())
        };
        let problem = Problem::of_fields(code, visit.reference.as_str());
        Err(Trouble::mend(problem.on("face_consent", message)))
    }

    async fn page(
        visit: &Visit,
        trouble: Option<&Trouble>,
        status: u16,
    ) -> Result<Response, Fault> {
        let problem = trouble.map(|t| t.problem.clone());
        let guardian_needed = guardian_needed(visit);
        html(status, &FaceConsentPage { cx: visit.cx.clone(), problem, guardian_needed })
    }

    async fn submit(self, visit: &Visit) -> Result<Outcome, AppError> {
        let claim = visit.claim.clone();
        let Stage::Named(named) = claim.stage.clone() else { return Err(AppError::Overtaken) };
        let given = ConsentGiven { text_version: TEXT_VERSION.to_owned(), at: visit.now };
        let next = named.consent_to_face(given, draw_prompt(visit));
        let audit = Effect::Audit(Event::of("claim.face_consented", None));
        Ok(Outcome::Advance(claim.at(next), vec![audit]))
    }
}
