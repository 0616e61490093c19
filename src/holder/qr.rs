//! `/card/qr`: the code a holder shows while online, anew every minute.

use super::arrival::{Arrival, logged_in};
use super::card;
use crate::app::{App, Fault, html, internal};
use crate::auth::visitor::Visitor;
use crate::domain::ecard::ECardState;
use crate::domain::ids::CardId;
use crate::domain::online_code::OnlineCode;
use crate::domain::time::Timestamp;
use crate::error::AppError;
use crate::pages::qr::{QrPage, Shown};
use crate::storage::limits::{self, Limit, Mode};
use crate::storage::online_codes::{self, NewCode};
use crate::storage::status::{self, HOLDER};
use crate::storage::vault::Purpose;
use crate::web::paths;
use crate::web::qr_code::QrPicture;
use axum::Json;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long a code is accepted, and shown before the next one takes its place.
const CODE_LIFETIME: Duration = Duration::from_secs(60);

/// How many codes follow each other before somebody must touch the page: a phone that was put down
/// does not show its owner's card all day.
const LONGEST_RUN: u32 = 10;

/// What the address may say.
#[derive(Deserialize)]
pub(super) struct Run {
    /// How many codes came before without a touch.
    again: Option<u32>,
}

/// Shows a fresh code. A card out of use shows none: its own page says why.
pub(super) async fn show(
    State(app): State<App>,
    Query(run): Query<Run>,
    visitor: Visitor,
) -> Result<Response, AppError> {
    let arrival = match logged_in(visitor, paths::CARD_QR) {
        Ok(arrival) => arrival,
        Err(login) => return Ok(*login),
    };
    let Some((row, face)) = card::of_account(&app, &arrival.account).await? else {
        return Ok(Redirect::to(paths::CLAIM).into_response());
    };
    if row.state != ECardState::Active {
        return Ok(Redirect::to(paths::CARD).into_response());
    }
    let count = run.again.unwrap_or_default();
    let shown = match count {
        LONGEST_RUN.. => None,
        _ => Some(shown(&app, &arrival, &row.id, count).await?),
    };
    let name = face.name.masked();
    html(200, &QrPage { cx: arrival.cx, name, shown })
}

/// What the page asks every few seconds while it shows a code: a code that was used tells the
/// holder so, and does not go on counting down.
#[derive(Serialize)]
struct Used {
    used: bool,
}

/// Whether the code this session shows was used.
pub(super) async fn used(State(app): State<App>, visitor: Visitor) -> Result<Response, AppError> {
    let (session, now) = (visitor.browser.require()?.id.clone(), visitor.now);
    let used = app.db.look::<_, Fault, _>(move |tx| {
        Box::pin(async move { Ok(online_codes::is_newest_used(tx, &session, now).await?) })
    });
    Ok(Json(Used { used: used.await? }).into_response())
}

async fn shown(app: &App, arrival: &Arrival, card: &CardId, count: u32) -> Result<Shown, AppError> {
    let code = fresh(app, arrival, card).await?;
    let picture = QrPicture::draw(code.expose()).ok_or_else(|| internal("a code not drawn"))?;
    Ok(Shown {
        picture,
        groups: code.groups(),
        seconds: CODE_LIFETIME.as_secs(),
        holder: app.vault.index(Purpose::ShownCode, card.as_str()),
        next: format!("{}?again={}", paths::CARD_QR, count.saturating_add(1)),
    })
}

async fn fresh(app: &App, arrival: &Arrival, card: &CardId) -> Result<OnlineCode, AppError> {
    let code = OnlineCode::from_random(app.random());
    let digest = app.vault.index(Purpose::ShownCode, code.expose());
    let (session, now) = (arrival.session.id.clone(), arrival.now);
    let limit = Limit {
        max: app.config.limits.online_codes_per_min,
        window: Duration::from_secs(60),
        mode: Mode::FromFirst,
    };
    let card = card.clone();
    app.db
        .write::<_, AppError, _>(move |tx| {
            Box::pin(async move {
                let bucket = format!("online-code/{card}");
                if let Err(limited) = limits::reserve(tx, &bucket, &limit, now).await? {
                    return Err(refused(limited.retry_after, now));
                }
                let place = status::entry(tx, &card, HOLDER).await?;
                let place = place.ok_or_else(|| internal("a card without a status entry"))?;
                let expires_at = now + CODE_LIFETIME;
                let new = NewCode { digest, session, place, expires_at };
                match online_codes::issue(tx, &new).await? {
                    true => Ok(()),
                    false => Err(Fault::Overtaken),
                }
            })
        })
        .await?;
    Ok(code)
}

fn refused(retry_after: Duration, now: Timestamp) -> AppError {
    AppError::Limited { what: "online_codes_per_min", until: now + retry_after, retry_after }
}
