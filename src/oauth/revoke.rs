//! `POST /oauth/revoke`: a client gives a token back (RFC 7009). A refresh token takes its whole
//! line along; an access token goes alone.

use super::caller::{self, Caller};
use super::error::OAuthError;
use super::grants::{LineEnd, Refusal, end_line, follow};
use super::refresh as refresh_tokens;
use crate::app::App;
use crate::domain::ids::{GrantId, LineId, Reference};
use crate::domain::time::Timestamp;
use crate::storage::audit::{self, AuditEvent};
use crate::storage::changes::{self, Change};
use crate::storage::refresh::LineRow;
use crate::storage::{Tx, grants, refresh};
use crate::token::access::{AccessClaims, TokenName};
use crate::web::paths;
use axum::extract::{Extension, Request, State};
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::sync::Arc;

/// What a client gives back.
enum Given {
    /// A line with its refresh tokens.
    Line(LineId),
    /// One access token.
    Access(Arc<AccessClaims>),
    /// Nothing that is good still, or ever was.
    Nothing,
}

/// A client's request.
struct Back {
    app: App,
    caller: Caller,
    given: Given,
    reference: Reference,
    now: Timestamp,
}

/// Takes a token back. What is unknown, expired or revoked already is fine: it is not good any
/// more, which is what the client wants (§2.2). Another client's token is left alone (§2.1), and
/// answered like an unknown one: who has it learns nothing of it here.
pub(super) async fn revoke(
    State(app): State<App>,
    Extension(reference): Extension<Reference>,
    request: Request,
) -> Result<Response, OAuthError> {
    let now = app.clock.now();
    let (caller, params) = caller::identify(&app, request, paths::REVOKE, now).await?;
    let given = recognise(&app, caller::required(&params, "token")?, now);
    if matches!(given, Given::Nothing) && !caller.has_to_spend() {
        return Ok(done());
    }
    let back = Back { app: app.clone(), caller, given, reference, now };
    app.db.write::<_, Refusal, _>(move |tx| Box::pin(async move { take(tx, &back).await })).await?;
    follow(&app).await;
    Ok(done())
}

fn done() -> Response {
    (StatusCode::OK, [(CACHE_CONTROL, "no-store")]).into_response()
}

fn recognise(app: &App, token: &str, now: Timestamp) -> Given {
    if let Some(token) = refresh_tokens::read(app, token) {
        return Given::Line(token.line);
    }
    match app.access_tokens.open(&app.keys, &app.issuer, token, now) {
        Some(claims) => Given::Access(claims),
        None => Given::Nothing,
    }
}

async fn take(tx: &mut Tx, back: &Back) -> Result<(), Refusal> {
    back.caller.spend(tx).await?;
    match &back.given {
        Given::Line(line) => match refresh::find(tx, line).await? {
            Some(row) => take_line(tx, back, &row).await,
            None => Ok(()),
        },
        Given::Access(claims) => take_access(tx, back, claims).await,
        Given::Nothing => Ok(()),
    }
}

fn owns(back: &Back, client: &str) -> bool {
    back.caller.client().client_id == client
}

async fn take_line(tx: &mut Tx, back: &Back, row: &LineRow) -> Result<(), Refusal> {
    if !owns(back, &row.client) || !row.is_live {
        return Ok(());
    }
    let grant = grants::find(tx, &row.grant).await?;
    let why = LineEnd {
        event: "token.revoked",
        client: &row.client,
        grant: &row.grant,
        citizen: grant.as_ref().map(|grant| &grant.citizen),
        reference: &back.reference,
        now: back.now,
    };
    Ok(end_line(tx, &back.app, &row.id, why).await?)
}

async fn take_access(tx: &mut Tx, back: &Back, claims: &AccessClaims) -> Result<(), Refusal> {
    let Some(name) = TokenName::parse(&claims.jti) else { return Ok(()) };
    if !owns(back, &claims.client_id) || back.app.revocations.is_dead(&name) {
        return Ok(());
    }
    let grant = grants::find(tx, &GrantId::from_stored(name.grant)).await?;
    let citizen = grant.as_ref().map(|grant| &grant.citizen);
    let event = AuditEvent {
        at: back.now,
        event: "token.revoked",
        reference: &back.reference,
        body: json!({ "client": claims.client_id, "jti": claims.jti }),
    };
    audit::append(tx, &back.app.vault, citizen, &[event]).await?;
    changes::append(tx, Change::Token, &claims.jti, back.now).await?;
    Ok(())
}
