//! 登录国家政务服务平台.

use super::entry;
use super::outcome::{Effect, Event, Outcome, Trouble};
use super::step::{Step, Visit};
use crate::app::{Fault, html};
use crate::auth::context::LoginContext;
use crate::auth::login::{WrongPassword, authenticate};
use crate::domain::claim::Stage;
use crate::domain::mobile_number::MobileNumber;
use crate::domain::password;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::error::AppError;
use crate::pages::claim::LoginPage;
use crate::pages::messages;
use crate::pages::problem::Problem;
use crate::web::cx::Cx;
use crate::web::forms::FormData;
use axum::response::Response;

/// Account and password.
pub struct Login {
    /// The mobile number.
    pub account: MobileNumber,
    /// The password.
    pub password: Secret,
}

impl Login {
    /// Reads the two fields.
    ///
    /// # Errors
    /// [`Trouble`].
    pub fn from_form(form: &FormData, reference: &str) -> Result<Self, Trouble> {
        let (typed, password_typed) = (form.text("account"), form.text("password"));
        let mut problem = Problem::of_fields("LOGIN_INCOMPLETE", reference);
        let account = MobileNumber::parse(typed);
        if typed.trim().is_empty() {
            problem = problem.on("account", messages::account_required());
        } else if account.is_err() {
            problem = problem.on("account", messages::account_invalid());
        }
        if password_typed.is_empty() {
            problem = problem.on("password", messages::password_required());
        }
        match account {
            Ok(account) if problem.fields.is_empty() => {
                Ok(Self { account, password: password::attempt(password_typed) })
            }
            _ => Err(Trouble::mend(problem).keeping("account", typed)),
        }
    }

    /// The page, within a claim or outside.
    ///
    /// # Errors
    /// [`Fault`] when the template fails.
    pub fn render(
        cx: Cx,
        trouble: Option<&Trouble>,
        status: u16,
        next: Option<String>,
        in_claim: bool,
    ) -> Result<Response, Fault> {
        let account = trouble.and_then(|t| t.typed("account")).unwrap_or_default();
        let problem = trouble.map(|t| t.problem.clone());
        html(status, &LoginPage { cx, problem, account, next, in_claim })
    }
}

/// What a failed login is told.
pub fn wrong(failed: WrongPassword, reference: &str, account: &MobileNumber) -> Trouble {
    let left = u32::try_from(failed.left).unwrap_or(0);
    Trouble::mend(Problem::new("LOGIN_FAILED", reference, messages::login_failed(left)))
        .keeping("account", account.as_str())
}

/// What somebody is told while a limit holds.
pub fn limited(error: AppError, cx: &Cx, reference: &str) -> Result<Trouble, AppError> {
    match error {
        AppError::Limited { until, retry_after, .. } => {
            Ok(Trouble::limited(too_many(cx, reference, until), retry_after))
        }
        other => Err(other),
    }
}

fn too_many(cx: &Cx, reference: &str, until: Timestamp) -> Problem {
    let until = cx.lang().minute(until);
    Problem::new("LIMIT_REACHED", reference, messages::too_many_tries(until))
}

impl Step for Login {
    fn fits(stage: &Stage) -> bool {
        matches!(stage, Stage::Consented(_))
    }

    fn read(form: FormData, visit: &Visit) -> Result<Self, Trouble> {
        Self::from_form(&form, visit.reference.as_str())
    }

    async fn page(
        visit: &Visit,
        trouble: Option<&Trouble>,
        status: u16,
    ) -> Result<Response, Fault> {
        Self::render(visit.cx.clone(), trouble, status, None, true)
    }

    async fn submit(self, visit: &Visit) -> Result<Outcome, AppError> {
        let claim = visit.claim.clone();
        let Stage::Consented(consented) = claim.stage.clone() else {
            return Err(AppError::Overtaken);
        };
        let reference = visit.reference.as_str();
        let checked = authenticate(&visit.app, &self.account, self.password, visit.now).await;
        match checked {
            Err(error) => {
                let trouble = limited(error, &visit.cx, reference)?
                    .keeping("account", self.account.as_str());
                Ok(Outcome::Again(claim, trouble, vec![]))
            }
            Ok(Err(failed)) => {
                let failure = Effect::Audit(Event::of("login.failed", None));
                Ok(Outcome::Again(claim, wrong(failed, reference, &self.account), vec![failure]))
            }
            Ok(Ok(account)) => {
                let context = LoginContext::password(visit.now);
                let login = Effect::LogIn(account.clone(), context);
                let audit = Effect::Audit(Event::of("login.succeeded", None));
                entry::enter(visit, claim, consented, account, vec![login, audit]).await
            }
        }
    }
}
