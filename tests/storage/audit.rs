//! The audit shows every change, removal and move, and can be forgotten without breaking.

use crate::common::db::TestDb;
use crate::common::suite::Suite;
use ecard::domain::ids::{CitizenId, Reference};
use ecard::domain::time::Timestamp;
use ecard::storage::audit::{self, AuditEvent, Broken, ChainError, Fault, Head};
use ecard::storage::vault::citizen;
use ecard::storage::{Db, DbError};
use futures_util::future::join_all;
use serde_json::json;
use std::sync::Arc;

pub(crate) fn register(suite: &mut Suite) {
    both!(
        suite;
        a_chain_grown_by_many_at_once_verifies,
        a_changed_row_is_found,
        a_removed_or_moved_row_is_found,
        a_removed_last_row_and_an_added_one_are_found,
        a_forgotten_citizen_is_unreadable_and_the_chain_stands,
        a_failed_unit_of_work_leaves_no_row,
        a_failed_one_among_many_takes_no_other_along,
        two_instances_and_a_long_transaction_take_turns,
        a_key_made_by_a_unit_that_failed_seals_nothing_later,
    );
}

fn citizen() -> CitizenId {
    CitizenId::from_random([7; 16])
}

fn lane() -> i64 {
    audit::lane_of(Some(&citizen()), &Reference::from_random([0; 10]))
}

async fn append(t: &TestDb, db: &Db, names: &'static [&'static str], fails: bool) {
    let vault = Arc::clone(&t.vault);
    let work = db.write(move |tx| {
        Box::pin(async move {
            let reference = Reference::from_random([1; 10]);
            let event = |(seconds, event): (i64, &&'static str)| AuditEvent {
                at: Timestamp::from_epoch_seconds(1_800_000_000 + seconds),
                event,
                reference: &reference,
                body: json!({ "device": "黄浦区的手机" }),
            };
            let events: Vec<_> = (0..).zip(names).map(event).collect();
            audit::append(tx, &vault, Some(&citizen()), &events).await?;
            if fails { Err(DbError::other("later")) } else { Ok(()) }
        })
    });
    assert_eq!(work.await.is_err(), fails);
}

async fn verify(t: &TestDb) -> Result<Head, ChainError> {
    t.db.read(|tx| Box::pin(audit::verify_chain(tx, lane()))).await
}

fn broken(seq: i64, fault: Fault) -> Result<Head, ChainError> {
    Err(ChainError::Broken(Broken { lane: lane(), seq, fault }))
}

async fn a_chain_grown_by_many_at_once_verifies(t: TestDb) {
    let other = t.another().await;
    let writers =
        (0..30).map(|n| append(&t, if n % 2 == 0 { &t.db } else { &other }, &["a", "b"], false));
    join_all(writers).await;
    let head = verify(&t).await.unwrap();
    assert_eq!(head.rows, 60);
    let heads = t.db.read(|tx| Box::pin(audit::heads(tx))).await.unwrap();
    assert_eq!(heads.len(), 16);
    assert!(heads.contains(&head));
}

async fn a_changed_row_is_found(t: TestDb) {
    append(&t, &t.db, &["a", "b", "c"], false).await;
    for change in ["at = at + 1", "event = 'x'", "citizen = NULL", "reference = ''", "body = ''"] {
        let saved = "CREATE TABLE saved AS SELECT * FROM audit";
        t.sql(saved).await;
        t.sql(&format!("UPDATE audit SET {change} WHERE seq = 2")).await;
        assert_eq!(verify(&t).await, broken(2, Fault::Changed), "{change}");
        t.sql("DELETE FROM audit; INSERT INTO audit SELECT * FROM saved; DROP TABLE saved").await;
    }
    assert_eq!(verify(&t).await.unwrap().rows, 3);
}

async fn a_removed_or_moved_row_is_found(t: TestDb) {
    append(&t, &t.db, &["a", "b", "c", "d"], false).await;
    t.sql("UPDATE audit SET seq = 90 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3").await;
    t.sql("UPDATE audit SET seq = 3 WHERE seq = 90").await;
    assert_eq!(verify(&t).await, broken(2, Fault::Unlinked));
    t.sql("DELETE FROM audit WHERE seq = 2").await;
    assert_eq!(verify(&t).await, broken(2, Fault::Missing));
}

async fn a_removed_last_row_and_an_added_one_are_found(t: TestDb) {
    append(&t, &t.db, &["a", "b"], false).await;
    let noted = verify(&t).await.unwrap();
    t.sql("DELETE FROM audit WHERE seq = 2").await;
    assert_eq!(verify(&t).await, broken(2, Fault::Missing));
    // Whoever winds the lane back as well is shown by the noted head.
    let wind_back = "UPDATE audit_lanes SET seq = 1, head = (SELECT hash FROM audit) WHERE seq = 2";
    t.sql(wind_back).await;
    assert_ne!(verify(&t).await.unwrap(), noted);
    t.sql("UPDATE audit_lanes SET seq = 0, head = ''").await;
    assert_eq!(verify(&t).await, broken(1, Fault::Surplus));
}

async fn a_forgotten_citizen_is_unreadable_and_the_chain_stands(t: TestDb) {
    append(&t, &t.db, &["claim.begun", "card.issued"], false).await;
    let vault = Arc::clone(&t.vault);
    let read = |vault: Arc<_>| {
        t.db.read(move |tx| {
            Box::pin(async move { audit::of_citizen(tx, &vault, &citizen(), None, 10).await })
        })
    };
    let records = read(Arc::clone(&vault)).await.unwrap();
    assert_eq!(records[0].event, "card.issued");
    assert_eq!(records[0].body, Some(json!({ "device": "黄浦区的手机" })));
    let forget = t.db.write(|tx| Box::pin(async move { citizen::forget(tx, &citizen()).await }));
    forget.await.unwrap();
    let records = read(vault).await.unwrap_or_else(|e: DbError| panic!("{e}"));
    assert_eq!(records.iter().filter(|r| r.body.is_none()).count(), 2);
    assert_eq!(verify(&t).await.unwrap().rows, 2);
    // A key made later opens nothing of before.
    append(&t, &t.db, &["claim.begun"], false).await;
    let vault = Arc::clone(&t.vault);
    let records = read(vault).await.unwrap();
    assert_eq!(records.iter().filter(|r| r.body.is_none()).count(), 2);
}

async fn a_failed_unit_of_work_leaves_no_row(t: TestDb) {
    append(&t, &t.db, &["a"], false).await;
    append(&t, &t.db, &["b"], true).await;
    append(&t, &t.db, &["c"], false).await;
    assert_eq!(verify(&t).await.unwrap().rows, 2);
}

async fn a_failed_one_among_many_takes_no_other_along(t: TestDb) {
    join_all((0..60).map(|n| append(&t, &t.db, &["a", "b"], n % 3 == 0))).await;
    assert_eq!(verify(&t).await.unwrap().rows, 80);
    append(&t, &t.db, &["c"], false).await;
    assert_eq!(verify(&t).await.unwrap().rows, 81);
}

/// What one writer carries in memory gives way to what others wrote.
async fn two_instances_and_a_long_transaction_take_turns(t: TestDb) {
    let other = t.another().await;
    for _ in 0..3 {
        append(&t, &t.db, &["a"], false).await;
        append(&t, &other, &["b", "c"], false).await;
        let vault = Arc::clone(&t.vault);
        let bulk = t.db.write_bulk::<(), DbError, _>(move |tx| {
            Box::pin(async move {
                let reference = Reference::from_random([1; 10]);
                let at = Timestamp::from_epoch_seconds(1_800_000_000);
                let body = json!({});
                let event = AuditEvent { at, event: "d", reference: &reference, body };
                audit::append(tx, &vault, Some(&citizen()), &[event]).await
            })
        });
        bulk.await.unwrap();
    }
    assert_eq!(verify(&t).await.unwrap().rows, 12);
}

async fn a_key_made_by_a_unit_that_failed_seals_nothing_later(t: TestDb) {
    join_all((0..10).map(|n| append(&t, &t.db, &["a"], n < 5))).await;
    let vault = Arc::clone(&t.vault);
    let read = t.db.read(move |tx| {
        Box::pin(async move { audit::of_citizen(tx, &vault, &citizen(), None, 20).await })
    });
    let records = read.await.unwrap();
    assert_eq!(records.len(), 5);
    assert!(records.iter().all(|r| r.body.is_some()), "each can be read");
}
