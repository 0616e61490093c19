//! 实名认证: name and number against the population registry.

use super::entry::keep_name;
use super::outcome::{Effect, Event, Outcome, Trouble};
use super::step::{Step, Visit};
use crate::app::{App, Fault, html};
use crate::auth::credentials::limited;
use crate::auth::throttle::{self, Limit};
use crate::config::DAY;
use crate::domain::claim::{Claim, Identity, LockCause, Locked, LoggedIn, ReviewReason, Stage};
use crate::domain::id_number::{IdNumber, IdNumberError};
use crate::domain::ids::{AccountId, CitizenId, ReviewId};
use crate::domain::person_name::{PersonName, PersonNameError};
use crate::error::AppError;
use crate::pages::claim::RealNamePage;
use crate::pages::messages;
use crate::pages::problem::Problem;
use crate::ports::registry::NameCheck;
use crate::storage::vault::Purpose;
use crate::storage::{accounts, citizens};
use crate::web::forms::FormData;
use crate::web::translator::Message;
use axum::response::Response;

/// Name and number as typed, each well formed.
pub(super) struct RealName {
    name: PersonName,
    id_number: IdNumber,
    typed: [String; 2],
}

fn name_message(error: PersonNameError) -> Message {
    match error {
        PersonNameError::Empty => messages::name_required(),
        _ => messages::name_invalid(),
    }
}

fn number_message(error: IdNumberError, typed: &str) -> Message {
    match error {
        _ if typed.trim().is_empty() => messages::id_number_required(),
        IdNumberError::Region => messages::id_number_region(),
        IdNumberError::BirthDate | IdNumberError::BirthFuture => messages::id_number_date(),
        IdNumberError::Checksum => messages::id_number_checksum(),
        IdNumberError::Legacy15 => messages::id_number_fifteen(),
        IdNumberError::Format => messages::id_number_format(),
    }
}

impl Step for RealName {
    fn fits(stage: &Stage) -> bool {
        matches!(stage, Stage::LoggedIn(_))
    }

    fn read(form: FormData, visit: &Visit) -> Result<Self, Trouble> {
        let (name_typed, number_typed) = (form.text("name"), form.text("id_number"));
        let mut problem = Problem::of_fields("REAL_NAME_INVALID", visit.reference.as_str());
        // A character outside Unicode's assigned ones is a matter for a person, not an error.
        let name = PersonName::parse(name_typed).or_else(|error| match error {
            PersonNameError::PrivateUse => PersonName::parse_for_review(name_typed),
            other => Err(other),
        });
        if let Err(error) = &name {
            problem = problem.on("name", name_message(*error));
        }
        let id_number = IdNumber::parse(number_typed, visit.now.shanghai_date());
        if let Err(error) = &id_number {
            problem = problem.on("id_number", number_message(*error, number_typed));
        }
        match (name, id_number) {
            (Ok(name), Ok(id_number)) => {
                let typed = [name_typed.to_owned(), number_typed.to_owned()];
                Ok(Self { name, id_number, typed })
            }
            _ => Err(Trouble::mend(problem)
                .keeping("name", name_typed)
                .keeping("id_number", number_typed)),
        }
    }

    async fn page(
        visit: &Visit,
        trouble: Option<&Trouble>,
        status: u16,
    ) -> Result<Response, Fault> {
        let typed = |field| trouble.and_then(|t| t.typed(field)).unwrap_or_default();
        let page = RealNamePage {
            cx: visit.cx.clone(),
            problem: trouble.map(|t| t.problem.clone()),
            name: typed("name"),
            id_number: typed("id_number"),
            attempts_left: left(visit).await?,
        };
        html(status, &page)
    }

    async fn submit(self, visit: &Visit) -> Result<Outcome, AppError> {
        let claim = visit.claim.clone();
        let (Stage::LoggedIn(stage), Some(account)) = (claim.stage.clone(), claim.account.clone())
        else {
            return Err(AppError::Overtaken);
        };
        let limits = self.limits(visit, &account);
        if let Err(error) = throttle::reserve(&visit.app, limits.clone(), visit.now).await {
            return self.barred(visit, claim, error);
        }
        if self.name.needs_review() {
            return Ok(self.send_to_review(visit, claim, stage));
        }
        let checked = visit.app.registry.check_name(&self.id_number, &self.name).await;
        let Ok(answer) = checked.map_err(AppError::from) else {
            throttle::give_back(&visit.app, limits).await?;
            return Ok(Outcome::Again(claim, self.registry_down(visit), vec![]));
        };
        let fits = fits_account(&visit.app, &account, &self.id_number).await?;
        if answer == NameCheck::Match && fits {
            let identity =
                Identity { id_number: self.id_number, name: self.name, confirmed_at: visit.now };
            let keep = keep_name(&visit.app, &account, &identity)?;
            let audit = Effect::Audit(Event::of("claim.named", None));
            return Ok(Outcome::Advance(claim.at(stage.name(identity)), vec![keep, audit]));
        }
        Ok(self.mismatch(visit, claim, stage, left(visit).await?))
    }
}

/// Tries in this claim, counted in the database before each one.
fn in_claim(visit: &Visit) -> Limit {
    let most = i64::from(visit.app.config.limits.real_name_per_claim);
    Limit::new("real_name_per_claim", visit.claim.id.as_str(), most, DAY)
}

async fn left(visit: &Visit) -> Result<u32, Fault> {
    let left = throttle::left(&visit.app, in_claim(visit), visit.now).await?;
    Ok(u32::try_from(left).unwrap_or(0))
}

impl RealName {
    fn limits(&self, visit: &Visit, account: &AccountId) -> Vec<Limit> {
        let limits = &visit.app.config.limits;
        let person = visit.app.vault.index(Purpose::IdNumber, self.id_number.as_str());
        let by_account = limits.real_name_per_account_day;
        vec![
            in_claim(visit),
            Limit::new("real_name_per_account_day", account.as_str(), by_account, DAY),
            Limit::new("real_name_per_id_day", person, limits.real_name_per_id_day, DAY),
        ]
    }

    fn keeping(&self, trouble: Trouble) -> Trouble {
        let [name, id_number] = &self.typed;
        trouble.keeping("name", name).keeping("id_number", id_number)
    }

    /// The same answer for an unknown number, another name, somebody deceased, and a number that
    /// is not this account's.
    fn mismatch(self, visit: &Visit, claim: Claim, stage: LoggedIn, left: u32) -> Outcome {
        let failure = Effect::Audit(Event::of("claim.name_mismatch", None));
        if left == 0 {
            let until = claim.expires_at;
            return Outcome::Advance(claim.at(stage.lock(until)), vec![failure]);
        }
        let problem = Problem::new(
            "REAL_NAME_MISMATCH",
            visit.reference.as_str(),
            messages::real_name_mismatch(),
        );
        Outcome::Again(claim, self.keeping(Trouble::mend(problem)), vec![failure])
    }

    fn barred(&self, visit: &Visit, claim: Claim, error: AppError) -> Result<Outcome, AppError> {
        let locked = |until| {
            let cause = LockCause::RealName;
            Ok(Outcome::Barred(Locked { cause, until, resume: None }))
        };
        match error {
            AppError::Limited { what: "real_name_per_claim", .. } => locked(claim.expires_at),
            AppError::Limited { what: "real_name_per_account_day", until, .. } => locked(until),
            // The limit of a number must not look like that of an account that knows it.
            other => {
                let trouble = limited(other, &visit.cx, visit.reference.as_str())?;
                Ok(Outcome::Again(claim, self.keeping(trouble), vec![]))
            }
        }
    }

    fn registry_down(&self, visit: &Visit) -> Trouble {
        let reference = visit.reference.as_str();
        let problem = Problem::new("REGISTRY_UNAVAILABLE", reference, messages::registry_down());
        self.keeping(Trouble::down(problem))
    }

    fn send_to_review(self, visit: &Visit, claim: Claim, stage: LoggedIn) -> Outcome {
        let review = ReviewId::from_random(visit.random());
        let identity =
            Identity { id_number: self.id_number, name: self.name, confirmed_at: visit.now };
        let claim = claim.at(stage.review(review.clone(), identity));
        let reason = ReviewReason::PrivateUseName.as_str();
        Outcome::Advance(claim, vec![Effect::Review(review, reason)])
    }
}

/// Whether the number may be this account's: a bound account belongs to one citizen for good.
async fn fits_account(app: &App, account: &AccountId, id: &IdNumber) -> Result<bool, Fault> {
    let (account, indexes) = (account.clone(), app.vault.indexes(Purpose::IdNumber, id.as_str()));
    let (bound, named): (Option<CitizenId>, Option<CitizenId>) = app
        .db
        .read::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                let bound = accounts::find(tx, &account).await?.and_then(|a| a.citizen);
                Ok((bound, citizens::by_id_number(tx, &indexes).await?))
            })
        })
        .await?;
    Ok(bound.is_none() || bound == named)
}
