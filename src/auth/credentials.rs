//! The login form, within a claim and outside: the two fields, and what a failure is told.

use super::login::WrongPassword;
use crate::app::{Fault, html};
use crate::domain::mobile_number::MobileNumber;
use crate::domain::password;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::error::AppError;
use crate::pages::claim::LoginPage;
use crate::pages::messages;
use crate::pages::problem::Problem;
use crate::pages::trouble::Trouble;
use crate::web::cx::Cx;
use crate::web::forms::FormData;
use crate::web::paths;
use axum::response::Response;

/// Account and password.
pub struct Credentials {
    /// The mobile number.
    pub account: MobileNumber,
    /// The password.
    pub password: Secret,
}

impl Credentials {
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
        let claim_href = paths::CLAIM.to_owned();
        html(status, &LoginPage { cx, problem, account, next, in_claim, claim_href })
    }
}

/// What a failed login is told.
pub fn wrong(failed: WrongPassword, cx: &Cx, reference: &str, account: &MobileNumber) -> Trouble {
    let message = match u32::try_from(failed.left) {
        Ok(left) if left > 0 => messages::login_failed(left),
        _ => messages::login_locked(cx.lang().minute(failed.until)),
    };
    Trouble::mend(Problem::new("LOGIN_FAILED", reference, message))
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
