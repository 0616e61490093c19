//! The card PIN: the last form. Submitting it issues the card.

use super::issue;
use super::outcome::{Outcome, Trouble};
use super::step::{Step, Visit};
use crate::app::{App, Fault, html};
use crate::domain::claim::Stage;
use crate::domain::ids::CardId;
use crate::domain::pin::{CardPin, PinError};
use crate::domain::secret::Secret;
use crate::error::AppError;
use crate::pages::claim::PinPage;
use crate::pages::messages;
use crate::pages::problem::Problem;
use crate::storage::vault::Purpose;
use crate::web::forms::FormData;
use axum::response::Response;

/// The PIN, entered twice alike.
pub(super) struct Pin(CardPin);

/// What the hash of a PIN is made of: the pepper is in the keys folder, so that a copy of the
/// database does not tell six digits.
pub(super) fn peppered(app: &App, card: &CardId, pin: &CardPin) -> Secret {
    let bound = format!("{}|{}", card.as_str(), pin.expose());
    Secret::new(app.vault.index(Purpose::Pin, &bound))
}

impl Step for Pin {
    fn fits(stage: &Stage) -> bool {
        matches!(stage, Stage::Activated(_))
    }

    fn read(form: FormData, visit: &Visit) -> Result<Self, Trouble> {
        let Stage::Activated(stage) = &visit.claim.stage else {
            return Err(trouble(visit, "PIN_FORMAT", "pin", messages::pin_required()));
        };
        let id = &stage.proved.identity.id_number;
        let pin = CardPin::parse(form.text("pin"), id).map_err(|error| {
            let message = match error {
                PinError::Format => messages::pin_required(),
                _ => messages::pin_weak(),
            };
            trouble(visit, error.code(), "pin", message)
        })?;
        match CardPin::parse(form.text("pin_again"), id) {
            Ok(again) if again.expose() == pin.expose() => Ok(Self(pin)),
            _ => Err(trouble(visit, "PIN_DIFFERS", "pin_again", messages::pin_differs())),
        }
    }

    async fn page(
        visit: &Visit,
        trouble: Option<&Trouble>,
        status: u16,
    ) -> Result<Response, Fault> {
        let problem = trouble.map(|t| t.problem.clone());
        html(status, &PinPage { cx: visit.cx.clone(), problem })
    }

    async fn submit(self, visit: &Visit) -> Result<Outcome, AppError> {
        let claim = visit.claim.clone();
        let Stage::Activated(activated) = claim.stage.clone() else {
            return Err(AppError::Overtaken);
        };
        let on = issue::physical_card(visit, &activated.proved).await?;
        let id = CardId::from_random(visit.random());
        let pin_hash = visit.app.hasher.hash(peppered(&visit.app, &id, &self.0)).await?;
        let order = issue::order(visit, id, activated, on, pin_hash).await?;
        Ok(Outcome::Within(claim, issue::deed(order)))
    }
}

fn trouble(
    visit: &Visit,
    code: &'static str,
    field: &'static str,
    message: crate::web::translator::Message,
) -> Trouble {
    Trouble::mend(Problem::of_fields(code, visit.reference.as_str()).on(field, message))
}
