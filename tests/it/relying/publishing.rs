//! Lists are published once for all instances, and an older one never in a newer one's place.

use super::boards::{another, another_db, at, keys, open_list, read, set};
use crate::common::db::TestDb;
use crate::common::house::{House, NOW, minutes};
use crate::common::suite::Suite;
use axum::http::header;
use ecard::domain::demo_story::Story;
use ecard::domain::status::StatusValue::{Invalid, Suspended};
use ecard::domain::time::Timestamp;
use ecard::status::{Round, StatusBoard};
use ecard::storage::DbError;
use ecard::storage::status_publications::{self, Head, Publication};
use ecard::token::signer::SigningAlgorithm;
use std::time::Duration;

pub(crate) fn register(suite: &mut Suite) {
    both!(
        suite;
        a_list_is_signed_once_for_all_instances,
        what_changed_is_published_and_nothing_else,
        all_lists_are_signed_anew_after_a_quarter_of_an_hour,
        two_instances_racing_never_publish_the_older_list,
        an_instance_that_lags_hands_out_the_newer_list,
        a_clock_that_is_behind_dates_no_list_before_an_older_one,
        a_new_signing_key_signs_every_list_anew,
        the_database_takes_no_older_list,
        what_was_published_is_handed_out_while_the_database_is_down,
        the_packed_list_is_the_list_and_has_a_tag_of_its_own,
    );
}

fn after(seconds: u64) -> Timestamp {
    NOW + Duration::from_secs(seconds)
}

async fn tag(board: &StatusBoard, now: Timestamp) -> String {
    board.publish(3, now).await.unwrap().unwrap().etag.clone()
}

async fn a_list_is_signed_once_for_all_instances(t: TestDb) {
    open_list(&t).await;
    set(&t.db, at(1), Suspended).await;
    let (here, there) = (another(&t).await, another(&t).await);
    let first = tag(&here, NOW).await;
    assert_eq!(tag(&there, after(30)).await, first, "the same bytes and so the same tag");
    assert_eq!(there.publish_due(after(60)).await.unwrap(), Round { lists: 1, signed: 0 });
    assert!(here.publish(4, NOW).await.unwrap().is_none(), "a list that was never opened");
}

async fn what_changed_is_published_and_nothing_else(t: TestDb) {
    open_list(&t).await;
    let board = another(&t).await;
    assert_eq!(board.publish_due(NOW).await.unwrap().signed, 1, "a list is there when opened");
    assert_eq!(board.publish_due(after(20)).await.unwrap().signed, 0);
    set(&t.db, at(9), Invalid).await;
    board.follow().await.unwrap();
    assert_eq!(board.publish_due(after(40)).await.unwrap().signed, 1);
    let list = board.published(3).unwrap();
    let read = read(&keys(&t), &list, after(40));
    assert_eq!((read.value(9), read.value(8), read.value(1 << 20)), (Some(1), Some(0), None));
    assert_eq!(read.issued_at, after(40));
    assert_eq!(board.publish_due(after(60)).await.unwrap().signed, 0);
}

async fn all_lists_are_signed_anew_after_a_quarter_of_an_hour(t: TestDb) {
    open_list(&t).await;
    let board = another(&t).await;
    board.publish_due(NOW).await.unwrap();
    assert_eq!(board.publish_due(after(899)).await.unwrap().signed, 0);
    assert_eq!(board.publish_due(after(900)).await.unwrap().signed, 1);
    assert_eq!(read(&keys(&t), &board.published(3).unwrap(), after(900)).issued_at, after(900));
    // An hour later at the higher effort: the same list.
    set(&t.db, at(2), Suspended).await;
    board.follow().await.unwrap();
    assert_eq!(board.publish_due(after(4000)).await.unwrap().signed, 1);
    assert_eq!(read(&keys(&t), &board.published(3).unwrap(), after(4000)).value(2), Some(2));
}

/// What stands published.
async fn standing(t: &TestDb) -> Publication {
    let work = t.db.look::<_, DbError, _>(|tx| {
        Box::pin(async move { status_publications::find(tx, 3).await })
    });
    work.await.unwrap().unwrap()
}

async fn two_instances_racing_never_publish_the_older_list(t: TestDb) {
    open_list(&t).await;
    let mut racers = Vec::new();
    for racer in 0..2 {
        let (board, db, ring) = (another(&t).await, another_db(&t).await, keys(&t));
        racers.push(tokio::spawn(async move {
            for n in 0..15 {
                let index = racer * 100 + n;
                set(&db, at(index), Invalid).await;
                board.follow().await.unwrap();
                let list = board.publish(3, NOW).await.unwrap().unwrap();
                // Whoever asks after the change sees it, whichever of the two published.
                assert_eq!(read(&ring, &list, NOW).value(u32::try_from(index).unwrap()), Some(1));
            }
        }));
    }
    let (mut version, mut seq) = (0, 0);
    while !racers.iter().all(tokio::task::JoinHandle::is_finished) {
        let heads = t.db.look::<_, DbError, _>(|tx| {
            Box::pin(async move { status_publications::heads(tx).await })
        });
        if let Some(head) = heads.await.unwrap().first() {
            assert!(head.version >= version && head.seq >= seq, "never backwards");
            (version, seq) = (head.version, head.seq);
        }
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
    for racer in racers {
        racer.await.unwrap();
    }
    let board = another(&t).await;
    let list = board.publish(3, NOW).await.unwrap().unwrap();
    let read = read(&keys(&t), &list, NOW);
    let all = (0..15).chain(100..115);
    assert!(all.into_iter().all(|index| read.value(index) == Some(1)));
    assert_eq!(standing(&t).await.token, &*list.token);
}

async fn an_instance_that_lags_hands_out_the_newer_list(t: TestDb) {
    open_list(&t).await;
    let (here, lagging) = (another(&t).await, another(&t).await);
    set(&t.db, at(5), Suspended).await;
    here.follow().await.unwrap();
    let newer = tag(&here, NOW).await;
    assert_eq!(lagging.seq(), 0, "this one has not heard of it");
    assert_eq!(tag(&lagging, NOW).await, newer);
    assert_eq!(tag(&lagging, after(2000)).await, newer, "nor does it sign what it knows instead");
    assert_eq!(lagging.publish_due(after(2000)).await.unwrap().signed, 0);
}

async fn a_clock_that_is_behind_dates_no_list_before_an_older_one(t: TestDb) {
    open_list(&t).await;
    let (here, behind) = (another(&t).await, another(&t).await);
    here.publish_due(after(30)).await.unwrap();
    set(&t.db, at(5), Suspended).await;
    behind.follow().await.unwrap();
    let list = behind.publish(3, NOW).await.unwrap().unwrap();
    assert_eq!((list.head.issued_at, list.head.version), (after(30), 2));
    assert_eq!(read(&keys(&t), &list, after(30)).value(5), Some(2));
}

async fn a_new_signing_key_signs_every_list_anew(t: TestDb) {
    open_list(&t).await;
    let ring = keys(&t);
    let board = another(&t).await;
    board.publish_due(NOW).await.unwrap();
    let old = ring.signs(SigningAlgorithm::Es256, NOW).unwrap();
    ring.rotate(SigningAlgorithm::Es256, after(10), true).unwrap();
    ring.retire(&old, after(10), true).unwrap();
    let board = another(&t).await;
    assert_eq!(board.publish_due(after(20)).await.unwrap().signed, 1);
    assert_eq!(read(&keys(&t), &board.published(3).unwrap(), after(20)).value(0), Some(0));
}

async fn the_database_takes_no_older_list(t: TestDb) {
    let offer = |version: i64, seq: i64, issued_at: Timestamp| {
        let head = Head { list: 3, version, seq, issued_at };
        let new = Publication { head, token: format!("v{version}") };
        t.db.write::<_, DbError, _>(move |tx| {
            Box::pin(async move { status_publications::publish(tx, &new).await })
        })
    };
    assert!(offer(1, 10, NOW).await.unwrap());
    for (version, seq, at) in [(1, 99, NOW), (3, 99, NOW), (2, 9, NOW), (2, 10, NOW - minutes(1))] {
        assert!(!offer(version, seq, at).await.unwrap(), "{version} {seq}");
    }
    assert_eq!(standing(&t).await.token, "v1");
    assert!(offer(2, 10, NOW).await.unwrap());
    assert_eq!(standing(&t).await.token, "v2");
}

async fn what_was_published_is_handed_out_while_the_database_is_down(t: TestDb) {
    open_list(&t).await;
    let own = t.another().await;
    let board = super::boards::board_of(&t, own.clone(), super::boards::LONG).await;
    let first = tag(&board, NOW).await;
    own.close().await;
    assert_eq!(tag(&board, after(1000)).await, first, "overdue, and still good");
    assert!(board.publish(3, after(24 * 3600)).await.is_err(), "past its end it proves nothing");
    assert!(board.publish(4, NOW).await.is_err());
}

async fn the_packed_list_is_the_list_and_has_a_tag_of_its_own(t: TestDb) {
    let house = House::build(t).await;
    house.holder(Story::Adult).await;
    let list = house.t.text("SELECT CAST(list AS TEXT) FROM status_entries").await.unwrap();
    let path = format!("/status/{list}");
    let mut stranger = house.browser();
    let plain = stranger.get(&path).await;
    assert!(plain.header(header::CONTENT_ENCODING).is_empty());
    let published = house.app.status.published(list.parse().unwrap()).unwrap();
    assert_eq!(plain.body, &*published.token);
    let mut unpacked = String::new();
    let mut reader = flate2::read::GzDecoder::new(&*published.gzip);
    std::io::Read::read_to_string(&mut reader, &mut unpacked).unwrap();
    assert_eq!(unpacked, plain.body);

    stranger.headers.push(("accept-encoding", "gzip".to_owned()));
    stranger.headers.push(("if-none-match", plain.header(header::ETAG).to_owned()));
    let known = stranger.get(&path).await;
    assert_eq!(known.status, 304, "whoever holds either has the list");
    assert_ne!(known.header(header::ETAG), plain.header(header::ETAG));
    for header in [header::VARY, header::ACCESS_CONTROL_ALLOW_ORIGIN, header::CACHE_CONTROL] {
        assert!(!known.header(header.clone()).is_empty(), "{header}");
    }
    assert!(known.header(header::CACHE_CONTROL).contains("stale-while-revalidate="));
}
