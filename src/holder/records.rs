//! `/card/records`: who looked at the card, when and for what, read from the audit that is sealed
//! to the citizen.

use super::arrival::logged_in;
use crate::app::{App, Fault, directory, html};
use crate::auth::visitor::Visitor;
use crate::domain::function::CardFunction;
use crate::domain::ids::CitizenId;
use crate::domain::time::Timestamp;
use crate::domain::told_offline::ToldOffline;
use crate::error::AppError;
use crate::pages::records::{Deed, Look, Outcome, RecordLine, RecordsPage, Way};
use crate::storage::audit::{self, AuditRecord};
use crate::storage::{Tx, clients};
use crate::web::lang::Lang;
use crate::web::paths;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;

/// Lines of a page.
const PAGE: usize = 20;

/// What the address may say.
#[derive(Deserialize)]
pub(super) struct Where {
    /// Events before this one.
    before: Option<i64>,
}

/// What the record of a check holds; see `relying`.
#[derive(Deserialize, Default)]
struct Particulars {
    way: Option<String>,
    function: Option<CardFunction>,
    #[serde(default)]
    active: bool,
    reason: Option<String>,
    made_offline_at: Option<Timestamp>,
    told_offline: Option<ToldOffline>,
}

/// Shows a page of them; whoever is not logged in logs in first and comes back.
pub(super) async fn show(
    State(app): State<App>,
    Query(place): Query<Where>,
    visitor: Visitor,
) -> Result<Response, AppError> {
    let arrival = match logged_in(visitor, paths::CARD_RECORDS) {
        Ok(arrival) => arrival,
        Err(login) => return Ok(*login),
    };
    let (mut events, names) = match arrival.session.citizen {
        Some(citizen) => read(&app, citizen, place.before, arrival.cx.lang()).await?,
        None => (Vec::new(), HashMap::new()),
    };
    let more = events.len() > PAGE;
    events.truncate(PAGE);
    let last = events.last().map(|event| event.seq).filter(|_| more);
    let lang = arrival.cx.lang();
    let page = RecordsPage {
        lines: events.iter().map(|event| line(event, &names, lang)).collect(),
        older: last.map(|seq| format!("{}?before={seq}", paths::CARD_RECORDS)),
        later: place.before.is_some(),
        cx: arrival.cx,
    };
    html(200, &page)
}

type Names = HashMap<String, String>;

/// One event more than a page holds, and the names of the clients in them.
async fn read(
    app: &App,
    citizen: CitizenId,
    before: Option<i64>,
    lang: Lang,
) -> Result<(Vec<AuditRecord>, Names), Fault> {
    let parts = app.clone();
    app.db
        .read::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                let max = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
                let events = audit::of_citizen(tx, &parts.vault, &citizen, before, max).await?;
                let mut names = Names::new();
                for id in events.iter().filter_map(|e| client_of(e.body.as_ref())) {
                    if !names.contains_key(id) {
                        names.insert(id.to_owned(), name(tx, id, lang).await?);
                    }
                }
                Ok((events, names))
            })
        })
        .await
}

fn client_of(body: Option<&Value>) -> Option<&str> {
    body?.get("client")?.as_str()
}

/// A client's name; its identifier when it is not registered any more.
async fn name(tx: &mut Tx, id: &str, lang: Lang) -> Result<String, Fault> {
    let Some(row) = clients::find(tx, id).await? else { return Ok(id.to_owned()) };
    Ok(directory::read(&row)?.name(lang == Lang::En).to_owned())
}

fn line(event: &AuditRecord, names: &Names, lang: Lang) -> RecordLine {
    let deed = deed(&event.event);
    let who = client_of(event.body.as_ref()).and_then(|id| names.get(id)).cloned();
    let look = (deed == Deed::Verified).then(|| look(event.body.clone(), lang));
    let number = event.reference.clone();
    RecordLine { deed, when: lang.minute(event.at), who, look, number }
}

fn look(body: Option<Value>, lang: Lang) -> Look {
    let told: Particulars =
        body.and_then(|body| serde_json::from_value(body).ok()).unwrap_or_default();
    let way = match told.way.as_deref() {
        Some("online") => Way::Online,
        Some("offline") => Way::Offline,
        _ => Way::Token,
    };
    let outcome = match (told.active, told.reason.as_deref()) {
        (true, _) => Outcome::Good,
        (false, Some("revoked")) => Outcome::Revoked,
        (false, Some("function_refused")) => Outcome::Function,
        (false, Some("replayed")) => Outcome::Replayed,
        (false, _) => Outcome::Refused,
    };
    let offline_at = told.made_offline_at.map(|at| lang.minute(at));
    Look { function: told.function, way, outcome, offline_at, told_offline: told.told_offline }
}

fn deed(event: &str) -> Deed {
    match event {
        "card.verified" => Deed::Verified,
        "card.reported_lost" => Deed::ReportedLost,
        "card.tickets_issued" => Deed::Tickets,
        "card.issued" => Deed::Issued,
        "consent.granted" => Deed::Allowed,
        "consent.withdrawn" => Deed::Withdrawn,
        "grant.ended" | "grant.expired" => Deed::GrantEnded,
        "authorization.answered" => Deed::Answered,
        "device.allowed" => Deed::DeviceAllowed,
        "device.refused" => Deed::DeviceRefused,
        "token.issued" => Deed::Fetched,
        "token.refreshed" => Deed::Renewed,
        "token.revoked" => Deed::TokenEnded,
        "code.reused" | "refresh.replayed" => Deed::Misuse,
        "claim.face_matched" | "authorization.face_matched" => Deed::FaceMatched,
        "claim.face_consented" | "authorization.face_consented" => Deed::FaceAllowed,
        "claim.face_failed" | "authorization.face_failed" | "authorization.face_impossible" => {
            Deed::FaceFailed
        }
        "authorization.face_refused" => Deed::FaceDeclined,
        "grant.revoked" | "line.revoked" => Deed::Revoked,
        "claim.counter_proved" => Deed::CounterProved,
        "claim.code_sent" => Deed::CodeSent,
        "claim.code_wrong" => Deed::CodeWrong,
        "claim.activated" => Deed::Activated,
        "claim.bound_elsewhere" => Deed::BoundElsewhere,
        "login.succeeded" => Deed::LoggedIn,
        _ => Deed::Other,
    }
}
