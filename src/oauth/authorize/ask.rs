//! The partner's consent page within an authorization.

use super::arrival::Arrival;
use super::facts::Facts;
use crate::app::{Fault, html};
use crate::domain::client::origin_of;
use crate::domain::grant::{Allowed, GRANT_LIFETIME};
use crate::error::AppError;
use crate::oauth::consent::face;
use crate::oauth::view;
use crate::pages::messages;
use crate::pages::partner::PartnerConsentPage;
use crate::pages::problem::Problem;
use crate::web::forms::FormData;
use crate::web::headers::with_form_action;
use axum::response::Response;

/// What the citizen decided.
pub(super) enum Decision {
    /// 允许, this much of it.
    Allow(Allowed),
    /// 拒绝
    Refuse,
}

/// Reads the decision.
///
/// # Errors
/// [`Problem`] names what to mend.
pub(super) fn read(
    form: &FormData,
    arrival: &Arrival,
    missing: &Allowed,
) -> Result<Decision, Problem> {
    match form.text("decision") {
        "allow" => Ok(Decision::Allow(view::chosen(form, missing))),
        "refuse" => Ok(Decision::Refuse),
        _ => {
            let reference = arrival.visitor.reference.as_str();
            Err(Problem::of_fields("DECISION_REQUIRED", reference)
                .on("decision", messages::decision_required()))
        }
    }
}

/// Shows what is asked, with the citizen's actual values.
///
/// # Errors
/// [`AppError`].
pub(super) async fn page(
    arrival: &Arrival,
    facts: &Facts,
    missing: &Allowed,
    problem: Option<Problem>,
) -> Result<Response, AppError> {
    let standing = facts.standing.as_ref().ok_or(AppError::Overtaken)?;
    let face = face(&arrival.app, standing).await?;
    let cx = arrival.visitor.cx.clone();
    let lang = cx.lang();
    let held = standing.grant.as_ref().map(|g| g.allowed.clone()).unwrap_or_default();
    let already = Allowed {
        scope: held.scope.without(&missing.scope),
        fields: held.fields.without(&missing.fields),
    };
    let to = arrival.waiting.request.redirect_uri.as_str();
    let status = if problem.is_some() { 422 } else { 200 };
    let page = PartnerConsentPage {
        problem,
        partner: view::partner(&arrival.client, lang),
        host: Some(origin_of(to).replace("https://", "").replace("http://", "")),
        asked: view::items(missing, &face, lang, true),
        already: view::items(&already, &face, lang, false),
        purpose: arrival.client.purpose(lang == crate::web::lang::Lang::En).map(str::to_owned),
        until: lang.day((arrival.visitor.now + GRANT_LIFETIME).shanghai_date()),
        device_code: None,
        cx,
    };
    let answer: Result<Response, Fault> = html(status, &page);
    Ok(with_form_action(answer?, to))
}
