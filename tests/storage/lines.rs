//! Codes, refresh lines and device codes under races: who is first wins, whoever was answered may
//! ask again, and what ended is ended everywhere.

use crate::common::db::TestDb;
use crate::common::suite::Suite;
use ecard::app::revocations::Revocations;
use ecard::domain::field::FieldSet;
use ecard::domain::grant::{Allowed, GrantState};
use ecard::domain::ids::{CardId, CitizenId, GrantId, LineId};
use ecard::domain::scope::ScopeSet;
use ecard::domain::time::Timestamp;
use ecard::storage::auth_codes::{self, CodeRow};
use ecard::storage::changes::{self, Change};
use ecard::storage::device_codes::{self, DeviceRow, DeviceState};
use ecard::storage::grants::{self, GrantRow};
use ecard::storage::refresh::{self, LineRow};
use ecard::storage::status::StatusPlace;
use ecard::storage::used_jtis::{self, UsedJti};
use ecard::storage::{Db, DbError, Tx};
use ecard::token::access::{TokenName, jti};
use futures_util::future::{BoxFuture, join_all};
use std::time::Duration;

pub(crate) fn register(suite: &mut Suite) {
    both!(
        suite;
        of_many_redeemers_of_a_code_one_wins,
        a_code_of_another_client_or_past_its_time_is_not_used_up,
        a_generation_is_good_until_the_next_one_was_presented,
        many_presenting_one_generation_at_once_all_succeed,
        an_ended_line_takes_nothing_any_more,
        a_grant_that_ends_takes_its_lines_along,
        a_device_code_is_decided_once_and_redeemed_once,
        a_device_that_asks_too_often_waits_longer,
        a_proof_used_before_undoes_everything_beside_it,
        a_follower_misses_nothing_over_an_outage,
        a_follower_that_starts_knows_the_last_minutes,
    );
}

const NOW: Timestamp = Timestamp::from_epoch_seconds(1_800_000_000);

fn later(seconds: u64) -> Timestamp {
    NOW + Duration::from_secs(seconds)
}

async fn write<T: Send + 'static>(
    db: &Db,
    work: impl for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, DbError>> + Send + 'static,
) -> T {
    db.write::<T, DbError, _>(work).await.unwrap()
}

/// A client, a citizen with a card, and a grant between them.
async fn granted(t: &TestDb) -> GrantRow {
    t.sql(
        "INSERT INTO clients (id, body, state, created_at) VALUES ('app', '{}', 'active', 0);
         INSERT INTO citizens (id, id_index, body, created_at) VALUES ('p', 'i', 'x', 0);
         INSERT INTO cards (id, citizen, state, body, pin_hash, pin_failures, issued_at)
             VALUES ('k', 'p', 'active', 'x', 'x', 0, 0)",
    )
    .await;
    let grant = GrantRow {
        id: GrantId::from_random([1; 16]),
        client: "app".to_owned(),
        citizen: CitizenId::from_stored("p"),
        card: CardId::from_stored("k"),
        allowed: Allowed { scope: ScopeSet::parse("openid"), fields: FieldSet::default() },
        is_live: true,
        place: StatusPlace { list: 0, index: 7 },
        created_at: NOW,
        expires_at: later(1000),
        ended_at: None,
        last_used_at: None,
    };
    let row = grant.clone();
    let new = write(&t.db, move |tx| Box::pin(async move { grants::insert(tx, &row, "1").await }));
    assert!(new.await);
    grant
}

async fn code(t: &TestDb) -> CodeRow {
    let grant = granted(t).await;
    let row = CodeRow {
        digest: "d".to_owned(),
        client: "app".to_owned(),
        grant: grant.id,
        line: LineId::from_random([2; 16]),
        body: "{}".to_owned(),
        is_open: true,
        expires_at: later(60),
    };
    let stored = row.clone();
    write(&t.db, move |tx| {
        Box::pin(async move {
            auth_codes::insert(tx, &stored);
            Ok(())
        })
    })
    .await;
    row
}

async fn redeem(db: &Db, client: &'static str, at: Timestamp) -> bool {
    write(db, move |tx| Box::pin(auth_codes::redeem(tx, "d", client, at))).await.is_some()
}

async fn of_many_redeemers_of_a_code_one_wins(t: TestDb) {
    code(&t).await;
    let other = t.another().await;
    let tries = (0..20).map(|n| redeem(if n % 2 == 0 { &t.db } else { &other }, "app", NOW));
    let won = join_all(tries).await.into_iter().filter(|won| *won).count();
    assert_eq!(won, 1);
}

async fn a_code_of_another_client_or_past_its_time_is_not_used_up(t: TestDb) {
    code(&t).await;
    assert!(!redeem(&t.db, "other", NOW).await);
    assert!(!redeem(&t.db, "app", later(60)).await);
    assert!(redeem(&t.db, "app", later(59)).await);
}

async fn line(t: &TestDb) -> LineId {
    let grant = granted(t).await;
    let id = LineId::from_random([3; 16]);
    let row = LineRow {
        id: id.clone(),
        client: "app".to_owned(),
        grant: grant.id,
        body: "{}".to_owned(),
        used: -1,
        is_live: true,
        created_at: NOW,
        expires_at: later(1000),
    };
    write(&t.db, move |tx| Box::pin(async move { refresh::insert(tx, &row).await })).await;
    id
}

async fn present(db: &Db, line: &LineId, generation: i64) -> bool {
    let line = line.clone();
    write(db, move |tx| Box::pin(async move { refresh::present(tx, &line, generation, NOW).await }))
        .await
}

async fn a_generation_is_good_until_the_next_one_was_presented(t: TestDb) {
    let line = line(&t).await;
    assert!(!present(&t.db, &line, 1).await, "never handed out");
    assert!(present(&t.db, &line, 0).await);
    assert!(present(&t.db, &line, 0).await, "the answer was lost");
    assert!(present(&t.db, &line, 1).await);
    assert!(!present(&t.db, &line, 0).await, "its successor was presented");
    assert!(present(&t.db, &line, 1).await);
    assert!(present(&t.db, &line, 2).await);
}

async fn many_presenting_one_generation_at_once_all_succeed(t: TestDb) {
    let line = line(&t).await;
    let other = t.another().await;
    let tries = (0..20).map(|n| present(if n % 2 == 0 { &t.db } else { &other }, &line, 0));
    assert!(join_all(tries).await.into_iter().all(|good| good));
    assert!(present(&t.db, &line, 1).await);
}

async fn an_ended_line_takes_nothing_any_more(t: TestDb) {
    let line = line(&t).await;
    assert!(present(&t.db, &line, 0).await);
    let id = line.clone();
    assert!(write(&t.db, move |tx| Box::pin(async move { refresh::end(tx, &id).await })).await);
    assert!(!present(&t.db, &line, 0).await && !present(&t.db, &line, 1).await);
}

async fn end_grant(t: &TestDb) -> bool {
    let id = GrantId::from_random([1; 16]);
    write(&t.db, move |tx| {
        Box::pin(async move { grants::end(tx, &id, GrantState::Withdrawn, NOW).await })
    })
    .await
}

async fn a_grant_that_ends_takes_its_lines_along(t: TestDb) {
    let line = line(&t).await;
    assert!(end_grant(&t).await);
    assert!(!end_grant(&t).await, "once");
    assert!(!present(&t.db, &line, 0).await);
}

async fn device(t: &TestDb) {
    let row = DeviceRow {
        digest: "d".to_owned(),
        user_digest: "u".to_owned(),
        client: "tv".to_owned(),
        state: DeviceState::Pending,
        body: "{}".to_owned(),
        interval_s: 5,
        created_at: NOW,
        expires_at: later(600),
    };
    let again = row.clone();
    let insert = |row: DeviceRow| {
        write(&t.db, move |tx| Box::pin(async move { device_codes::insert(tx, &row).await }))
    };
    assert!(insert(row).await);
    assert!(!insert(again).await, "both codes are taken");
}

async fn decide(t: &TestDb, approved: bool, at: Timestamp) -> bool {
    write(&t.db, move |tx| Box::pin(device_codes::decide(tx, "u", approved, "{\"a\":1}", at))).await
}

async fn redeem_device(db: &Db, client: &'static str, at: Timestamp) -> bool {
    write(db, move |tx| Box::pin(device_codes::redeem(tx, "d", client, at))).await
}

async fn a_device_code_is_decided_once_and_redeemed_once(t: TestDb) {
    device(&t).await;
    assert!(!redeem_device(&t.db, "tv", NOW).await, "nobody has decided");
    assert!(!decide(&t, true, later(600)).await, "too late");
    assert!(decide(&t, true, NOW).await);
    assert!(!decide(&t, false, NOW).await, "decided");
    assert!(!redeem_device(&t.db, "other", NOW).await);
    let found = write(&t.db, |tx| Box::pin(device_codes::by_user_code(tx, "u"))).await.unwrap();
    assert_eq!((found.state, found.body.as_str()), (DeviceState::Approved, "{\"a\":1}"));
    let other = t.another().await;
    let tries = (0..10).map(|n| redeem_device(if n % 2 == 0 { &t.db } else { &other }, "tv", NOW));
    assert_eq!(join_all(tries).await.into_iter().filter(|won| *won).count(), 1);
}

async fn a_device_that_asks_too_often_waits_longer(t: TestDb) {
    device(&t).await;
    let poll = |at: u64| {
        let at = later(at);
        write(&t.db, move |tx| Box::pin(device_codes::poll(tx, "d", at)))
    };
    assert!(poll(0).await);
    assert!(poll(5).await);
    assert!(!poll(9).await, "four seconds");
    assert!(!poll(18).await, "nine, where ten are due");
    assert!(!poll(32).await, "fourteen, where fifteen are due");
    assert!(poll(52).await);
}

async fn a_proof_used_before_undoes_everything_beside_it(t: TestDb) {
    let code = code(&t).await;
    let pay = |db: &Db, digest: String| {
        let jti = UsedJti { digest: "j".to_owned(), expires_at: later(60) };
        let work = db.clone();
        async move {
            work.write::<(), DbError, _>(move |tx| {
                Box::pin(async move {
                    if !used_jtis::consume(tx, &[jti]).await? {
                        return Err(DbError::other("replayed"));
                    }
                    auth_codes::redeem(tx, &digest, "app", NOW).await.map(drop)
                })
            })
            .await
        }
    };
    assert!(pay(&t.db, "another".to_owned()).await.is_ok());
    assert!(pay(&t.db, code.digest.clone()).await.is_err());
    assert!(redeem(&t.db, "app", NOW).await, "the code is as it was");
}

async fn end(db: &Db, kind: Change, subject: &'static str, at: Timestamp) {
    write(db, move |tx| Box::pin(changes::append(tx, kind, subject, at))).await;
}

fn dead(seen: &Revocations, jti: &str) -> bool {
    seen.is_dead(&TokenName::parse(jti).unwrap())
}

async fn a_follower_misses_nothing_over_an_outage(t: TestDb) {
    let grant = granted(&t).await;
    let seen = Revocations::default();
    seen.begin(&t.db, NOW).await.unwrap();
    let token = jti(&grant.id, &LineId::from_random([2; 16]), [3; 16]);
    assert!(!dead(&seen, &token));
    let gone = t.another().await;
    gone.close().await;
    assert!(end_grant(&t).await);
    end(&t.db, Change::Client, "app", NOW).await;
    assert!(seen.follow(&gone).await.is_err(), "cut off");
    assert!(!dead(&seen, &token));
    let before = seen.client_version("app");
    seen.follow(&t.db).await.unwrap();
    assert!(dead(&seen, &token));
    assert_ne!(seen.client_version("app"), before);
    // What the sweep took while the follower was away cannot concern a token, but a client.
    end(&t.db, Change::Line, "old", NOW).await;
    t.sql("DELETE FROM oauth_changes").await;
    end(&t.db, Change::Line, "new", NOW).await;
    let before = seen.client_version("anybody");
    seen.follow(&t.db).await.unwrap();
    assert!(dead(&seen, "g.new.x"));
    assert_ne!(seen.client_version("anybody"), before);
}

async fn a_follower_that_starts_knows_the_last_minutes(t: TestDb) {
    end(&t.db, Change::Line, "ancient", NOW).await;
    end(&t.db, Change::Line, "recent", later(3500)).await;
    let seen = Revocations::default();
    seen.begin(&t.db, later(3600)).await.unwrap();
    assert!(dead(&seen, "g.recent.x") && !dead(&seen, "g.ancient.x"));
    end(&t.db, Change::Token, "..x", later(3600)).await;
    seen.follow(&t.db).await.unwrap();
    assert!(dead(&seen, "..x"));
}
