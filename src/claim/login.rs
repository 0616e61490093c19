//! 登录国家政务服务平台.

use super::entry;
use super::outcome::{Effect, Event, Outcome, Trouble};
use super::step::{Step, Visit};
use crate::app::Fault;
use crate::auth::context::LoginContext;
use crate::auth::credentials::{Credentials, limited, wrong};
use crate::auth::login::authenticate;
use crate::domain::claim::Stage;
use crate::error::AppError;
use crate::web::forms::FormData;
use axum::response::Response;

/// Account and password.
pub(super) struct Login(Credentials);

impl Step for Login {
    fn fits(stage: &Stage) -> bool {
        matches!(stage, Stage::Consented(_))
    }

    fn read(form: FormData, visit: &Visit) -> Result<Self, Trouble> {
        Credentials::from_form(&form, visit.reference.as_str()).map(Self)
    }

    async fn page(
        visit: &Visit,
        trouble: Option<&Trouble>,
        status: u16,
    ) -> Result<Response, Fault> {
        Credentials::render(visit.cx.clone(), trouble, status, None, true)
    }

    async fn submit(self, visit: &Visit) -> Result<Outcome, AppError> {
        let claim = visit.claim.clone();
        let Stage::Consented(consented) = claim.stage.clone() else {
            return Err(AppError::Overtaken);
        };
        let reference = visit.reference.as_str();
        let Credentials { account: number, password } = self.0;
        let checked = authenticate(&visit.app, &number, password, visit.now).await;
        match checked {
            Err(error) => {
                let trouble =
                    limited(error, &visit.cx, reference)?.keeping("account", number.as_str());
                Ok(Outcome::Again(claim, trouble, vec![]))
            }
            Ok(Err(failed)) => {
                let failure = Effect::Audit(Event::of("login.failed", None));
                Ok(Outcome::Again(
                    claim,
                    wrong(failed, &visit.cx, reference, &number),
                    vec![failure],
                ))
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
