//! Counters hold across instances, and a refusal changes nothing.

use crate::common::db::TestDb;
use crate::common::suite::Suite;
use ecard::domain::time::Timestamp;
use ecard::storage::limits::{self, Limit, Limited, Mode, Reservation, Standing};
use ecard::storage::{Db, DbError};
use futures_util::future::join_all;
use std::time::Duration;

pub(crate) fn register(suite: &mut Suite) {
    both!(
        suite;
        a_window_from_the_first_event_frees_at_its_end,
        a_window_from_the_last_event_locks_after_the_last,
        fifty_at_once_get_no_more_places_than_there_are,
        a_refusal_changes_nothing,
        a_refund_frees_one_place_and_a_reset_all,
        a_limit_of_zero_allows_none,
        the_sweep_leaves_young_counters,
    );
}

const HOURLY: Limit = Limit { max: 5, window: Duration::from_secs(3600), mode: Mode::FromFirst };
const LOGIN: Limit = Limit { max: 5, window: Duration::from_secs(1800), mode: Mode::FromLast };

const fn at(seconds: i64) -> Timestamp {
    Timestamp::from_epoch_seconds(1_800_000_000 + seconds)
}

async fn take(db: &Db, limit: Limit, seconds: i64) -> Result<Reservation, Limited> {
    let work = db.write(move |tx| {
        Box::pin(async move { limits::reserve(tx, "sms:x", &limit, at(seconds)).await })
    });
    work.await.unwrap_or_else(|e: DbError| panic!("{e}"))
}

async fn standing(db: &Db, limit: Limit, seconds: i64) -> Standing {
    let work = db.read(move |tx| {
        Box::pin(async move { limits::peek(tx, "sms:x", &limit, at(seconds)).await })
    });
    work.await.unwrap_or_else(|e: DbError| panic!("{e}"))
}

fn limited(seconds: u64) -> Result<Reservation, Limited> {
    Err(Limited { retry_after: Duration::from_secs(seconds) })
}

async fn a_window_from_the_first_event_frees_at_its_end(t: TestDb) {
    for n in 1..=5 {
        assert_eq!(take(&t.db, HOURLY, n * 60).await, Ok(Reservation { used: n }));
    }
    assert_eq!(take(&t.db, HOURLY, 600).await, limited(3060));
    assert_eq!(take(&t.db, HOURLY, 3659).await, limited(1));
    assert_eq!(take(&t.db, HOURLY, 3660).await, Ok(Reservation { used: 1 }));
    assert_eq!(take(&t.db, HOURLY, 7259).await, Ok(Reservation { used: 2 }));
}

async fn a_window_from_the_last_event_locks_after_the_last(t: TestDb) {
    for n in 1..=5 {
        assert_eq!(take(&t.db, LOGIN, n * 1000).await, Ok(Reservation { used: n }));
    }
    assert_eq!(take(&t.db, LOGIN, 6799).await, limited(1));
    let locked = standing(&t.db, LOGIN, 5000).await;
    assert_eq!(locked, Standing { used: 5, locked_for: Some(Duration::from_secs(1800)) });
    assert_eq!(standing(&t.db, LOGIN, 6800).await, Standing { used: 0, locked_for: None });
    assert_eq!(take(&t.db, LOGIN, 6800).await, Ok(Reservation { used: 1 }));
}

async fn fifty_at_once_get_no_more_places_than_there_are(t: TestDb) {
    let other = t.another().await;
    let tries = (0..50).map(|n| take(if n % 2 == 0 { &t.db } else { &other }, HOURLY, 0));
    let answers = join_all(tries).await;
    let mut used: Vec<i64> = answers.iter().flatten().map(|r| r.used).collect();
    used.sort_unstable();
    assert_eq!(used, [1, 2, 3, 4, 5]);
}

async fn a_refusal_changes_nothing(t: TestDb) {
    for _ in 0..5 {
        take(&t.db, LOGIN, 0).await.unwrap();
    }
    assert_eq!(take(&t.db, LOGIN, 1000).await, limited(800));
    assert_eq!(take(&t.db, LOGIN, 1700).await, limited(100));
    assert_eq!(take(&t.db, LOGIN, 1800).await, Ok(Reservation { used: 1 }));
}

async fn a_refund_frees_one_place_and_a_reset_all(t: TestDb) {
    for _ in 0..5 {
        take(&t.db, HOURLY, 0).await.unwrap();
    }
    let refund = t.db.write(|tx| Box::pin(limits::refund(tx, "sms:x")));
    refund.await.unwrap();
    assert_eq!(take(&t.db, HOURLY, 1).await, Ok(Reservation { used: 5 }));
    assert_eq!(take(&t.db, HOURLY, 1).await, limited(3599));
    t.db.write(|tx| Box::pin(limits::reset(tx, "sms:x"))).await.unwrap();
    assert_eq!(take(&t.db, HOURLY, 1).await, Ok(Reservation { used: 1 }));
}

async fn a_limit_of_zero_allows_none(t: TestDb) {
    assert_eq!(take(&t.db, Limit { max: 0, ..HOURLY }, 0).await, limited(3600));
}

async fn the_sweep_leaves_young_counters(t: TestDb) {
    take(&t.db, HOURLY, 0).await.unwrap();
    assert_eq!(t.db.write(|tx| Box::pin(limits::sweep(tx, at(-1), 10))).await, Ok(0));
    assert_eq!(t.db.write(|tx| Box::pin(limits::sweep(tx, at(0), 10))).await, Ok(1));
    assert_eq!(standing(&t.db, HOURLY, 0).await.used, 0);
}
