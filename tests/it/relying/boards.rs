//! Boards of card status on one database, as several instances have them.

use crate::common::db::TestDb;
use crate::common::house::NOW;
use ecard::domain::status::StatusValue;
use ecard::domain::time::Timestamp;
use ecard::status::{Published, StatusBoard};
use ecard::storage::status::{self, StatusPlace};
use ecard::storage::{Db, DbError};
use ecard::token::keyring::KeyRing;
use std::sync::Arc;
use std::time::Duration;

/// Who issues in these tests.
pub(super) const ISSUER: &str = "https://issuer.example";

/// A bound that no test reaches.
pub(super) const LONG: Duration = Duration::from_secs(3600);

/// An entry of list 3.
pub(super) fn at(index: i64) -> StatusPlace {
    StatusPlace { list: 3, index }
}

/// The keys all boards of a test sign with.
pub(super) fn keys(t: &TestDb) -> Arc<KeyRing> {
    Arc::new(KeyRing::open_or_create(&t.folder.path().join("keys"), NOW).unwrap())
}

/// The board of an instance that has read the log, which may then be older than `bound`.
pub(super) async fn board_of(t: &TestDb, db: Db, bound: Duration) -> StatusBoard {
    let board = StatusBoard::new(db, Arc::clone(&t.vault), keys(t), ISSUER, bound);
    board.follow().await.unwrap();
    board
}

/// The database as another instance has it. SQLite serves one instance, which has one handle.
pub(super) async fn another_db(t: &TestDb) -> Db {
    if t.url.starts_with("sqlite") { t.db.clone() } else { t.another().await }
}

/// The board of another instance; on SQLite another board of the same one.
pub(super) async fn another(t: &TestDb) -> StatusBoard {
    board_of(t, another_db(t).await, LONG).await
}

/// Opens list 3.
pub(super) async fn open_list(t: &TestDb) {
    let work = t.db.write::<_, DbError, _>(|tx| {
        Box::pin(async move { status::take(tx, 3, 64, 1 << 20).await })
    });
    assert_eq!(work.await.unwrap(), Some(0));
}

/// Commits a new value of an entry.
pub(super) async fn set(db: &Db, place: StatusPlace, value: StatusValue) {
    let work = db.write::<_, DbError, _>(move |tx| {
        Box::pin(async move { status::log(tx, place, value, NOW).await })
    });
    work.await.unwrap();
}

/// The list as a verifier reads it.
pub(super) fn read(
    keys: &KeyRing,
    list: &Published,
    now: Timestamp,
) -> ecard::verifier::StatusList {
    let jwks = serde_json::to_vec(&keys.jwks()).unwrap();
    let keys = ecard::verifier::TrustedKeys::from_jwks(&jwks).unwrap();
    let uri = format!("{ISSUER}/status/{}", list.head.list);
    let expect = ecard::verifier::ListExpectation { issuer: ISSUER, uri: &uri, known: None };
    ecard::verifier::verify_status_list(&list.token, &keys, &expect, now).unwrap()
}

/// Waits until something holds, and answers how long that took.
pub(super) async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) -> Duration {
    let begun = tokio::time::Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < Duration::from_secs(20), "{what}");
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
    begun.elapsed()
}
