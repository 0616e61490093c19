//! `POST /verify`: is this card good, now, for this?

use super::answer::Answer;
use crate::app::{App, Fault, internal};
use crate::auth::client::{Caller, ClientAuthError, ClientRequest, authenticate};
use crate::auth::subject::subject;
use crate::domain::authorization::Params;
use crate::domain::client::Client;
use crate::domain::function::CardFunction;
use crate::domain::ids::{CitizenId, Reference};
use crate::domain::status::StatusValue;
use crate::domain::time::Timestamp;
use crate::error::AppError;
use crate::status::StatusError;
use crate::storage::audit::{self, AuditEvent};
use crate::storage::status::{self, StatusPlace};
use crate::token::card::holder_audience;
use crate::verifier::{
    Expectation, Reason, TrustedKeys, UnknownReason, Verdict, VerifiedToken, verify_card_token,
};
use crate::web::forms::FormData;
use crate::web::paths;
use axum::Json;
use axum::extract::{Extension, Request, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Verifies for an authenticated relying service.
pub(super) async fn verify(
    State(app): State<App>,
    Extension(reference): Extension<Reference>,
    request: Request,
) -> Result<Response, AppError> {
    let now = app.clock.now();
    let (parts, body) = request.into_parts();
    let form = FormData::read(Request::from_parts(parts.clone(), body)).await?;
    let form = Params::new(form.into_fields());
    let caller = match caller(&app, &parts, &form, now).await {
        Ok(caller) => caller,
        Err(ClientAuthError::Fault(fault)) => return Err(fault),
        Err(refused) => return Ok(refused.into_response()),
    };
    let asked = Asked::of(form.first("function").unwrap_or_default());
    let token = form.first("token").unwrap_or_default();
    let answer = check(&app, caller.metadata(), token, asked, &reference, now).await?;
    app.metrics.verified(answer.status);
    Ok(Json(answer).into_response())
}

/// Who asks: a client that proves it, for the answer is about a citizen.
async fn caller(
    app: &App,
    parts: &Parts,
    form: &Params,
    now: Timestamp,
) -> Result<Caller, ClientAuthError> {
    let (headers, extensions) = (&parts.headers, &parts.extensions);
    let request = ClientRequest { headers, extensions, params: form, endpoint: paths::VERIFY };
    let caller = authenticate(app, &request, now).await?;
    caller.must_be_confidential()?;
    caller.spend(app).await?;
    Ok(caller)
}

/// What the card is to be used for.
#[derive(Clone, Copy)]
enum Asked {
    /// Nothing in particular.
    Nothing,
    /// One of the card's functions.
    For(CardFunction),
    /// Something no card of ours is for: refused like a function the card does not have.
    Unknown,
}

impl Asked {
    fn of(name: &str) -> Self {
        match (name, name.parse()) {
            ("", _) => Self::Nothing,
            (_, Ok(function)) => Self::For(function),
            (_, Err(_)) => Self::Unknown,
        }
    }

    fn refused(self, token: &VerifiedToken) -> Option<Reason> {
        match self {
            Self::Nothing => None,
            Self::For(function) => token.require(function).err(),
            Self::Unknown => Some(Reason::FunctionRefused),
        }
    }

    fn function(self) -> Option<CardFunction> {
        match self {
            Self::For(function) => Some(function),
            Self::Nothing | Self::Unknown => None,
        }
    }
}

async fn check(
    app: &App,
    client: &Client,
    token: &str,
    asked: Asked,
    reference: &Reference,
    now: Timestamp,
) -> Result<Answer, Fault> {
    let keys = trusted(app)?;
    let ours = holder_audience(&app.issuer);
    let expected = Expectation { issuer: &app.issuer, audiences: &[&ours, &client.client_id] };
    let verified = match verify_card_token(token, &keys, &expected, now) {
        Ok(verified) => verified,
        Err(reason) => return Ok(Answer::refused(reason, now)),
    };
    let Some((place, citizen)) = owner(app, &verified).await? else {
        return Ok(Answer::refused(Reason::Malformed, now));
    };
    let value = app.status.status(place).await.map_err(|error| match error {
        StatusError::Db(error) => error.into(),
        other => internal(other),
    })?;
    let answer = judge(app, client, &verified, value, asked, &citizen, now);
    note(app, client, &answer, asked.function(), citizen, reference.clone(), now).await?;
    Ok(answer)
}

/// Our own public keys, as a relying service would fetch them.
fn trusted(app: &App) -> Result<TrustedKeys, Fault> {
    let jwks = serde_json::to_vec(&app.keys.jwks()).map_err(internal)?;
    TrustedKeys::from_jwks(&jwks).map_err(internal)
}

/// Whose status entry the token names; none when it is not one of ours.
async fn owner(
    app: &App,
    token: &VerifiedToken,
) -> Result<Option<(StatusPlace, CitizenId)>, Fault> {
    let prefix = format!("{}/status/", app.issuer);
    let list = token.status.uri.strip_prefix(&prefix).and_then(|n| n.parse().ok());
    let Some(list) = list else { return Ok(None) };
    let place = StatusPlace { list, index: i64::from(token.status.idx) };
    let found = app
        .db
        .look::<_, Fault, _>(move |tx| Box::pin(async move { Ok(status::owner(tx, place).await?) }))
        .await?;
    Ok(found.map(|(_, citizen)| (place, citizen)))
}

fn judge(
    app: &App,
    client: &Client,
    token: &VerifiedToken,
    value: Option<StatusValue>,
    asked: Asked,
    citizen: &CitizenId,
    now: Timestamp,
) -> Answer {
    let age = app.status.age().unwrap_or_default();
    let verdict = value.map_or(Verdict::Unknown(UnknownReason::ListUnavailable), |value| {
        Verdict::of_status(value, age)
    });
    let reason = match &verdict {
        Verdict::Invalid(reason) => Some(*reason),
        Verdict::Unknown(_) => None,
        Verdict::Valid { .. } => asked.refused(token),
    };
    let good = matches!(verdict, Verdict::Valid { .. });
    Answer {
        active: good && reason.is_none(),
        status: verdict.status_word(),
        reason: reason.map(|r| r.code()),
        functions: if good { token.functions.clone() } else { Vec::new() },
        sub: Some(subject(app, client, citizen)),
        holder_bound: false,
        checked_at: now,
    }
}

/// The holder can read who looked at the card, when and for what.
async fn note(
    app: &App,
    client: &Client,
    answer: &Answer,
    function: Option<CardFunction>,
    citizen: CitizenId,
    reference: Reference,
    now: Timestamp,
) -> Result<(), Fault> {
    let body = json!({
        "client": client.client_id,
        "function": function,
        "active": answer.active,
        "reason": answer.reason,
    });
    let parts = app.clone();
    app.db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                let event =
                    AuditEvent { at: now, event: "card.verified", reference: &reference, body };
                Ok(audit::append(tx, &parts.vault, Some(&citizen), &[event]).await?)
            })
        })
        .await
}
