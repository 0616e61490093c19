//! The consent page of a device, with the code to compare, and what comes of it.

use super::end::{Verdict, end, settle};
use super::lookup::Device;
use crate::app::{App, Fault, html};
use crate::auth::context::LoginContext;
use crate::auth::device::UserCode;
use crate::auth::visitor::Visitor;
use crate::domain::grant::{Allowed, GRANT_LIFETIME};
use crate::domain::ids::AccountId;
use crate::error::AppError;
use crate::oauth::consent::face;
use crate::oauth::view;
use crate::pages::device::DeviceEnd;
use crate::pages::messages;
use crate::pages::partner::PartnerConsentPage;
use crate::pages::problem::Problem;
use crate::storage::device_codes::DeviceState;
use crate::storage::standing::{self, Standing};
use crate::web::forms::FormData;
use crate::web::lang::Lang;
use axum::response::Response;

/// Whoever is logged in.
pub(super) struct Person {
    /// The account.
    pub account: AccountId,
    /// How the person logged in.
    pub context: LoginContext,
}

impl Person {
    /// The person behind a visit.
    pub(super) fn of(visitor: &Visitor) -> Option<Self> {
        let session = visitor.browser.session.as_ref()?;
        Some(Self { account: session.account.clone()?, context: session.context.clone()? })
    }
}

/// Shows what the device asks for; or how it ended, to whoever comes back.
///
/// # Errors
/// [`AppError`].
pub(super) async fn page(
    app: &App,
    visitor: Visitor,
    person: Person,
    device: Device,
    code: &UserCode,
) -> Result<Response, AppError> {
    if let Some(ended) = ended(&device) {
        return end(visitor, &device.client, code, ended);
    }
    match stands(app, &person, &device, &visitor).await? {
        Some(standing) => consent(app, visitor, device, standing, code, None).await,
        None => end(visitor, &device.client, code, DeviceEnd::NoCard),
    }
}

/// Takes the decision.
///
/// # Errors
/// [`AppError`].
pub(super) async fn submit(
    app: &App,
    visitor: Visitor,
    person: Person,
    device: Device,
    code: &UserCode,
    form: &FormData,
) -> Result<Response, AppError> {
    if let Some(ended) = ended(&device) {
        return end(visitor, &device.client, code, ended);
    }
    let Some(standing) = stands(app, &person, &device, &visitor).await? else {
        return end(visitor, &device.client, code, DeviceEnd::NoCard);
    };
    let verdict = match form.text("decision") {
        "allow" => {
            let asked = asked(&device, &standing);
            let allowed = view::chosen(form, &asked);
            // What was allowed before goes on, unless it was put to the citizen again.
            let before = asked.missing(&held(&standing));
            let scope = device.body.scope.and(&before.and_also(&allowed).scope);
            Verdict::Allow { allowed, scope }
        }
        "refuse" => Verdict::Refuse,
        _ => {
            let problem = Problem::of_fields("DECISION_REQUIRED", visitor.reference.as_str())
                .on("decision", messages::decision_required());
            return consent(app, visitor, device, standing, code, Some(problem)).await;
        }
    };
    settle(app, visitor, person, device, code, standing, verdict).await
}

fn ended(device: &Device) -> Option<DeviceEnd> {
    match device.row.state {
        DeviceState::Pending => None,
        DeviceState::Denied => Some(DeviceEnd::Refused),
        DeviceState::Approved | DeviceState::Used => Some(DeviceEnd::Allowed),
    }
}

async fn stands(
    app: &App,
    person: &Person,
    device: &Device,
    visitor: &Visitor,
) -> Result<Option<Standing>, Fault> {
    let (account, client) = (person.account.clone(), device.client.client_id.clone());
    let now = visitor.now;
    app.db
        .look::<_, Fault, _>(move |tx| {
            Box::pin(async move { Ok(standing::find(tx, &account, &client, now).await?) })
        })
        .await
}

/// What the citizen is asked: what is new, or all of it when nothing is. A device is never let in
/// unasked, because nobody knows yet whose it is.
fn asked(device: &Device, standing: &Standing) -> Allowed {
    let scope = device.body.scope.clone();
    let all = Allowed { fields: scope.fields().collect(), scope };
    let missing = held(standing).missing(&all);
    if missing.is_empty() { all } else { missing }
}

/// What was allowed before.
fn held(standing: &Standing) -> Allowed {
    standing.grant.as_ref().map(|grant| grant.allowed.clone()).unwrap_or_default()
}

async fn consent(
    app: &App,
    visitor: Visitor,
    device: Device,
    standing: Standing,
    code: &UserCode,
    problem: Option<Problem>,
) -> Result<Response, AppError> {
    let face = face(app, &standing).await?;
    let asked = asked(&device, &standing);
    let lang = visitor.cx.lang();
    let page = PartnerConsentPage {
        partner: view::partner(&device.client, lang),
        host: None,
        asked: view::items(&asked, &face, lang, true),
        already: view::items(&asked.missing(&held(&standing)), &face, lang, false),
        purpose: device.client.purpose(lang == Lang::En).map(str::to_owned),
        until: lang.day((visitor.now + GRANT_LIFETIME).shanghai_date()),
        device_code: Some(code.shown()),
        cx: visitor.cx,
        problem,
    };
    html(if page.problem.is_some() { 422 } else { 200 }, &page)
}
