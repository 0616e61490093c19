//! `GET /card/token`: the holder's own card token.

use super::card::of_account;
use crate::app::{App, internal};
use crate::auth::context::LoginContext;
use crate::auth::visitor::Visitor;
use crate::domain::masking;
use crate::domain::status::StatusReference;
use crate::error::AppError;
use crate::storage::status::{self, HOLDER};
use crate::token::card::{Authentication, CARD_TOKEN_TYPE, CardClaim, CardFacts, holder_token};
use crate::web::paths;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};

/// The token, as `application/jwt`. A card out of use gives none: there would be nothing to show.
/// A browser that nobody is logged in to is led to the login; a program is refused.
pub(super) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let now = visitor.now;
    let known = visitor.browser.session.and_then(|s| Some((s.account.clone()?, s)));
    let Some((account, session)) = known else {
        let accept = headers.get(ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if !accept.contains("text/html") {
            return Err(AppError::NotYours);
        }
        let login = format!("{}?next={}", paths::LOGIN, paths::CARD_TOKEN);
        return Ok(Redirect::to(&login).into_response());
    };
    let (row, face) = of_account(&app, &account).await?.ok_or(AppError::NotFound)?;
    let card = row.id.clone();
    let place = app
        .db
        .read::<_, AppError, _>(move |tx| {
            Box::pin(async move { Ok(status::entry(tx, &card, HOLDER).await?) })
        })
        .await?
        .ok_or_else(|| internal("a card without a status entry"))?;
    let context = session.context.unwrap_or_else(|| LoginContext::password(now));
    let claims = holder_token(
        &app.issuer,
        CardFacts {
            card: CardClaim {
                no_masked: masking::card_number(&face.card_number),
                region: face.region.clone(),
                card_type: face.card_type,
            },
            functions: face.functions(row.state),
            status: StatusReference {
                idx: u32::try_from(place.index).map_err(internal)?,
                uri: app.status.uri(place.list),
            },
        },
        Authentication { acr: context.acr, amr: context.amr, auth_time: context.auth_time },
        app.random(),
        now,
    );
    let token = app.keys.sign(CARD_TOKEN_TYPE, &claims, now).map_err(internal)?;
    Ok(([(CONTENT_TYPE, "application/jwt")], token).into_response())
}
