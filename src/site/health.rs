//! For operators and load balancers.

use crate::app::App;
use crate::error::AppError;
use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

/// The process answers.
pub(super) async fn alive() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// The service can do its work: the database answers, card status can be followed, and there is a
/// key to sign with.
pub(super) async fn ready(State(app): State<App>) -> Result<Json<Value>, AppError> {
    app.db.ping().await?;
    app.status.follow().await?;
    app.keys.sign("readiness", &json!({}), app.clock.now()).map_err(crate::app::internal)?;
    Ok(Json(json!({ "status": "ready" })))
}
