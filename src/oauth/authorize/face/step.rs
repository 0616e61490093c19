//! One step of the face check, saved with what belongs to it.

use super::super::arrival::Arrival;
use super::super::page::here;
use super::super::waiting::{FaceWay, Waiting};
use crate::app::Fault;
use crate::error::AppError;
use crate::storage::audit::{self, AuditEvent};
use crate::storage::authorizations;
use crate::storage::consents::{self, NewConsent};
use crate::storage::sessions;
use crate::storage::standing::Standing;
use axum::response::Response;
use serde_json::{Value, json};

/// One step on the way, and what the audit says of it.
pub(super) struct Step {
    /// Where it leads.
    pub way: FaceWay,
    /// The word of the audit.
    pub event: &'static str,
    /// What more the audit says.
    pub body: Value,
}

/// What is written beside the authorization.
pub(super) enum Beside {
    Nothing,
    Consent(NewConsent),
    Login { session: String, context: String },
}

impl Step {
    /// Keeps the step and goes on.
    ///
    /// # Errors
    /// [`Fault`].
    pub(super) async fn keep(
        self,
        arrival: Arrival,
        standing: &Standing,
        beside: Beside,
    ) -> Result<Response, AppError> {
        self.save(&arrival, standing, beside).await?;
        Ok(arrival.with_cookie(here(&arrival)))
    }

    /// Saves it; none when another request was faster, and then nothing is kept.
    ///
    /// # Errors
    /// [`Fault`].
    pub(super) async fn save(
        mut self,
        arrival: &Arrival,
        standing: &Standing,
        beside: Beside,
    ) -> Result<Option<Waiting>, Fault> {
        let (app, now) = (arrival.app.clone(), arrival.visitor.now);
        let waiting = arrival.waiting.clone().facing(&app, self.way)?;
        let (row, citizen) = (waiting.row.clone(), standing.citizen.clone());
        let reference = arrival.visitor.reference.clone();
        if let Some(body) = self.body.as_object_mut() {
            body.insert("client".to_owned(), json!(row.client));
        }
        let saved = arrival
            .app
            .db
            .write::<_, Fault, _>(move |tx| {
                Box::pin(async move {
                    if !authorizations::save(tx, &row).await? {
                        return Ok(false);
                    }
                    match beside {
                        Beside::Nothing => {}
                        Beside::Consent(given) => {
                            consents::insert(tx, &citizen, &given, None).await?;
                        }
                        Beside::Login { session, context } => {
                            sessions::set_context(tx, &session, &context).await?;
                        }
                    }
                    let Self { event, body, .. } = self;
                    let event = AuditEvent { at: now, event, reference: &reference, body };
                    audit::append(tx, &app.vault, Some(&citizen), &[event]).await?;
                    Ok(true)
                })
            })
            .await?;
        Ok(saved.then(|| waiting.saved()))
    }
}
