//! Make an account: number and password first; the number is proved by a code.

use super::code::Binding;
use super::outcome::{Effect, Message, Outcome, Trouble};
use super::step::{Step, Visit};
use crate::app::{App, Fault, html};
use crate::auth::credentials::limited;
use crate::auth::throttle::{self, Limit};
use crate::config::hours;
use crate::domain::claim::Stage;
use crate::domain::ids::MessageId;
use crate::domain::mobile_number::MobileNumber;
use crate::domain::password::Password;
use crate::domain::secret::Secret;
use crate::domain::sms_text;
use crate::error::AppError;
use crate::pages::claim::RegisterPage;
use crate::pages::messages;
use crate::pages::problem::Problem;
use crate::storage::registrations::RegistrationRow;
use crate::storage::vault::{Place, Purpose};
use crate::storage::{DbError, accounts};
use crate::web::forms::FormData;
use crate::web::paths;
use axum::response::Response;
use std::time::Duration;

/// Number and password of the account to be.
pub(super) struct Register {
    account: MobileNumber,
    password: Password,
}

/// Where a registration's number is sealed.
pub(super) fn place(session: &str) -> Place<'_> {
    Place { table: "registrations", column: "body", row: session }
}

/// What the code of a registration is bound to.
pub(super) fn binding(session: &str, mobile: MobileNumber) -> Binding {
    Binding { purpose: "registration", subject: session.to_owned(), mobile }
}

impl Step for Register {
    const NEXT: Option<&'static str> = Some(paths::CLAIM_REGISTER_CODE);

    fn fits(stage: &Stage) -> bool {
        matches!(stage, Stage::Consented(_))
    }

    fn read(form: FormData, visit: &Visit) -> Result<Self, Trouble> {
        let typed = form.text("account");
        let mut problem = Problem::of_fields("REGISTER_INCOMPLETE", visit.reference.as_str());
        let account = MobileNumber::parse(typed);
        let password = Password::parse(form.text("password"));
        if typed.trim().is_empty() {
            problem = problem.on("account", messages::account_required());
        } else if account.is_err() {
            problem = problem.on("account", messages::account_invalid());
        }
        if form.text("password").is_empty() {
            problem = problem.on("password", messages::password_required());
        } else if password.is_err() {
            problem = problem.on("password", messages::password_weak());
        }
        match (account, password) {
            (Ok(account), Ok(password)) => Ok(Self { account, password }),
            _ => Err(Trouble::mend(problem).keeping("account", typed)),
        }
    }

    async fn page(
        visit: &Visit,
        trouble: Option<&Trouble>,
        status: u16,
    ) -> Result<Response, Fault> {
        let problem = trouble.map(|t| t.problem.clone());
        let account = trouble.and_then(|t| t.typed("account")).unwrap_or_default();
        html(status, &RegisterPage { cx: visit.cx.clone(), problem, account })
    }

    async fn submit(self, visit: &Visit) -> Result<Outcome, AppError> {
        let app = &visit.app;
        let claim = visit.claim.clone();
        let again = |error| {
            let trouble = limited(error, &visit.cx, visit.reference.as_str())?;
            let trouble = trouble.keeping("account", self.account.as_str());
            Ok::<_, AppError>(Outcome::Again(visit.claim.clone(), trouble, vec![]))
        };
        let most = app.config.limits.registrations_per_hour;
        let session = visit.session.id.as_str();
        let limit = Limit::new("registrations_per_hour", session, most, hours(1));
        if let Err(error) = throttle::reserve(app, vec![limit], visit.now).await {
            return again(error);
        }
        // The work is the same whether or not the number has an account: only the message differs.
        let password_hash = app.hasher.hash(Secret::new(self.password.expose())).await?;
        let taken = has_account(app, &self.account).await?;
        let binding = binding(session, self.account.clone());
        let sent = match binding.send(app, sms_text::registration, visit.now).await {
            Ok(sent) => sent,
            Err(error) => return again(error),
        };
        let sealed = app.vault.seal(place(session), self.account.as_str().as_bytes());
        let ttl = Duration::from_secs(app.config.limits.sms_code_ttl_s);
        let row = RegistrationRow {
            session: session.to_owned(),
            body: sealed.into_string(),
            password_hash,
            code: sent.code.code,
            expires_at: visit.now + ttl,
        };
        let mut effects = sent.effects;
        if taken {
            effects = vec![Effect::SmsNow(already_registered(app, self.account.clone()))];
        }
        effects.push(Effect::Register(row));
        Ok(Outcome::Advance(claim, effects))
    }
}

async fn has_account(app: &App, mobile: &MobileNumber) -> Result<bool, Fault> {
    let indexes = app.vault.indexes(Purpose::Mobile, mobile.as_str());
    let found = app
        .db
        .read::<_, DbError, _>(move |tx| {
            Box::pin(async move { accounts::by_mobile(tx, &indexes).await })
        })
        .await?;
    Ok(found.is_some())
}

/// Tells the owner of the number, and nobody else, that it has an account.
fn already_registered(app: &App, to: MobileNumber) -> Message {
    Message {
        id: MessageId::from_random(app.random()),
        purpose: "registration",
        to,
        text: sms_text::already_registered(),
        expires_at: None,
    }
}
