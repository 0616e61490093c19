//! Keys can be rotated while the service runs; the job may be cut off anywhere.

use crate::common::db::TestDb;
use crate::common::suite::Suite;
use ecard::ports::entropy::SeededEntropy;
use ecard::storage::rekey::{Rekeyed, SealedColumn, rekey};
use ecard::storage::vault::{Place, Purpose, Vault, VaultError};
use std::sync::Arc;

pub(crate) fn register(suite: &mut Suite) {
    tests!(suite; every_sealed_column_is_known_to_the_job);
    both!(
        suite;
        an_interrupted_run_is_finished_by_the_next,
        a_row_that_changes_meanwhile_is_not_overwritten,
        a_row_under_a_lost_key_is_counted_and_left,
        the_columns_of_the_service_are_read_by_the_job,
        people_are_found_after_both_keys_changed,
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

/// Names that columns with sealed values have in the migrations.
const SEALED_NAMES: [&str; 6] = ["body", "sealed_key", "recipient", "portrait", "mobile", "note"];
/// Those that are not the job's: sealed under a citizen's key, or not sealed at all; and the
/// registry's, which move with their index.
const EXCEPT: [(&str, &str); 8] = [
    ("audit", "body"),
    ("auth_codes", "body"),
    ("device_codes", "body"),
    ("refresh_lines", "body"),
    ("clients", "body"),
    ("consents", "recipient"),
    ("registry_people", "body"),
    ("registry_people", "portrait"),
];

async fn every_sealed_column_is_known_to_the_job() {
    let mut found = std::collections::BTreeSet::new();
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let mut table = String::new();
        for line in text.lines() {
            let mut words = line.split_whitespace();
            match (words.next(), words.next(), words.next()) {
                (Some("CREATE"), Some("TABLE"), Some(name)) => table = name.to_owned(),
                (Some(name), Some("TEXT" | "TEXT,"), _) if SEALED_NAMES.contains(&name) => {
                    found.insert((table.clone(), name.to_owned()));
                }
                _ => {}
            }
        }
    }
    let known: std::collections::BTreeSet<_> = ecard::storage::rekey::columns()
        .iter()
        .map(|column| (column.table, column.column))
        .chain(EXCEPT)
        .map(|(table, column)| (table.to_owned(), column.to_owned()))
        .collect();
    assert!(found.len() >= 12, "{found:?}");
    assert_eq!(found, known);
}

async fn people_are_found_after_both_keys_changed(t: TestDb) {
    use ecard::storage::people::{self, PersonRow};
    use ecard::storage::people_rekey;
    let id_index = t.vault.index(Purpose::IdNumber, "11010119900307002X");
    let place =
        |row: &str, column| t.vault.seal(Place { table: "registry_people", column, row }, BODY);
    const BODY: &[u8] = br#"{"id_number":"11010119900307002X","mobile":"13800000001"}"#;
    let row = PersonRow {
        body: place(&id_index, "body").into_string(),
        portrait: place(&id_index, "portrait").into_string(),
        mobile_index: Some(t.vault.index(Purpose::Mobile, "13800000001")),
        card_index: None,
        id_index: id_index.clone(),
    };
    let work = t.db.write(move |tx| Box::pin(async move { people::save(tx, &row).await }));
    work.await.unwrap();
    t.vault.rotate_sealing(&SeededEntropy::new(2)).unwrap();
    t.vault.rotate_lookup(&SeededEntropy::new(3)).unwrap();
    let first = people_rekey::rekey(&t.db, &t.vault, 10).await.unwrap();
    assert_eq!((first.changed, first.missed, first.unreadable), (1, 0, 0));
    assert!(people_rekey::rekey(&t.db, &t.vault, 10).await.unwrap().is_complete());
    t.vault.retire_old_keys().unwrap();
    let moved = t.vault.index(Purpose::IdNumber, "11010119900307002X");
    assert_ne!(moved, id_index);
    let select = format!("SELECT body FROM registry_people WHERE id_index = '{moved}'");
    let sealed = t.text(&select).await.unwrap();
    let place = Place { table: "registry_people", column: "body", row: &moved };
    assert_eq!(t.vault.unseal(place, &sealed).unwrap().as_slice(), BODY);
    assert_eq!(
        t.text("SELECT mobile_index FROM registry_people").await.unwrap(),
        t.vault.index(Purpose::Mobile, "13800000001")
    );
}
