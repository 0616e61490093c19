//! `/card`: the card's face, where it stands, and what it can be used for.

use crate::app::{App, Fault, html, internal};
use crate::auth::face;
use crate::auth::visitor::Visitor;
use crate::domain::ecard::{CardFace, ECardState};
use crate::domain::ids::AccountId;
use crate::domain::masking;
use crate::domain::minor_rule::MinorRule;
use crate::domain::region::RegionCode;
use crate::domain::time::Timestamp;
use crate::error::AppError;
use crate::pages::holder::{CardData, CardEndedPage, CardPage};
use crate::storage::cards::{self, CardRow};
use crate::web::cx::Cx;
use crate::web::lang::Lang;
use crate::web::paths;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use std::time::Duration;

/// A card that was issued less than this long ago is greeted as new.
const NEW_FOR: Duration = Duration::from_secs(60);

/// The account's live card, opened.
///
/// # Errors
/// [`Fault`].
pub(super) async fn of_account(
    app: &App,
    account: &AccountId,
) -> Result<Option<(CardRow, CardFace)>, Fault> {
    let account = account.clone();
    let row = app
        .db
        .look::<_, Fault, _>(move |tx| {
            Box::pin(async move { Ok(cards::of_account(tx, &account).await?) })
        })
        .await?;
    let Some(row) = row else { return Ok(None) };
    let face = face::face(app, &row)?;
    Ok(Some((row, face)))
}

/// Shows the card; whoever is not logged in logs in first, whoever has none may claim one.
pub(super) async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, AppError> {
    let Visitor { browser, cx, now, .. } = visitor;
    let Some(account) = browser.session.and_then(|s| s.account) else {
        return Ok(Redirect::to(paths::LOGIN).into_response());
    };
    let Some((row, face)) = of_account(&app, &account).await? else {
        return Ok(Redirect::to(paths::CLAIM).into_response());
    };
    let card = data(&face, &row, cx.lang());
    if row.state != ECardState::Active {
        let since = cx.lang().minute(since(&app, &row).await?);
        return html(200, &CardEndedPage { cx, card, state: row.state, since });
    }
    html(200, &page(cx, card, &row, &face, now))
}

/// When the card came to stand where it stands.
pub(super) async fn since(app: &App, row: &CardRow) -> Result<Timestamp, Fault> {
    let id = row.id.clone();
    let since = app
        .db
        .look::<_, Fault, _>(move |tx| Box::pin(async move { Ok(cards::since(tx, &id).await?) }))
        .await?;
    since.ok_or_else(|| internal("a card that is gone"))
}

fn page(cx: Cx, card: CardData, row: &CardRow, face: &CardFace, now: Timestamp) -> CardPage {
    let minor = MinorRule::for_birth(face.id_number.birth_date());
    let is_minor = face.card_type == crate::domain::citizen::CardType::Minor;
    let due = is_minor && minor.notice_due(now.shanghai_date());
    CardPage {
        stops_on: due.then(|| cx.lang().day(minor.disabled_from())),
        just_issued: now < row.issued_at + NEW_FOR,
        functions: face.functions(row.state),
        cx,
        card,
    }
}

pub(super) fn data(face: &CardFace, row: &CardRow, lang: Lang) -> CardData {
    let region = match RegionCode::parse(&face.region) {
        Ok(code) if lang == Lang::ZhCn => code.province_name_zh().to_owned(),
        Ok(code) => code.province_name_en().to_owned(),
        Err(_) => face.region.clone(),
    };
    CardData {
        name: face.name.masked(),
        id_number: face.id_number.masked(),
        mobile: face.mobile.masked(),
        card_number: masking::card_number(&face.card_number),
        region,
        kind: face.card_type,
        issued_on: lang.day(row.issued_at.shanghai_date()),
        bank: Some(face.bank.clone()).filter(|bank| !bank.is_empty()),
    }
}
