//! What commands that look into the service's database have in common.

use super::Failure;
use super::serve::{failed, surroundings, unavailable};
use crate::app::{App, Fault};
use crate::assembly::{AssemblyError, assemble_for_command};
use crate::config::Config;
use crate::domain::time::Timestamp;
use crate::error::AppError;
use crate::storage::DbError;
use std::future::Future;

/// Runs `work` on the service put together from the configuration, and closes its database.
pub(super) fn with_app<W, F>(config: Config, work: W) -> Result<(), Failure>
where
    W: FnOnce(App, Timestamp) -> F,
    F: Future<Output = Result<(), Failure>>,
{
    on_runtime(async move {
        let around = surroundings()?;
        let now = around.clock.now();
        let app = assemble_for_command(config, around).await.map_err(failed)?;
        let done = work(app.clone(), now).await;
        app.db.close().await;
        done
    })
}

/// A database that does not answer, with what to do.
pub(super) fn no_database(error: DbError) -> Failure {
    failed(AssemblyError::Database(error))
}

/// Runs a future to its end.
pub(super) fn on_runtime(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    tokio::runtime::Runtime::new().map_err(unavailable)?.block_on(work)
}

/// The machine's time.
pub(super) fn now() -> Result<Timestamp, Failure> {
    Ok(surroundings()?.clock.now())
}

/// Faults of the service as an operator reads them: the cause is in `--log`.
pub(super) fn fault(error: Fault) -> Failure {
    match error {
        AppError::ProviderDown { provider, .. } => Failure::Unavailable(format!(
            "the {provider} does not answer; look at --database and try again"
        )),
        other => Failure::Refused(format!("{other}: nothing was changed")),
    }
}
