//! `ecard keys rekey`: everything stored comes under the current sealing and lookup keys.

use super::keys::untrusted;
use super::progress::Progress;
use super::serve::{surroundings, unavailable};
use super::{Failure, output, work};
use crate::config::Config;
use crate::storage::rekey::{self, Rekeyed};
use crate::storage::vault::Vault;
use crate::storage::{Db, DbError, people_rekey};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Rows a transaction.
const BATCH: i64 = 200;
/// Passes until rows that change meanwhile are given up for this time.
const PASSES: u32 = 5;

/// Runs the job to its end.
pub(super) fn run(config: &Config, retire_old: bool, json: bool) -> Result<(), Failure> {
    let entropy = surroundings()?.entropy;
    let vault = Vault::open_or_create(&config.keys, entropy.as_ref()).map_err(untrusted)?;
    let vault = Arc::new(vault);
    work::on_runtime(async {
        let db = Db::open(&config.database).await.map_err(unavailable)?;
        let done = passes(&db, &vault).await;
        db.close().await;
        let (complete, total) = done.map_err(unavailable)?;
        if complete && retire_old {
            vault.retire_old_keys().map_err(untrusted)?;
        }
        tell(complete, total, complete && retire_old, json)
    })
}

async fn passes(db: &Db, vault: &Arc<Vault>) -> Result<(bool, Rekeyed), DbError> {
    let progress = Progress::start("rows under the current keys", None);
    let mut total = Rekeyed::default();
    for _ in 0..PASSES {
        let mut pass = Rekeyed::default();
        for column in rekey::columns() {
            add(&mut pass, rekey::rekey(db, vault, &[column], BATCH).await?);
            progress.counter().store(total.changed + pass.changed, Ordering::Relaxed);
        }
        add(&mut pass, people_rekey::rekey(db, vault, BATCH).await?);
        let finished = pass.is_complete();
        total.examined = pass.examined;
        total.changed += pass.changed;
        (total.missed, total.unreadable) = (pass.missed, pass.unreadable);
        if finished || pass.changed == 0 {
            return Ok((finished, total));
        }
    }
    Ok((false, total))
}

fn add(sum: &mut Rekeyed, part: Rekeyed) {
    sum.examined += part.examined;
    sum.changed += part.changed;
    sum.missed += part.missed;
    sum.unreadable += part.unreadable;
}

fn tell(complete: bool, total: Rekeyed, retired: bool, json: bool) -> Result<(), Failure> {
    if json {
        output::json(&json!({
            "complete": complete, "examined": total.examined, "changed": total.changed,
            "missed": total.missed, "unreadable": total.unreadable, "old_keys_retired": retired,
        }))?;
    } else {
        output::line(&format!("{} rows, {} changed", total.examined, total.changed))?;
        if retired {
            output::line("old keys are dropped")?;
        }
    }
    if complete {
        return Ok(());
    }
    Err(Failure::Refused(format!(
        "{} rows changed meanwhile (run it again), {} open under no key held (restore the keys \
         folder they were sealed with); old keys are kept",
        total.missed, total.unreadable
    )))
}
