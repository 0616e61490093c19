//! `ecard client notices`: how the delivery of logout tokens goes.

use super::super::Failure;
use super::super::output;
use super::super::serve::unavailable;
use crate::app::App;
use crate::domain::time::Timestamp;
use crate::storage::DbError;
use crate::storage::logout_notices::{self, NoticeRow};
use clap::Args;
use serde_json::{Value, json};

/// How many lines are shown.
const MOST: i64 = 200;

/// Logout tokens sent to clients, and how that went: the newest 200.
#[derive(Debug, Args)]
pub(in crate::cli) struct Notices {
    /// Of this client only.
    id: Option<String>,
    /// For scripts.
    #[arg(long)]
    json: bool,
}

impl Notices {
    /// Runs the command.
    pub(super) async fn run(self, app: &App) -> Result<(), Failure> {
        let client = self.id.unwrap_or_default();
        let work = app.db.read::<_, DbError, _>(move |tx| {
            Box::pin(async move { logout_notices::list(tx, &client, MOST).await })
        });
        let rows = work.await.map_err(unavailable)?;
        if self.json {
            return output::json(&rows.iter().map(as_json).collect::<Vec<_>>());
        }
        let cells: Vec<_> = rows.into_iter().map(cells).collect();
        output::table(["QUEUED", "CLIENT", "STATE", "TRIES", "LAST ERROR"], &cells)
    }
}

fn cells(row: NoticeRow) -> [String; 5] {
    [
        output::moment(row.created_at),
        row.client,
        row.state,
        row.attempts.to_string(),
        row.last_error.unwrap_or_default(),
    ]
}

fn as_json(row: &NoticeRow) -> Value {
    let waits = row.state == "queued" || row.state == "sending";
    json!({
        "id": row.id,
        "client": row.client,
        "uri": row.uri,
        "state": row.state,
        "attempts": row.attempts,
        "created_at": row.created_at.epoch_seconds(),
        "next_at": waits.then(|| row.next_at.epoch_seconds()),
        "delivered_at": row.delivered_at.map(Timestamp::epoch_seconds),
        "last_error": row.last_error,
    })
}
