//! A citizen's decision on a device, kept: once, with the grant it makes.

use super::decide::Person;
use super::lookup::Device;
use crate::app::{App, Fault, html, internal};
use crate::auth::device::{DeviceAllowed, DeviceBody, UserCode};
use crate::auth::visitor::Visitor;
use crate::domain::claim::ReturnTo;
use crate::domain::client::Client;
use crate::domain::grant::Allowed;
use crate::domain::ids::Reference;
use crate::domain::scope::ScopeSet;
use crate::domain::time::Timestamp;
use crate::error::AppError;
use crate::oauth::consent::{self, Approval};
use crate::pages::device::{DeviceEnd, DeviceEndPage};
use crate::storage::audit::{self, AuditEvent};
use crate::storage::standing::Standing;
use crate::storage::{Tx, device_codes};
use crate::web::lang::Lang;
use crate::web::paths;
use axum::response::Response;
use serde_json::json;

/// What was decided.
pub(super) enum Verdict {
    /// 允许, this much of it.
    Allow {
        /// What was allowed just now.
        allowed: Allowed,
        /// What the device's tokens are for.
        scope: ScopeSet,
    },
    /// 拒绝
    Refuse,
}

/// The page that sends the citizen back to the device.
///
/// # Errors
/// [`Fault`] when the template fails.
pub(super) fn end(
    visitor: Visitor,
    client: &Client,
    code: &UserCode,
    end: DeviceEnd,
) -> Result<Response, Fault> {
    let back = ReturnTo::Device(code.letters().to_owned()).text();
    let partner = client.name(visitor.cx.lang() == Lang::En).to_owned();
    let claim_href = format!("{}?return_to={back}", paths::CLAIM);
    html(200, &DeviceEndPage { cx: visitor.cx, end, partner, claim_href })
}

/// Keeps the decision. Whoever comes second changes nothing.
///
/// # Errors
/// [`AppError`].
pub(super) async fn settle(
    app: &App,
    visitor: Visitor,
    person: Person,
    device: Device,
    code: &UserCode,
    standing: Standing,
    verdict: Verdict,
) -> Result<Response, AppError> {
    let client = std::sync::Arc::clone(&device.client);
    let (ended, approved) = match verdict {
        Verdict::Refuse => (DeviceEnd::Refused, None),
        Verdict::Allow { allowed, scope } => {
            let approval = Approval::prepare(app, &client, &standing, Some(allowed)).await?;
            (DeviceEnd::Allowed, Some((approval, scope)))
        }
    };
    let decision = Decision {
        approved,
        person,
        device,
        standing,
        reference: visitor.reference.clone(),
        now: visitor.now,
    };
    let parts = app.clone();
    app.db
        .write::<_, Fault, _>(move |tx| Box::pin(async move { decision.keep(tx, &parts).await }))
        .await?;
    app.outbox_wakes.notify_one();
    end(visitor, &client, code, ended)
}

struct Decision {
    approved: Option<(Approval, ScopeSet)>,
    person: Person,
    device: Device,
    standing: Standing,
    reference: Reference,
    now: Timestamp,
}

impl Decision {
    async fn keep(self, tx: &mut Tx, app: &App) -> Result<(), Fault> {
        let Self { approved, person, device, standing, reference, now } = self;
        let (allows, mut events, body) = match approved {
            None => (false, Vec::new(), device.body.clone()),
            Some((approval, scope)) => {
                let (grant, events) = consent::settle(tx, app, approval, now).await?;
                let allowed = Some(DeviceAllowed {
                    grant,
                    citizen: standing.citizen.clone(),
                    card: standing.card.clone(),
                    context: person.context,
                });
                (true, events, DeviceBody { scope, allowed, ..device.body.clone() })
            }
        };
        let body = serde_json::to_string(&body).map_err(internal)?;
        if !device_codes::decide(tx, &device.row.user_digest, allows, &body, now).await? {
            return Err(Fault::Overtaken);
        }
        let event = if allows { "device.allowed" } else { "device.refused" };
        events.push((event, json!({ "client": device.client.client_id })));
        let events: Vec<AuditEvent<'_>> = events
            .into_iter()
            .map(|(event, body)| AuditEvent { at: now, event, reference: &reference, body })
            .collect();
        Ok(audit::append(tx, &app.vault, Some(&standing.citizen), &events).await?)
    }
}
