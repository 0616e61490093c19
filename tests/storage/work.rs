//! Units of work: atomic, apart from each other, durable.

use crate::common::db::{Kind, TestDb, raw};
use crate::common::needs::Needs;
use crate::common::suite::Suite;
use ecard::storage::{Db, DbError, Tx};
use futures_util::future::join_all;
use std::sync::Arc;
use tokio::sync::Barrier;

pub(crate) fn register(suite: &mut Suite) {
    both!(
        suite;
        a_job_that_fails_takes_no_other_with_it,
        a_job_that_panics_takes_no_other_with_it,
        a_job_that_goes_on_after_a_failed_statement_is_undone,
        a_commit_that_fails_is_told_and_keeps_nothing,
        a_taken_key_is_told_from_other_failures,
        one_of_fifty_redeems_a_single_use_row,
        a_read_cannot_write,
        a_closed_database_finishes_what_waits_and_takes_no_more,
    );
    tests!(
        suite;
        a_new_database_file_is_private,
        an_unknown_address_is_refused,
    );
    needs!(suite, Needs::Postgres; a_deadlock_is_unavailable_to_one_and_done_for_the_other);
}

const TABLE: &str = "CREATE TABLE t (id TEXT PRIMARY KEY, used BIGINT NOT NULL)";

async fn insert(tx: &mut Tx, id: i32) -> Result<(), DbError> {
    raw(tx, format!("INSERT INTO t (id, used) VALUES ('{id}', 0)")).await
}

async fn count(t: &TestDb) -> String {
    t.text("SELECT CAST(COUNT(*) AS TEXT) FROM t").await.unwrap()
}

/// Sixty simultaneous jobs, each an insert; `odd` decides how every third one ends.
async fn sixty(db: &Db, odd: fn() -> Result<(), DbError>) -> Vec<Result<(), DbError>> {
    let jobs = (0..60).map(|n| {
        db.write(move |tx| {
            Box::pin(async move {
                insert(tx, n).await?;
                if n % 3 == 0 { odd() } else { Ok(()) }
            })
        })
    });
    join_all(jobs).await
}

async fn a_job_that_fails_takes_no_other_with_it(t: TestDb) {
    t.sql(TABLE).await;
    let answers = sixty(&t.db, || Err(DbError::other("my own"))).await;
    assert_eq!(answers.iter().filter(|a| **a == Ok(())).count(), 40);
    assert_eq!(answers.iter().filter(|a| **a == Err(DbError::other("my own"))).count(), 20);
    assert_eq!(count(&t).await, "40");
}

async fn a_job_that_panics_takes_no_other_with_it(t: TestDb) {
    t.sql(TABLE).await;
    let answers = sixty(&t.db, || std::panic::resume_unwind(Box::new("on purpose"))).await;
    assert_eq!(answers.iter().filter(|a| a.is_ok()).count(), 40);
    assert_eq!(count(&t).await, "40");
    assert_eq!(t.db.write(|tx| Box::pin(insert(tx, 100))).await, Ok(()));
}

async fn a_job_that_goes_on_after_a_failed_statement_is_undone(t: TestDb) {
    t.sql(TABLE).await;
    let work = t.db.write(|tx| {
        Box::pin(async move {
            insert(tx, 1).await?;
            assert!(insert(tx, 1).await.is_err());
            Ok::<_, DbError>(())
        })
    });
    assert!(matches!(work.await, Err(DbError::Other(_))));
    assert_eq!(count(&t).await, "0");
}

async fn a_commit_that_fails_is_told_and_keeps_nothing(t: TestDb) {
    t.sql(TABLE).await;
    let orphans = "CREATE TABLE o (t TEXT REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED)";
    t.sql(orphans).await;
    // A deferred constraint speaks up at COMMIT only, after every job of the group was content.
    let orphan = t.db.write(|tx| Box::pin(raw(tx, "INSERT INTO o VALUES ('nobody')")));
    let (others, orphan) = tokio::join!(sixty(&t.db, || Ok(())), orphan);
    assert!(orphan.is_err());
    let kept = others.iter().filter(|a| a.is_ok()).count();
    assert_eq!(count(&t).await, kept.to_string());
    assert_eq!(t.db.write(|tx| Box::pin(insert(tx, 100))).await, Ok(()));
}

async fn a_taken_key_is_told_from_other_failures(t: TestDb) {
    t.sql(TABLE).await;
    t.db.write(|tx| Box::pin(insert(tx, 1))).await.unwrap();
    let again = t.db.write(|tx| Box::pin(insert(tx, 1))).await;
    assert!(again.unwrap_err().is_unique());
    let other = t.db.write(|tx| Box::pin(raw(tx, "INSERT INTO t (id) VALUES ('2')"))).await;
    assert!(!other.unwrap_err().is_unique());
}

async fn redeem(tx: &mut Tx) -> Result<bool, DbError> {
    const REDEEM: &str = "UPDATE t SET used = 1 WHERE id = $1 AND used = 0";
    let answer = match tx {
        Tx::Sqlite(held) => sqlx::query(REDEEM)
            .bind("1")
            .execute(held.connection())
            .await
            .map(|d| d.rows_affected()),
        Tx::Postgres(held) => sqlx::query(REDEEM)
            .bind("1")
            .execute(held.connection())
            .await
            .map(|d| d.rows_affected()),
    };
    Ok(answer? == 1)
}

async fn one_of_fifty_redeems_a_single_use_row(t: TestDb) {
    t.sql(TABLE).await;
    t.db.write(|tx| Box::pin(insert(tx, 1))).await.unwrap();
    let other = t.another().await;
    let tries = (0..50).map(|n| if n % 2 == 0 { &t.db } else { &other });
    let tries = join_all(tries.map(|db| db.write(|tx| Box::pin(redeem(tx))))).await;
    assert_eq!(tries.iter().filter(|won| **won == Ok(true)).count(), 1);
    assert_eq!(tries.iter().filter(|won| **won == Ok(false)).count(), 49);
}

async fn a_read_cannot_write(t: TestDb) {
    t.sql(TABLE).await;
    assert!(t.db.read(|tx| Box::pin(insert(tx, 1))).await.is_err());
    assert_eq!(count(&t).await, "0");
}

async fn a_closed_database_finishes_what_waits_and_takes_no_more(t: TestDb) {
    t.sql(TABLE).await;
    let (waiting, ()) = tokio::join!(biased; sixty(&t.db, || Ok(())), t.db.close());
    let kept = waiting.iter().filter(|a| a.is_ok()).count();
    let late = t.db.write(|tx| Box::pin(insert(tx, 100))).await;
    assert!(matches!(late, Err(DbError::Unavailable(_))));
    let again = TestDb { db: t.another().await, ..t };
    assert_eq!(again.db.ping().await, Ok(()));
    assert_eq!(count(&again).await, kept.to_string());
}

async fn a_new_database_file_is_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let t = TestDb::create(Kind::Sqlite).await;
    for file in t.files().unwrap() {
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} has mode {mode:o}", file.display());
    }
}

async fn an_unknown_address_is_refused() {
    for url in ["", "data/ecard.db", "mysql://x", "sqlite://", "sqlite://:memory:"] {
        assert!(matches!(Db::open(url).await, Err(DbError::Other(_))), "{url}");
    }
}

async fn a_deadlock_is_unavailable_to_one_and_done_for_the_other() {
    let t = TestDb::create(Kind::Postgres).await;
    let both_hold_one = Arc::new(Barrier::new(2));
    let lock = |first: i32, second: i32| {
        let both_hold_one = Arc::clone(&both_hold_one);
        t.db.write(move |tx| {
            Box::pin(async move {
                let touch = |lane| format!("UPDATE audit_lanes SET head = '' WHERE lane = {lane}");
                raw(tx, touch(first)).await?;
                both_hold_one.wait().await;
                raw(tx, touch(second)).await
            })
        })
    };
    let (one, two) = tokio::join!(lock(1, 2), lock(2, 1));
    let (lost, kept) = if one.is_err() { (one, two) } else { (two, one) };
    assert!(matches!(lost, Err(DbError::Unavailable(_))), "{lost:?}");
    assert_eq!(kept, Ok(()));
}
