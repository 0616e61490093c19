//! The other way of equal worth: a one-time code from a counter, where a clerk looked at person
//! and document.

use super::bind;
use super::outcome::{Deed, Effect, Event, Outcome, Trouble};
use super::step::{Step, Visit};
use crate::app::{App, Fault, html};
use crate::auth::credentials::limited;
use crate::auth::throttle::{self, Limit};
use crate::config::DAY;
use crate::domain::claim::{Locked, Named, Stage};
use crate::domain::id_number::IdNumber;
use crate::domain::ids::AccountId;
use crate::error::AppError;
use crate::pages::claim::CounterCodePage;
use crate::pages::messages;
use crate::pages::problem::Problem;
use crate::storage::counter_codes;
use crate::storage::vault::Purpose;
use crate::web::forms::FormData;
use axum::response::Response;
use unicode_normalization::UnicodeNormalization as _;

/// The code as typed: ten digits.
pub(super) struct CounterCode(String);

/// Digits of a counter code: 10¹⁰ possibilities against five tries a day.
pub(super) const DIGITS: usize = 10;

/// The keyed digest of a code, bound to the person it was handed to.
pub(super) fn digest(app: &App, id: &IdNumber, code: &str) -> String {
    app.vault.index(Purpose::CounterCode, &format!("{}|{code}", id.as_str()))
}

/// The person at this stage, if the counter can take over from here.
fn person(stage: &Stage) -> Option<Named> {
    match stage.clone() {
        Stage::Named(named) => Some(named),
        Stage::FaceConsented(stage) => Some(stage.without_face()),
        Stage::Locked(Locked { resume, .. }) => resume,
        _ => None,
    }
}

impl Step for CounterCode {
    fn fits(stage: &Stage) -> bool {
        person(stage).is_some()
    }

    fn read(form: FormData, visit: &Visit) -> Result<Self, Trouble> {
        let typed: String =
            form.text("counter_code").nfkc().filter(|c| !matches!(c, ' ' | '-')).collect();
        if typed.len() == DIGITS && typed.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(Self(typed));
        }
        Err(wrong(visit))
    }

    async fn page(
        visit: &Visit,
        trouble: Option<&Trouble>,
        status: u16,
    ) -> Result<Response, Fault> {
        let problem = trouble.map(|t| t.problem.clone());
        let attempts_left = match person(&visit.claim.stage) {
            Some(named) => {
                let limit = limit(visit, &named.identity.id_number);
                u32::try_from(throttle::left(&visit.app, limit, visit.now).await?).unwrap_or(0)
            }
            None => 0,
        };
        let page = CounterCodePage {
            cx: visit.cx.clone(),
            problem,
            attempts_left,
            valid_h: visit.app.config.limits.counter_code_h,
            face_open: !matches!(visit.claim.stage, Stage::Locked(_)),
        };
        html(status, &page)
    }

    async fn submit(self, visit: &Visit) -> Result<Outcome, AppError> {
        let claim = visit.claim.clone();
        let (Some(named), Some(account)) = (person(&claim.stage), claim.account.clone()) else {
            return Err(AppError::Overtaken);
        };
        let id = &named.identity.id_number;
        let limit = vec![limit(visit, id)];
        if let Err(error) = throttle::reserve(&visit.app, limit, visit.now).await {
            let trouble = limited(error, &visit.cx, visit.reference.as_str())?;
            return Ok(Outcome::Again(claim, trouble, vec![]));
        }
        let digest = digest(&visit.app, id, &self.0);
        if !is_issued(&visit.app, digest.clone(), visit).await? {
            return Ok(Outcome::Again(claim, wrong(visit), vec![]));
        }
        Ok(Outcome::Within(claim, prove(visit, named, account, digest)))
    }
}

fn limit(visit: &Visit, id: &IdNumber) -> Limit {
    let whose = visit.app.vault.index(Purpose::IdNumber, id.as_str());
    let most = visit.app.config.limits.counter_code_per_id_day;
    Limit::new("counter_code_per_id_day", whose, most, DAY)
}

fn wrong(visit: &Visit) -> Trouble {
    let problem = Problem::of_fields("COUNTER_CODE_WRONG", visit.reference.as_str());
    Trouble::mend(problem.on("counter_code", messages::counter_code_wrong()))
}

async fn is_issued(app: &App, digest: String, visit: &Visit) -> Result<bool, Fault> {
    let now = visit.now;
    app.db
        .read::<_, Fault, _>(move |tx| {
            Box::pin(async move { Ok(counter_codes::is_issued(tx, &digest, now).await?) })
        })
        .await
}

/// Uses the code up and binds the person, in the transaction that saves the claim.
fn prove(visit: &Visit, named: Named, account: AccountId, digest: String) -> Deed {
    let (app, now) = (visit.app.clone(), visit.now);
    Box::new(move |tx| {
        Box::pin(async move {
            if !counter_codes::redeem(tx, &digest, now).await? {
                return Err(Fault::Overtaken);
            }
            let bound = bind::bind(tx, &app, &account, &named.identity, now).await?;
            let Some(citizen) = bound else {
                return bind::bound_elsewhere(tx, &app, &account, named).await;
            };
            bind::keep_consents(tx, &app, &citizen, &named.consent, None).await?;
            let audit = Event::of("claim.counter_proved", Some(&citizen));
            Ok((named.prove_at_counter(citizen, now).into(), vec![Effect::Audit(audit)]))
        })
    })
}
