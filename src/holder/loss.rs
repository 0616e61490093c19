//! `/card/loss`: the holder reports the card lost for the time being, with one press and no PIN.

use super::arrival::{Arrival, logged_in};
use super::card;
use crate::app::{App, Fault, card_events, html};
use crate::auth::face;
use crate::auth::posted::Posted;
use crate::auth::visitor::Visitor;
use crate::domain::card_change::StandingCard;
use crate::domain::ecard::ECardState;
use crate::domain::ids::{AccountId, CardId, MessageId, Reference};
use crate::domain::sms_text;
use crate::domain::time::Timestamp;
use crate::error::AppError;
use crate::pages::Problem;
use crate::pages::loss::{LossPage, LossStage};
use crate::pages::messages;
use crate::storage::audit::{self, AuditEvent};
use crate::storage::loss_reports::LossReport;
use crate::storage::outbox::{self, NewMessage};
use crate::storage::{Tx, cards, loss_reports};
use crate::web::lang::Lang;
use crate::web::paths;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;

/// The form, the receipt, or why there is nothing to report.
pub(super) async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, AppError> {
    match logged_in(visitor, paths::CARD_LOSS) {
        Ok(arrival) => page(&app, arrival, None, 200).await,
        Err(login) => Ok(*login),
    }
}

async fn page(
    app: &App,
    arrival: Arrival,
    problem: Option<Problem>,
    status: u16,
) -> Result<Response, AppError> {
    let Arrival { account, cx, .. } = arrival;
    let Some((row, face)) = card::of_account(app, &account).await? else {
        return html(status, &LossPage { cx, card: None, stage: LossStage::NoCard, problem });
    };
    let report = match row.state {
        ECardState::Suspended => latest(app, &row.id).await?,
        _ => None,
    };
    let stage = stage(row.state, report, cx.lang());
    let card = Some(card::data(&face, &row, cx.lang()));
    html(status, &LossPage { cx, card, stage, problem })
}

fn stage(state: ECardState, report: Option<LossReport>, lang: Lang) -> LossStage {
    match (state, report) {
        (ECardState::Active, _) => LossStage::Form,
        (ECardState::Suspended, Some(report)) => {
            LossStage::Reported { receipt: report.receipt, at: lang.minute(report.reported_at) }
        }
        (state, _) => LossStage::OutOfUse(state),
    }
}

async fn latest(app: &App, card: &CardId) -> Result<Option<LossReport>, Fault> {
    let card = card.clone();
    app.db
        .look::<_, Fault, _>(move |tx| {
            Box::pin(async move { Ok(loss_reports::latest(tx, &card).await?) })
        })
        .await
}

/// Reports. Once is enough: a second press finds the report there and shows the same receipt.
pub(super) async fn report(
    State(app): State<App>,
    Posted { form, visitor }: Posted,
) -> Result<Response, AppError> {
    let arrival = match logged_in(visitor, paths::CARD_LOSS) {
        Ok(arrival) => arrival,
        Err(login) => return Ok(*login),
    };
    if form.text("report_loss") != "temporary" {
        let reference = arrival.reference.as_str().to_owned();
        let problem = Problem::new("FORM_INVALID", reference, messages::loss_kind());
        return page(&app, arrival, Some(problem), 422).await;
    }
    let (parts, Arrival { account, now, reference, .. }) = (app.clone(), arrival);
    app.db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move { settle(tx, &parts, &account, &reference, now).await })
        })
        .await?;
    // What is committed holds; when this instance cannot hear of it now, it does in a moment.
    if let Err(error) = app.follow().await {
        tracing::warn!(%error, "a loss report is not followed yet");
    }
    app.outbox_wakes.notify_one();
    Ok(Redirect::to(paths::CARD_LOSS).into_response())
}

/// Card, status entries, report, message and record, or nothing.
async fn settle(
    tx: &mut Tx,
    app: &App,
    account: &AccountId,
    reference: &Reference,
    now: Timestamp,
) -> Result<(), Fault> {
    let Some(row) = cards::of_account(tx, account).await? else { return Ok(()) };
    let face = face::face(app, &row)?;
    let standing = StandingCard::new(row.id.clone(), row.state);
    let Ok(change) = standing.report_temporary_loss() else { return Ok(()) };
    if !card_events::apply(tx, &change, now).await? {
        return Ok(());
    }
    loss_reports::insert(tx, reference, &row.id, now);
    let id = MessageId::from_random(app.random());
    let text = sms_text::reported_lost(reference, &Lang::ZhCn.minute(now));
    let message =
        NewMessage { id: &id, purpose: "notice", to: &face.mobile, text: &text, expires_at: None };
    outbox::queue(tx, &app.vault, message, now);
    let body = json!({ "card": row.id, "kind": "temporary", "receipt": reference });
    let event = AuditEvent { at: now, event: "card.reported_lost", reference, body };
    Ok(audit::append(tx, &app.vault, Some(&row.citizen), &[event]).await?)
}
