//! `POST /verify/batch`: many checks in one request, among them those a terminal made while it
//! was offline and now hands in.

use super::answer::Answer;
use super::caller::{caller, pace};
use super::check::{Check, Made, Unreadable};
use super::examine::Scene;
use super::settle::{Settling, settle};
use crate::app::App;
use crate::auth::client::ClientAuthError;
use crate::domain::authorization::Params;
use crate::domain::ids::Reference;
use crate::domain::time::Timestamp;
use crate::domain::told_offline::ToldOffline;
use crate::error::AppError;
use crate::web::paths;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The most checks of one request: their records are one transaction.
const MOST: usize = 100;

/// What is sent besides what proves the client.
#[derive(Deserialize)]
struct Batch {
    checks: Vec<Value>,
}

/// One check as sent. A member that is none, such as a misspelt `function`, would leave a question
/// out unseen: it is refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    id: String,
    token: Option<String>,
    qr: Option<String>,
    function: Option<String>,
    checked_at: Option<Timestamp>,
    told: Option<ToldOffline>,
}

/// What is answered of one check.
#[derive(Serialize)]
struct ItemAnswer {
    id: Value,
    #[serde(flatten)]
    answer: Told,
}

/// The answer of `/verify`, or what is wrong with the check.
#[derive(Serialize)]
#[serde(untagged)]
enum Told {
    Answer(Answer),
    Unreadable { error: &'static str, error_description: &'static str },
}

#[derive(Serialize)]
struct Results {
    results: Vec<ItemAnswer>,
}

/// Verifies in order; a check that cannot be read spoils none of the others.
pub(super) async fn verify(
    State(app): State<App>,
    Extension(reference): Extension<Reference>,
    parts: Parts,
    body: Bytes,
) -> Result<Response, AppError> {
    let now = app.clock.now();
    let sent: Value = serde_json::from_slice(&body).unwrap_or_default();
    let caller = match caller(&app, &parts, &params(&sent), paths::VERIFY_BATCH, now).await {
        Ok(caller) => caller,
        Err(ClientAuthError::Fault(fault)) => return Err(fault),
        Err(refused) => return Ok(refused.into_response()),
    };
    let malformed = |why| Ok(ClientAuthError::Malformed(why).into_response());
    let Ok(batch) = serde_json::from_value::<Batch>(sent) else {
        return malformed("not a JSON object with a list of checks");
    };
    if batch.checks.len() > MOST {
        return malformed("more than 100 checks");
    }
    pace(&app, &caller, batch.checks.len(), now)?;
    let keys = app.own_keys.of(&app.keys)?;
    let scene = Scene { app: &app, client: caller.metadata(), keys: &keys, now };
    let (mut told, mut examined) = (Vec::new(), Vec::new());
    for item in batch.checks {
        let id = item.get("id").cloned().unwrap_or_default();
        let read = read(item, now);
        told.push((id, read.as_ref().err().copied()));
        if let Ok(check) = read {
            let examination = scene.examine(&check).await?;
            examined.push(Settling { examined: examination, reference: reference.clone(), now });
        }
    }
    let answers = settle(&app, examined).await?;
    Ok(Json(Results { results: joined(told, answers) }).into_response())
}

/// What proves the client may stand among the members of the body, as it may in a form.
fn params(sent: &Value) -> Params {
    let members = sent.as_object().into_iter().flatten();
    Params::new(
        members.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))),
    )
}

fn read(sent: Value, now: Timestamp) -> Result<Check, Unreadable> {
    let Ok(item) = serde_json::from_value::<Item>(sent) else {
        return Err(Unreadable("not a check: id, token or qr, function, checked_at, told"));
    };
    let check = Check::new(item.token.as_deref(), item.qr.as_deref(), item.function.as_deref())?;
    match (item.checked_at, item.told) {
        (Some(at), told) => check.made_at(Made { id: item.id, at, told }, now),
        (None, None) => Ok(check),
        (None, Some(_)) => Err(Unreadable("told belongs to a check with checked_at")),
    }
}

fn joined(told: Vec<(Value, Option<Unreadable>)>, answers: Vec<Answer>) -> Vec<ItemAnswer> {
    let mut answers = answers.into_iter();
    told.into_iter()
        .filter_map(|(id, unreadable)| {
            let answer = match unreadable {
                Some(Unreadable(why)) => {
                    Told::Unreadable { error: "invalid_request", error_description: why }
                }
                None => Told::Answer(answers.next()?),
            };
            Some(ItemAnswer { id, answer })
        })
        .collect()
}
