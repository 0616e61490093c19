//! The demo's people in a database that is to go live.

use crate::config::Config;
use crate::domain::time::Timestamp;
use crate::ports::entropy::SystemEntropy;
use crate::simulator::demo_people::demo_people;
use crate::storage::vault::{Purpose, Vault};
use crate::storage::{Db, DbError, people};

/// How many of the demo's people a database that is to go live holds.
pub(super) async fn people(config: &Config, db: &Db, now: Timestamp) -> Result<usize, DbError> {
    let numbers = indexes(config, now);
    db.read(move |tx| {
        Box::pin(async move {
            let mut left = 0;
            for number in &numbers {
                left += usize::from(people::body(tx, number).await?.is_some());
            }
            Ok(left)
        })
    })
    .await
}

fn indexes(config: &Config, now: Timestamp) -> Vec<Vec<String>> {
    let Ok(entropy) = SystemEntropy::new() else { return Vec::new() };
    let Ok(vault) = Vault::open(&config.keys, &entropy) else { return Vec::new() };
    let people = demo_people(now.shanghai_date()).unwrap_or_default();
    people.iter().map(|p| vault.indexes(Purpose::IdNumber, p.id_number.as_str())).collect()
}
