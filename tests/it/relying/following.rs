//! The map of card status in memory follows the log, whatever happens on the way.

use super::boards::{another, at, board_of, open_list, set, until};
use crate::common::db::{Kind, TestDb};
use crate::common::house::{House, NOW};
use crate::common::needs::Needs;
use crate::common::suite::Suite;
use ecard::domain::grant::Allowed;
use ecard::domain::ids::{CardId, CitizenId, GrantId};
use ecard::domain::status::StatusValue::{Invalid, Suspended, Valid};
use ecard::jobs;
use ecard::storage::DbError;
use ecard::storage::grants::{self, GrantRow};
use ecard::storage::status::{self, StatusPlace};
use std::time::Duration;
use tokio::sync::watch;

/// "Refused everywhere within a second."
const WITHIN: Duration = Duration::from_secs(1);

pub(crate) fn register(suite: &mut Suite) {
    both!(
        suite;
        what_was_committed_is_known_after_following,
        an_undone_change_is_never_known,
        a_card_event_reaches_all_entries_of_the_card_and_no_ended_grant,
        a_grant_on_a_suspended_card_is_suspended,
        a_map_that_cannot_follow_says_so,
        a_missing_line_is_not_skipped,
        an_instance_that_cannot_follow_is_not_ready,
        many_writers_leave_no_gap,
        a_start_reads_published_lists_and_the_log_from_there,
        a_published_list_that_cannot_be_read_is_made_from_the_log,
        a_database_put_back_is_read_anew,
    );
    needs!(
        suite, Needs::Postgres;
        the_other_instance_knows_within_a_second,
        a_listener_that_was_cut_off_misses_nothing,
        news_that_nobody_told_of_is_found,
        a_commit_is_told_and_an_undone_one_is_not,
    );
}

async fn what_was_committed_is_known_after_following(t: TestDb) {
    let (here, there) = (another(&t).await, another(&t).await);
    for (value, line) in [(Suspended, 1), (Valid, 2), (Invalid, 3)] {
        set(&t.db, at(5), value).await;
        for board in [&here, &there] {
            board.follow().await.unwrap();
            assert_eq!((board.value(at(5)), board.seq()), (Some(value), line));
            assert_eq!(board.value(at(4)), Some(Valid), "a neighbour");
        }
    }
    assert_eq!(here.lists_held(), 1);
    assert_eq!(here.value(at(1 << 20)), None, "beyond the end nobody can tell");
}

async fn an_undone_change_is_never_known(t: TestDb) {
    let board = another(&t).await;
    let undone = t.db.write::<(), DbError, _>(|tx| {
        Box::pin(async move {
            status::log(tx, at(1), Invalid, NOW).await?;
            Err(DbError::other("undone"))
        })
    });
    undone.await.unwrap_err();
    set(&t.db, at(2), Invalid).await;
    board.follow().await.unwrap();
    assert_eq!((board.value(at(1)), board.value(at(2))), (Some(Valid), Some(Invalid)));
    assert_eq!(board.seq(), 1, "and leaves no gap");
}

async fn a_card_event_reaches_all_entries_of_the_card_and_no_ended_grant(t: TestDb) {
    t.sql(
        "INSERT INTO clients (id, body, state, created_at) VALUES ('a', '{}', 'active', 0);
         INSERT INTO clients (id, body, state, created_at) VALUES ('b', '{}', 'active', 0);
         INSERT INTO citizens (id, id_index, body, created_at) VALUES ('p', 'i', 'x', 0);
         INSERT INTO cards (id, citizen, state, body, pin_hash, pin_failures, issued_at)
             VALUES ('k', 'p', 'active', 'x', 'x', 0, 0)",
    )
    .await;
    for (id, client, state, index) in [("g1", "a", "live", 2), ("g2", "b", "withdrawn", 3)] {
        t.sql(&format!(
            "INSERT INTO grants (id, client, citizen, card, scope, fields, text_version, state, \
             list, idx, created_at, changed_at, expires_at) VALUES ('{id}', '{client}', 'p', 'k', '', '', '1', \
             '{state}', 3, {index}, 0, 0, 9999999999)"
        ))
        .await;
    }
    t.sql(
        "INSERT INTO status_entries (list, idx, card, held_by) VALUES (3, 1, 'k', 'holder');
         INSERT INTO status_entries (list, idx, card, held_by) VALUES (3, 2, 'k', 'g1');
         INSERT INTO status_entries (list, idx, card, held_by) VALUES (3, 3, 'k', 'g2')",
    )
    .await;
    set(&t.db, at(3), Invalid).await;
    let board = another(&t).await;
    for value in [Suspended, Valid] {
        let card = CardId::from_stored("k".to_owned());
        let work = t.db.write::<_, DbError, _>(move |tx| {
            Box::pin(async move { status::log_card(tx, &card, value, NOW).await })
        });
        work.await.unwrap();
        board.follow().await.unwrap();
        assert_eq!([1, 2].map(|n| board.value(at(n))), [Some(value); 2]);
        assert_eq!(board.value(at(3)), Some(Invalid), "what is over stays over");
    }
    assert_eq!(board.seq(), 5);
}

async fn a_grant_on_a_suspended_card_is_suspended(t: TestDb) {
    t.sql(
        "INSERT INTO clients (id, body, state, created_at) VALUES ('a', '{}', 'active', 0);
         INSERT INTO citizens (id, id_index, body, created_at) VALUES ('p', 'i', 'x', 0);
         INSERT INTO cards (id, citizen, state, body, pin_hash, pin_failures, issued_at)
             VALUES ('k', 'p', 'suspended', 'x', 'x', 0, 0)",
    )
    .await;
    let card = CardId::from_stored("k".to_owned());
    let row = GrantRow {
        id: GrantId::from_stored("g".to_owned()),
        client: "a".to_owned(),
        citizen: CitizenId::from_stored("p".to_owned()),
        card: card.clone(),
        allowed: Allowed::default(),
        is_live: true,
        place: at(6),
        created_at: NOW,
        expires_at: NOW + Duration::from_secs(60),
        ended_at: None,
        last_used_at: None,
    };
    let work = t.db.write::<_, DbError, _>(move |tx| {
        Box::pin(async move { grants::insert(tx, &row, "1").await })
    });
    assert!(work.await.unwrap());
    let board = another(&t).await;
    assert_eq!(board.value(at(6)), Some(Suspended));
    let lifted = t.db.write::<_, DbError, _>(move |tx| {
        Box::pin(async move { status::log_card(tx, &card, Valid, NOW).await })
    });
    lifted.await.unwrap();
    board.follow().await.unwrap();
    assert_eq!(board.value(at(6)), Some(Valid));
}

async fn a_map_that_cannot_follow_says_so(t: TestDb) {
    let own = t.another().await;
    let bound = Duration::from_millis(400);
    let board = board_of(&t, own.clone(), bound).await;
    assert_eq!(board.value(at(1)), Some(Valid));
    own.close().await;
    set(&t.db, at(1), Suspended).await;
    board.follow().await.unwrap_err();
    until("the map is too old", async || board.value(at(1)).is_none()).await;
    assert!(board.age().unwrap() > bound);
    assert!(board.publish_due(NOW).await.is_err());
}

async fn a_missing_line_is_not_skipped(t: TestDb) {
    let board = another(&t).await;
    for index in 1..=3 {
        set(&t.db, at(index), Suspended).await;
    }
    t.sql("DELETE FROM card_status_log WHERE seq = 2").await;
    board.follow().await.unwrap_err();
    assert_eq!((board.seq(), board.value(at(3))), (0, Some(Valid)));
    t.sql("DELETE FROM card_status_log WHERE seq = 3").await;
    board.follow().await.unwrap_err();
    t.sql("DELETE FROM card_status_log").await;
    board.follow().await.unwrap_err();
}

async fn an_instance_that_cannot_follow_is_not_ready(t: TestDb) {
    let house = House::build(t).await;
    assert_eq!(house.browser().get("/readyz").await.status, 200);
    set(&house.t.db, at(1), Suspended).await;
    house.t.sql("DELETE FROM card_status_log").await;
    assert_ne!(house.browser().get("/readyz").await.status, 200);
    assert_eq!(house.browser().get("/healthz").await.status, 200);
}

async fn many_writers_leave_no_gap(t: TestDb) {
    let board = another(&t).await;
    let writers = (0..40).map(|n| {
        let (db, board) = (t.db.clone(), board.clone());
        tokio::spawn(async move {
            set(&db, at(n), if n % 2 == 0 { Suspended } else { Invalid }).await;
            board.follow().await.unwrap();
            assert_ne!(board.value(at(n)), Some(Valid), "known when following returns");
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    assert_eq!(board.seq(), 40);
}

async fn a_start_reads_published_lists_and_the_log_from_there(t: TestDb) {
    open_list(&t).await;
    let board = another(&t).await;
    for index in 0..10 {
        set(&t.db, at(index), Suspended).await;
    }
    board.follow().await.unwrap();
    assert_eq!(board.publish_due(NOW).await.unwrap().signed, 1);
    // Nothing before the published list is read any more: a start works without those lines.
    t.sql("DELETE FROM card_status_log").await;
    set(&t.db, at(3), Valid).await;
    set(&t.db, StatusPlace { list: 4, index: 9 }, Invalid).await;
    let started = another(&t).await;
    assert_eq!(started.seq(), 12);
    let found = [2, 3, 4, 11].map(|index| started.value(at(index)).unwrap());
    assert_eq!(found, [Suspended, Valid, Suspended, Valid]);
    assert_eq!(started.value(StatusPlace { list: 4, index: 9 }), Some(Invalid));
}

async fn a_published_list_that_cannot_be_read_is_made_from_the_log(t: TestDb) {
    open_list(&t).await;
    set(&t.db, at(7), Suspended).await;
    let board = another(&t).await;
    board.publish_due(NOW).await.unwrap();
    t.sql("UPDATE status_publications SET token = 'broken'").await;
    let board = another(&t).await;
    assert_eq!(board.value(at(7)), Some(Suspended));
    assert_eq!(board.publish_due(NOW).await.unwrap().signed, 1, "and is mended");
}

async fn a_database_put_back_is_read_anew(t: TestDb) {
    set(&t.db, at(1), Suspended).await;
    set(&t.db, at(2), Suspended).await;
    let board = another(&t).await;
    t.sql("DELETE FROM card_status_log WHERE seq = 2; UPDATE sequences SET value = 1 WHERE name = 'card_status_log'").await;
    board.follow().await.unwrap();
    assert_eq!((board.value(at(1)), board.value(at(2))), (Some(Suspended), Some(Valid)));
}

/// Two instances with everything that runs beside the requests; the second one's is started.
async fn two() -> (House, ecard::app::App, watch::Sender<bool>) {
    let house = House::build(TestDb::create(Kind::Postgres).await).await;
    let there = house.another_app().await;
    let (stop, stopped) = watch::channel(false);
    // The jobs end with the runtime of the test.
    jobs::start(&there, &stopped).detach_all();
    (house, there, stop)
}

async fn the_other_instance_knows_within_a_second() {
    let (house, there, _running) = two().await;
    let mut longest = Duration::ZERO;
    for n in 1..=20 {
        set(&house.app.db, at(n), Suspended).await;
        let known = async || there.status.value(at(n)) == Some(Suspended);
        longest = longest.max(until("the other instance knows", known).await);
    }
    assert!(longest < WITHIN, "{longest:?}");
    println!("known on the other instance after {longest:?} at most");
}

const LISTENERS: &str = "SELECT CAST(count(*) AS TEXT) FROM pg_stat_activity \
    WHERE datname = current_database() AND query LIKE 'LISTEN %'";

async fn listening(house: &House, count: &str) {
    until("somebody listens", async || house.t.text(LISTENERS).await.as_deref() == Some(count))
        .await;
}

async fn a_listener_that_was_cut_off_misses_nothing() {
    let (house, there, _running) = two().await;
    for n in 1..=5 {
        listening(&house, "1").await;
        let cut = "SELECT CAST(count(pg_terminate_backend(pid)) AS TEXT) FROM pg_stat_activity \
            WHERE datname = current_database() AND query LIKE 'LISTEN %'";
        assert_eq!(house.t.text(cut).await.as_deref(), Some("1"));
        set(&house.app.db, at(n), Invalid).await;
        let known = async || there.status.value(at(n)) == Some(Invalid);
        let after = until("the other instance knows", known).await;
        assert!(after < WITHIN, "{after:?}");
    }
    listening(&house, "1").await;
    assert_eq!(there.status.seq(), 5);
}

async fn news_that_nobody_told_of_is_found() {
    let (house, there, _running) = two().await;
    listening(&house, "1").await;
    house
        .t
        .sql(
            "UPDATE sequences SET value = 1 WHERE name = 'card_status_log';
             INSERT INTO card_status_log (seq, list, idx, value, at) VALUES (1, 3, 8, 2, 1)",
        )
        .await;
    let known = async || there.status.value(at(8)) == Some(Suspended);
    let after = until("the other instance looks by itself", known).await;
    assert!(after < WITHIN, "{after:?}");
}

async fn heard(listener: &mut ecard::storage::Listener) -> bool {
    tokio::time::timeout(Duration::from_millis(300), listener.heard()).await.is_ok()
}

async fn a_commit_is_told_and_an_undone_one_is_not() {
    let t = TestDb::create(Kind::Postgres).await;
    let mut listener = t.another().await.listen().await.unwrap().expect("PostgreSQL tells");
    let undone = t.db.write::<(), DbError, _>(|tx| {
        Box::pin(async move {
            status::log(tx, at(1), Invalid, NOW).await?;
            Err(DbError::other("undone"))
        })
    });
    undone.await.unwrap_err();
    assert!(!heard(&mut listener).await);
    let both = t.db.write::<_, DbError, _>(|tx| {
        Box::pin(async move {
            status::log(tx, at(1), Invalid, NOW).await?;
            status::log(tx, at(2), Invalid, NOW).await
        })
    });
    both.await.unwrap();
    assert!(heard(&mut listener).await);
    assert!(!heard(&mut listener).await, "once a commit");
    let sqlite = TestDb::create(Kind::Sqlite).await;
    assert!(sqlite.db.listen().await.unwrap().is_none());
}
