//! Keys can be rotated while the service runs; the job may be cut off anywhere.

use crate::common::db::TestDb;
use crate::common::suite::Suite;
use ecard::ports::entropy::SeededEntropy;
use ecard::storage::rekey::{Rekeyed, SealedColumn, rekey};
use ecard::storage::vault::{Place, Purpose, Vault, VaultError};
use std::sync::Arc;

pub(crate) fn register(suite: &mut Suite) {
    both!(
        suite;
        an_interrupted_run_is_finished_by_the_next,
        a_row_that_changes_meanwhile_is_not_overwritten,
        a_row_under_a_lost_key_is_counted_and_left,
        the_columns_of_the_service_are_read_by_the_job,
    );
}

const TABLE: &str =
    "CREATE TABLE people (id TEXT PRIMARY KEY, number TEXT, number_index TEXT UNIQUE)";
const NUMBER: SealedColumn = SealedColumn {
    table: "people",
    column: "number",
    index: Some(Purpose::IdNumber),
    member: None,
    select: "SELECT id, number, number_index FROM people WHERE id > $1 AND number <> '' \
             ORDER BY id LIMIT $2",
    update: "UPDATE people SET number = $1, number_index = $4 WHERE id = $2 AND number = $3 \
             AND number_index = $5",
};

fn place(row: &str) -> Place<'_> {
    Place { table: "people", column: "number", row }
}

async fn insert(t: &TestDb, vault: &Vault, row: &str) {
    let sealed = vault.seal(place(row), row.as_bytes()).into_string();
    let index = vault.index(Purpose::IdNumber, row);
    t.sql(&format!("INSERT INTO people VALUES ('{row}', '{sealed}', '{index}')")).await;
}

async fn column(t: &TestDb, column: &str, row: &str) -> String {
    t.text(&format!("SELECT {column} FROM people WHERE id = '{row}'")).await.unwrap()
}

async fn people(t: &TestDb, rows: std::ops::Range<u32>) -> Vec<String> {
    t.sql(TABLE).await;
    let rows: Vec<String> = rows.map(|n| format!("p{n}")).collect();
    for row in &rows {
        insert(t, &t.vault, row).await;
    }
    t.sql("INSERT INTO people VALUES ('erased', '', NULL)").await;
    t.vault.rotate_sealing(&SeededEntropy::new(2)).unwrap();
    t.vault.rotate_lookup(&SeededEntropy::new(3)).unwrap();
    rows
}

async fn an_interrupted_run_is_finished_by_the_next(t: TestDb) {
    let rows = people(&t, 10..20).await;
    // A batch that cannot be written stops the job half-way, as a crash would.
    t.sql("CREATE TABLE stop (id TEXT PRIMARY KEY)").await;
    let taken = t.vault.index(Purpose::IdNumber, "p15");
    t.sql(&format!("INSERT INTO people VALUES ('zz', '', '{taken}')")).await;
    assert!(rekey(&t.db, &t.vault, &[NUMBER], 2).await.is_err());
    assert!(t.vault.is_current(&column(&t, "number", "p13").await));
    assert!(!t.vault.is_current(&column(&t, "number", "p14").await));
    t.sql("DELETE FROM people WHERE id = 'zz'").await;

    let rest = rekey(&t.db, &t.vault, &[NUMBER], 2).await.unwrap();
    assert_eq!((rest.examined, rest.changed, rest.missed, rest.unreadable), (10, 6, 0, 0));
    assert!(!rest.is_complete());
    assert!(rekey(&t.db, &t.vault, &[NUMBER], 3).await.unwrap().is_complete());

    t.vault.retire_old_keys().unwrap();
    for row in &rows {
        let sealed = column(&t, "number", row).await;
        assert_eq!(t.vault.unseal(place(row), &sealed).unwrap().as_slice(), row.as_bytes());
        assert_eq!(
            t.vault.indexes(Purpose::IdNumber, row),
            [column(&t, "number_index", row).await]
        );
    }
}

async fn a_row_that_changes_meanwhile_is_not_overwritten(t: TestDb) {
    let rows = people(&t, 10..11).await;
    // The read sees a value that the guarded update does not meet again.
    let stale = SealedColumn {
        select: "SELECT id, number, 'another' FROM people WHERE id > $1 AND number <> '' \
                 ORDER BY id LIMIT $2",
        ..NUMBER
    };
    let before = column(&t, "number", &rows[0]).await;
    let found = rekey(&t.db, &t.vault, &[stale], 10).await.unwrap();
    assert_eq!(found, Rekeyed { examined: 1, missed: 1, ..Rekeyed::default() });
    assert!(!found.is_complete());
    assert_eq!(column(&t, "number", &rows[0]).await, before);
}

async fn a_row_under_a_lost_key_is_counted_and_left(t: TestDb) {
    t.sql(TABLE).await;
    let elsewhere = tempfile::tempdir().unwrap();
    let lost = Vault::open_or_create(elsewhere.path(), &SeededEntropy::new(9)).unwrap();
    insert(&t, &lost, "p1").await;
    insert(&t, &t.vault, "p2").await;
    t.vault.rotate_sealing(&SeededEntropy::new(2)).unwrap();
    let found = rekey(&t.db, &t.vault, &[NUMBER], 10).await.unwrap();
    assert_eq!(found, Rekeyed { examined: 2, changed: 1, missed: 0, unreadable: 1 });
    let sealed = column(&t, "number", "p1").await;
    assert_eq!(t.vault.unseal(place("p1"), &sealed).unwrap_err(), VaultError::UnknownKey);
    assert!(lost.unseal(place("p1"), &sealed).is_ok());
}

async fn the_columns_of_the_service_are_read_by_the_job(t: TestDb) {
    use ecard::domain::ids::CitizenId;
    use ecard::storage::vault::citizen::citizen_key;
    let vault = Arc::clone(&t.vault);
    let work = t.db.write(move |tx| {
        Box::pin(async move {
            let citizen = CitizenId::from_random([1; 16]);
            citizen_key(tx, &vault, &citizen).await.map(|_| ())
        })
    });
    work.await.unwrap();
    t.vault.rotate_sealing(&SeededEntropy::new(2)).unwrap();
    let columns = ecard::storage::rekey::columns();
    let found = rekey(&t.db, &t.vault, &columns, 10).await.unwrap();
    assert_eq!(found, Rekeyed { examined: 1, changed: 1, ..Rekeyed::default() });
    assert!(rekey(&t.db, &t.vault, &columns, 10).await.unwrap().is_complete());
}
