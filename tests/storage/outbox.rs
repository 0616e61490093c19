//! A message is never lost, never in two hands at once, never sent late, and leaves no trace.

use crate::common::db::TestDb;
use crate::common::suite::Suite;
use ecard::domain::ids::MessageId;
use ecard::domain::mobile_number::MobileNumber;
use ecard::domain::secret::Secret;
use ecard::domain::time::Timestamp;
use ecard::storage::outbox::{self, LEASE, Leased, NewMessage, State};
use ecard::storage::{Db, DbError};
use futures_util::future::join_all;
use std::sync::Arc;
use std::time::Duration;

pub(crate) fn register(suite: &mut Suite) {
    both!(
        suite;
        a_rolled_back_message_is_not_sent,
        a_message_is_leased_to_one_of_many_senders,
        a_lease_that_ran_out_is_taken_over_and_its_holder_overruled,
        an_expired_message_is_never_leased_and_is_erased,
        a_failed_attempt_waits_longer_every_time,
        sent_and_dead_messages_keep_neither_recipient_nor_text,
        a_message_that_does_not_open_holds_up_no_other,
        a_purge_takes_old_finished_messages_only,
    );
}

const NOW: Timestamp = Timestamp::from_epoch_seconds(1_800_000_000);
const MINUTES_5: Duration = Duration::from_secs(300);

fn id(n: u8) -> MessageId {
    MessageId::from_random([n; 16])
}

async fn queue(t: &TestDb, n: u8, fails: bool) -> Result<(), DbError> {
    let vault = Arc::clone(&t.vault);
    let work = t.db.write(move |tx| {
        Box::pin(async move {
            let message = NewMessage {
                id: &id(n),
                purpose: "activation",
                to: &MobileNumber::parse("13800001234").unwrap(),
                text: &Secret::new("code 123456"),
                expires_at: Some(NOW + MINUTES_5),
            };
            outbox::queue(tx, &vault, message, NOW);
            if fails { Err(DbError::other("later")) } else { Ok(()) }
        })
    });
    work.await
}

async fn lease(t: &TestDb, db: &Db, now: Timestamp) -> Vec<Leased> {
    let vault = Arc::clone(&t.vault);
    let work =
        db.write(move |tx| Box::pin(async move { outbox::lease_due(tx, &vault, now, 10).await }));
    work.await.unwrap_or_else(|e: DbError| panic!("{e}"))
}

async fn retry(t: &TestDb, attempt: i64, now: Timestamp) -> Option<Timestamp> {
    let work = t.db.write(move |tx| {
        Box::pin(async move { outbox::retry_later(tx, &id(1), attempt, now, "down").await })
    });
    work.await.unwrap_or_else(|e: DbError| panic!("{e}"))
}

async fn end(t: &TestDb, n: u8, dead: Option<i64>) -> bool {
    let work = t.db.write(move |tx| {
        Box::pin(async move {
            match dead {
                Some(attempt) => outbox::dead(tx, &id(n), attempt, "refused").await,
                None => outbox::sent(tx, &id(n)).await,
            }
        })
    });
    work.await.unwrap_or_else(|e: DbError| panic!("{e}"))
}

async fn state(t: &TestDb, n: u8) -> Option<State> {
    let work = t.db.read(move |tx| Box::pin(async move { outbox::state_of(tx, &id(n)).await }));
    work.await.unwrap_or_else(|e: DbError| panic!("{e}"))
}

async fn erased(t: &TestDb) -> bool {
    t.text("SELECT recipient || body FROM outbox").await == Some(String::new())
}

async fn a_rolled_back_message_is_not_sent(t: TestDb) {
    assert!(queue(&t, 1, true).await.is_err());
    assert_eq!(state(&t, 1).await, None);
    queue(&t, 1, false).await.unwrap();
    let leased = lease(&t, &t.db, NOW).await;
    assert_eq!(leased[0].to.as_str(), "13800001234");
    assert_eq!(leased[0].text.expose(), "code 123456");
    assert_eq!((leased[0].attempt, leased[0].expires_at), (1, Some(NOW + MINUTES_5)));
}

async fn a_message_is_leased_to_one_of_many_senders(t: TestDb) {
    for n in 1..=20 {
        queue(&t, n, false).await.unwrap();
    }
    let other = t.another().await;
    let senders = (0..20).map(|n| lease(&t, if n % 2 == 0 { &t.db } else { &other }, NOW));
    let mut taken: Vec<_> = join_all(senders).await.into_iter().flatten().map(|m| m.id).collect();
    let leases = taken.len();
    taken.sort();
    taken.dedup();
    assert_eq!((leases, taken.len()), (20, 20));
    let vault = Arc::clone(&t.vault);
    let one = t
        .db
        .write(move |tx| Box::pin(async move { outbox::lease_one(tx, &vault, &id(1), NOW).await }));
    assert_eq!(one.await, Ok::<_, DbError>(None));
}

async fn a_lease_that_ran_out_is_taken_over_and_its_holder_overruled(t: TestDb) {
    queue(&t, 1, false).await.unwrap();
    assert_eq!(lease(&t, &t.db, NOW).await.len(), 1);
    assert_eq!(lease(&t, &t.db, NOW + LEASE - Duration::from_secs(1)).await.len(), 0);
    let second = lease(&t, &t.db, NOW + LEASE).await;
    assert_eq!(second[0].attempt, 2);
    assert_eq!(retry(&t, 1, NOW).await, None);
    assert!(!end(&t, 1, Some(1)).await);
    assert_eq!(state(&t, 1).await, Some(State::Sending));
    assert!(end(&t, 1, None).await);
    assert!(!end(&t, 1, None).await);
}

async fn an_expired_message_is_never_leased_and_is_erased(t: TestDb) {
    queue(&t, 1, false).await.unwrap();
    let late = NOW + MINUTES_5;
    assert_eq!(lease(&t, &t.db, late).await, []);
    assert_eq!(t.db.write(|tx| Box::pin(outbox::expire(tx, NOW))).await, Ok(0));
    assert!(!erased(&t).await);
    assert_eq!(t.db.write(move |tx| Box::pin(outbox::expire(tx, late))).await, Ok(1));
    assert_eq!(state(&t, 1).await, Some(State::Dead));
    assert!(erased(&t).await);
}

async fn a_failed_attempt_waits_longer_every_time(t: TestDb) {
    queue(&t, 1, false).await.unwrap();
    let mut now = NOW;
    for (attempt, pause) in [(1, 5), (2, 10), (3, 20), (4, 40)] {
        assert_eq!(lease(&t, &t.db, now).await[0].attempt, attempt);
        let next = retry(&t, attempt, now).await.unwrap();
        assert_eq!(next, now + Duration::from_secs(pause));
        assert_eq!(lease(&t, &t.db, next - Duration::from_secs(1)).await, []);
        now = next;
    }
    t.sql("UPDATE outbox SET state = 'sending', attempts = 90").await;
    assert_eq!(retry(&t, 90, now).await, Some(now + Duration::from_secs(640)));
}

async fn sent_and_dead_messages_keep_neither_recipient_nor_text(t: TestDb) {
    for (dead, becomes) in [(None, State::Sent), (Some(1), State::Dead)] {
        queue(&t, 1, false).await.unwrap();
        assert_eq!(lease(&t, &t.db, NOW).await.len(), 1);
        assert!(!erased(&t).await);
        assert!(end(&t, 1, dead).await);
        assert_eq!(state(&t, 1).await, Some(becomes));
        assert!(erased(&t).await);
        assert_eq!(lease(&t, &t.db, NOW + LEASE).await, []);
        t.sql("DELETE FROM outbox").await;
    }
}

async fn a_message_that_does_not_open_holds_up_no_other(t: TestDb) {
    queue(&t, 1, false).await.unwrap();
    queue(&t, 2, false).await.unwrap();
    let (one, two) = (id(1), id(2));
    // The second one's text in the first one's row.
    t.sql(&format!(
        "UPDATE outbox SET body = (SELECT body FROM outbox WHERE id = '{two}') WHERE id = '{one}'"
    ))
    .await;
    let leased = lease(&t, &t.db, NOW).await;
    assert_eq!(leased.len(), 1);
    assert_eq!(leased[0].id, two);
    assert_eq!(state(&t, 1).await, Some(State::Dead));
}

async fn a_purge_takes_old_finished_messages_only(t: TestDb) {
    queue(&t, 1, false).await.unwrap();
    queue(&t, 2, false).await.unwrap();
    assert!(end(&t, 1, None).await);
    assert_eq!(t.db.write(|tx| Box::pin(outbox::purge(tx, NOW, 10))).await, Ok(0));
    let later = NOW + Duration::from_secs(1);
    assert_eq!(t.db.write(move |tx| Box::pin(outbox::purge(tx, later, 10))).await, Ok(1));
    assert_eq!((state(&t, 1).await, state(&t, 2).await), (None, Some(State::Queued)));
}
