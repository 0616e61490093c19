//! The code that proves a new account's number, and with it the account.

use super::code::in_minutes;
use super::entry;
use super::outcome::{Effect, Event, Outcome, Trouble};
use super::register::{binding, place};
use super::step::{Step, Visit};
use crate::app::{App, Fault, html};
use crate::auth::context::LoginContext;
use crate::domain::activation_code::ActivationCode;
use crate::domain::claim::Stage;
use crate::domain::ids::AccountId;
use crate::domain::mobile_number::MobileNumber;
use crate::domain::time::Timestamp;
use crate::error::AppError;
use crate::pages::claim::{CodeSent, RegisterCodePage};
use crate::pages::messages;
use crate::pages::problem::Problem;
use crate::storage::accounts::{self, AccountRow};
use crate::storage::codes::{self, Tried};
use crate::storage::registrations::{self, RegistrationRow};
use crate::storage::vault::{Place, Purpose};
use crate::web::forms::FormData;
use axum::response::Response;

/// The code as typed.
pub(super) struct RegisterCode(ActivationCode);

impl Step for RegisterCode {
    fn fits(stage: &Stage) -> bool {
        matches!(stage, Stage::Consented(_))
    }

    fn read(form: FormData, visit: &Visit) -> Result<Self, Trouble> {
        let code = ActivationCode::parse(form.text("activation_code"));
        code.map(Self).map_err(|_| {
            let problem = Problem::of_fields("CODE_REQUIRED", visit.reference.as_str());
            Trouble::mend(problem.on("activation_code", messages::registration_code_required()))
        })
    }

    async fn page(
        visit: &Visit,
        trouble: Option<&Trouble>,
        status: u16,
    ) -> Result<Response, Fault> {
        let app = &visit.app;
        let mobile = match pending(app, &visit.session.id, visit.now).await? {
            Some(row) => Some(number(app, &row)?),
            None => None,
        };
        let code = CodeSent {
            mobile: mobile.as_ref().map(MobileNumber::masked).unwrap_or_default(),
            demo_number: mobile.filter(|_| visit.cx.demo).map(|m| m.as_str().to_owned()),
            resend_in: 0,
            attempts_left: u32::try_from(app.config.limits.sms_code_tries).unwrap_or(0),
            valid_min: in_minutes(app.config.limits.sms_code_ttl_s),
            retrying: false,
        };
        let problem = trouble.map(|t| t.problem.clone());
        html(status, &RegisterCodePage { cx: visit.cx.clone(), problem, code })
    }

    async fn submit(self, visit: &Visit) -> Result<Outcome, AppError> {
        let app = &visit.app;
        let claim = visit.claim.clone();
        let Stage::Consented(consented) = claim.stage.clone() else {
            return Err(AppError::Overtaken);
        };
        let wrong = || {
            let problem = Problem::of_fields("CODE_WRONG", visit.reference.as_str());
            Trouble::mend(problem.on("activation_code", messages::registration_code_wrong()))
        };
        let Some(pending) = pending(app, &visit.session.id, visit.now).await? else {
            return Ok(Outcome::Again(claim, wrong(), vec![]));
        };
        let mobile = number(app, &pending)?;
        let bound = binding(&pending.session, mobile.clone());
        if bound.try_out(app, &pending.code, &self.0, visit.now).await? != Tried::Right {
            return Ok(Outcome::Again(claim, wrong(), vec![]));
        }
        let digest = bound.digest(app, self.0.expose());
        let Some(account) = create(app, pending, mobile, digest, visit.now).await? else {
            return Ok(Outcome::Again(claim, wrong(), vec![]));
        };
        let login = Effect::LogIn(account.clone(), LoginContext::registered(visit.now));
        let audit = Effect::Audit(Event::of("account.registered", None));
        entry::enter(visit, claim, consented, account, vec![login, audit]).await
    }
}

/// The browser's registration that waits for its code.
pub(super) async fn pending(
    app: &App,
    session: &str,
    now: Timestamp,
) -> Result<Option<RegistrationRow>, Fault> {
    let session = session.to_owned();
    app.db
        .read::<_, Fault, _>(move |tx| {
            Box::pin(async move { Ok(registrations::find(tx, &session, now).await?) })
        })
        .await
}

fn number(app: &App, pending: &RegistrationRow) -> Result<MobileNumber, Fault> {
    let text = app.vault.unseal_text(place(&pending.session), &pending.body)?;
    MobileNumber::from_stored(text.to_string()).map_err(crate::app::internal)
}

/// Uses the code up and makes the account, in one transaction; none when the number got one in the
/// meantime, or another click was first.
async fn create(
    app: &App,
    pending: RegistrationRow,
    mobile: MobileNumber,
    digest: String,
    now: Timestamp,
) -> Result<Option<AccountId>, Fault> {
    let id = AccountId::from_random(app.random());
    let place = Place { table: "accounts", column: "mobile", row: id.as_str() };
    let row = AccountRow {
        id: id.clone(),
        mobile: app.vault.seal(place, mobile.as_str().as_bytes()).into_string(),
        password_hash: pending.password_hash,
        citizen: None,
    };
    let index = app.vault.index(Purpose::Mobile, mobile.as_str());
    let made = app
        .db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                if !codes::use_up(tx, &pending.code, &digest).await? {
                    return Ok(false);
                }
                registrations::delete(tx, &pending.session).await?;
                Ok(accounts::insert(tx, &row, &index, now).await?)
            })
        })
        .await?;
    Ok(made.then_some(id))
}
