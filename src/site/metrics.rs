//! `/metrics`, on a listener of its own: for operators, not for the world.

use crate::app::App;
use crate::app::metrics::gauge;
use crate::storage::{DbError, outbox};
use crate::web::paths;
use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

const TEXT_FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What the listener for operators answers.
pub fn metrics_router(app: App) -> Router {
    Router::new().route(paths::METRICS, get(metrics)).with_state(app)
}

/// What was counted, and how things stand now. A database that does not answer leaves out what
/// only it knows.
async fn metrics(State(app): State<App>) -> Response {
    let mut text = app.metrics.text();
    let out = &mut text;
    if let Some(age) = app.status.age() {
        let help = "How long ago the map of card status held everything committed.";
        gauge(out, "ecard_status_age_seconds", help, age.as_secs_f64());
    }
    let help = "The last line of the status log in memory.";
    gauge(out, "ecard_status_seq", help, app.status.seq());
    let help = "Status lists that take memory, 256 KiB each.";
    gauge(out, "ecard_status_lists", help, app.status.lists_held());
    if let Some(waiting) = app.db.waiting() {
        gauge(out, "ecard_writer_queue", "Writes that wait for SQLite's one writer.", waiting);
    }
    let waiting =
        app.db.look::<_, DbError, _>(|tx| Box::pin(async move { outbox::waiting(tx).await })).await;
    match waiting {
        Ok(waiting) => gauge(out, "ecard_outbox_waiting", "Messages not sent yet.", waiting),
        Err(error) => tracing::debug!(%error, "the outbox is not counted"),
    }
    ([(CONTENT_TYPE, TEXT_FORMAT)], text).into_response()
}
