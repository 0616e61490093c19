//! Allow or refuse: nothing is processed before.

use super::entry;
use super::outcome::{Effect, Event, Outcome, Trouble};
use super::step::{Step, Visit};
use crate::app::{Fault, html};
use crate::domain::claim::{ConsentGiven, Stage};
use crate::error::AppError;
use crate::pages::claim::ConsentPage;
use crate::pages::messages;
use crate::pages::problem::Problem;
use crate::web::forms::FormData;
use axum::response::Response;

/// The version of the text the consent page shows; raise it with the text.
pub(super) const TEXT_VERSION: &str = "service-2026-11";

/// What the consent covers, as field names.
pub(super) const FIELDS: &str = "name id_number mobile physical_card insurance";

/// The decision.
pub(super) enum Consent {
    /// 允许
    Allow,
    /// 拒绝
    Refuse,
}

impl Step for Consent {
    fn fits(stage: &Stage) -> bool {
        matches!(stage, Stage::Started(_))
    }

    fn read(form: FormData, visit: &Visit) -> Result<Self, Trouble> {
        match form.text("decision") {
            "allow" => Ok(Self::Allow),
            "refuse" => Ok(Self::Refuse),
            _ => Err(Trouble::mend(
                Problem::of_fields("DECISION_REQUIRED", visit.reference.as_str())
                    .on("decision", messages::decision_required()),
            )),
        }
    }

    async fn page(
        visit: &Visit,
        trouble: Option<&Trouble>,
        status: u16,
    ) -> Result<Response, Fault> {
        let problem = trouble.map(|t| t.problem.clone());
        html(status, &ConsentPage { cx: visit.cx.clone(), problem })
    }

    async fn submit(self, visit: &Visit) -> Result<Outcome, AppError> {
        let claim = visit.claim.clone();
        let Stage::Started(started) = claim.stage.clone() else { return Err(AppError::Overtaken) };
        let Self::Allow = self else {
            return Ok(Outcome::Advance(claim.at(started.refuse()), vec![]));
        };
        let given = ConsentGiven { text_version: TEXT_VERSION.to_owned(), at: visit.now };
        let consented = started.allow(given);
        let allowed = Effect::Audit(Event::of("claim.consented", None));
        match visit.session.account.clone() {
            None => Ok(Outcome::Advance(claim.at(consented), vec![allowed])),
            // Somebody is logged in already: the login step has nothing left to ask.
            Some(account) => entry::enter(visit, claim, consented, account, vec![allowed]).await,
        }
    }
}
