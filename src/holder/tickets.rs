//! `/card/qr/offline`: the page that shows codes without a network, and the tickets it needs, ten at
//! a time, each for a key that never leaves the phone.

use super::arrival::logged_in;
use super::card;
use crate::app::{App, html, internal};
use crate::auth::browser::check_csrf;
use crate::auth::visitor::Visitor;
use crate::config::DAY;
use crate::crypto::P256PublicKey;
use crate::domain::ecard::{CardFace, ECardState};
use crate::domain::ids::{CardId, CitizenId, Reference};
use crate::domain::time::Timestamp;
use crate::error::AppError;
use crate::pages::qr::OfflinePage;
use crate::storage::audit::{self, AuditEvent};
use crate::storage::limits::{self, Limit, Mode};
use crate::storage::offline_tickets::{self, NewTicket};
use crate::storage::{Tx, cards};
use crate::verifier::offline::{TICKET_LIFETIME, Ticket};
use crate::web::paths;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most tickets of one request.
const MOST: usize = 10;

/// What a phone sends.
#[derive(Deserialize)]
struct Wish {
    csrf: String,
    /// Public keys: uncompressed points (SEC 1), base64url.
    keys: Vec<String>,
}

/// A ticket as the phone keeps it.
#[derive(Serialize)]
struct Given {
    ticket: String,
    expires_at: Timestamp,
}

/// The page without a code: the phone keeps it, and draws the codes itself.
pub(super) async fn page(State(app): State<App>, visitor: Visitor) -> Result<Response, AppError> {
    match logged_in(visitor, paths::CARD_QR) {
        Ok(arrival) => {
            let face = card::of_account(&app, &arrival.account).await?;
            let (_, face) = face.ok_or(AppError::NotFound)?;
            let mut cx = arrival.cx;
            // What is kept on the phone says nothing of the session.
            (cx.csrf, cx.signed_in_as, cx.idle_s) = (String::new(), None, None);
            html(200, &OfflinePage { cx, name: face.name.masked() })
        }
        Err(login) => Ok(*login),
    }
}

/// Hands out tickets: one for each key, as many as the day still has.
pub(super) async fn issue(
    State(app): State<App>,
    visitor: Visitor,
    body: Bytes,
) -> Result<Response, AppError> {
    let wish: Wish =
        serde_json::from_slice(&body).map_err(|_| AppError::BadRequest("csrf and keys"))?;
    check_csrf(&app, &visitor.browser, &wish.csrf)?;
    let account = visitor.browser.require()?.account.clone().ok_or(AppError::NotYours)?;
    let keys = keys(&wish.keys)?;
    let (row, face) = card::of_account(&app, &account).await?.ok_or(AppError::NotFound)?;
    if row.state != ECardState::Active {
        return Err(AppError::NotFound);
    }
    let now = visitor.now;
    let tickets = drawn(&app, keys, &face, now).await?;
    let whose = Whose { card: row.id, citizen: row.citizen, reference: visitor.reference, now };
    let granted = keep(&app, whose, &tickets).await?;
    let given: Result<Vec<Given>, AppError> =
        tickets.iter().take(granted).map(|ticket| signed(&app, ticket, now)).collect();
    Ok(Json(json!({ "tickets": given? })).into_response())
}

fn keys(sent: &[String]) -> Result<Vec<P256PublicKey>, AppError> {
    let refused = || AppError::BadRequest("one to ten P-256 points, each once");
    let mut distinct = sent.to_vec();
    distinct.sort();
    distinct.dedup();
    if sent.is_empty() || sent.len() > MOST || distinct.len() != sent.len() {
        return Err(refused());
    }
    let point = |text: &String| {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| refused())?;
        let key = P256PublicKey::from_uncompressed(&bytes).map_err(|_| refused())?;
        if key.is_on_curve() { Ok(key) } else { Err(refused()) }
    };
    sent.iter().map(point).collect()
}

/// A ticket for each key, with a place in the status lists of its own. Nothing is stored yet.
async fn drawn(
    app: &App,
    keys: Vec<P256PublicKey>,
    face: &CardFace,
    now: Timestamp,
) -> Result<Vec<Ticket>, AppError> {
    let mut tickets = Vec::with_capacity(keys.len());
    for device in keys {
        let place = app.status.reserve(app.entropy.as_ref()).await?;
        tickets.push(Ticket {
            expires_at: now + TICKET_LIFETIME,
            card_ref: app.random(),
            device,
            list: u32::try_from(place.list).map_err(internal)?,
            index: u32::try_from(place.index).map_err(internal)?,
            functions: face.functions(ECardState::Active),
            name_masked: Some(face.name.masked()),
        });
    }
    Ok(tickets)
}

/// Whose tickets, and when.
struct Whose {
    card: CardId,
    citizen: CitizenId,
    reference: Reference,
    now: Timestamp,
}

/// Stores as many tickets as the day still has, while the card stands still: a loss report at the
/// same moment finds either all of them or none.
async fn keep(app: &App, whose: Whose, tickets: &[Ticket]) -> Result<usize, AppError> {
    let max = app.config.limits.offline_tickets_per_day;
    let limit = Limit { max, window: DAY, mode: Mode::FromFirst };
    let new: Vec<NewTicket> = tickets.iter().map(stored).collect();
    let parts = app.clone();
    app.db
        .write::<_, AppError, _>(move |tx| {
            Box::pin(async move {
                if !cards::hold_active(tx, &whose.card).await? {
                    return Err(AppError::NotFound);
                }
                let granted = count(tx, &whose, &limit, new.len()).await?;
                for ticket in new.iter().take(granted) {
                    offline_tickets::insert(tx, ticket, &whose.card);
                }
                let body = json!({ "count": granted });
                let (event, reference) = ("card.tickets_issued", &whose.reference);
                let event = AuditEvent { at: whose.now, event, reference, body };
                audit::append(tx, &parts.vault, Some(&whose.citizen), &[event]).await?;
                Ok(granted)
            })
        })
        .await
}

/// How many of `wanted` the day still has: at least one.
async fn count(
    tx: &mut Tx,
    whose: &Whose,
    limit: &Limit,
    wanted: usize,
) -> Result<usize, AppError> {
    let bucket = format!("offline-ticket/{}", whose.card);
    for granted in 0..wanted {
        if let Err(limited) = limits::reserve(tx, &bucket, limit, whose.now).await? {
            let retry_after = limited.retry_after;
            let until = whose.now + retry_after;
            let what = "offline_tickets_per_day";
            let refused = AppError::Limited { what, until, retry_after };
            return if granted == 0 { Err(refused) } else { Ok(granted) };
        }
    }
    Ok(wanted)
}

fn stored(ticket: &Ticket) -> NewTicket {
    NewTicket {
        name: URL_SAFE_NO_PAD.encode(ticket.card_ref),
        place: crate::storage::status::StatusPlace {
            list: i64::from(ticket.list),
            index: i64::from(ticket.index),
        },
        expires_at: ticket.expires_at,
    }
}

fn signed(app: &App, ticket: &Ticket, now: Timestamp) -> Result<Given, AppError> {
    let signed = app.keys.sign_bytes(|kid| ticket.to_be_signed(kid), now);
    let (kid, signature) = signed.map_err(internal)?;
    let bytes = ticket.assemble(&kid, &signature);
    Ok(Given { ticket: URL_SAFE_NO_PAD.encode(bytes), expires_at: ticket.expires_at })
}
