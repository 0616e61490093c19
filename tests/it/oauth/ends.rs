//! How what a citizen allowed ends without anybody's doing: by its time, and with its card.

use super::kit::{Call, Partner, World, refused};
use crate::common::db::TestDb;
use crate::common::suite::Suite;
use ecard::jobs::sweep::due_grants;

const YEAR: u64 = 365 * 24 * 3600;

pub(super) fn register(suite: &mut Suite) {
    both!(suite; a_grant_whose_time_has_run_out_ends_with_its_consents_and_the_partner_is_told);
    both!(suite; a_grant_ends_with_its_card_and_the_partner_is_told);
}

fn told() -> Partner {
    let uri = "https://told.example/logout".to_owned();
    Partner::basic("told").with(|client| client.backchannel_logout_uri = Some(uri))
}

async fn ended(world: &World, state: &str) {
    for (rows, count) in [
        (format!("grants WHERE state = '{state}'"), 1),
        ("consents WHERE recipient = 'told' AND state = 'granted'".to_owned(), 0),
        ("logout_notices WHERE client = 'told'".to_owned(), 1),
    ] {
        assert_eq!(world.house.count(&rows).await, count, "{rows}");
    }
    let expired = "consents WHERE recipient = 'told' AND state = 'expired'";
    assert!(world.house.count(expired).await > 0, "nobody withdrew them");
}

async fn a_grant_whose_time_has_run_out_ends_with_its_consents_and_the_partner_is_told(t: TestDb) {
    let world = World::on(t).await;
    let partner = world.add(told()).await;
    let given = world.lasting(&partner).await;
    world.pass(YEAR - 60);
    due_grants(&world.house.app, world.house.now()).await.unwrap();
    assert_eq!(world.house.count("grants WHERE state = 'live'").await, 1, "not a minute early");
    world.pass(60);
    for _ in 0..2 {
        due_grants(&world.house.app, world.house.now()).await.unwrap();
    }
    ended(&world, "expired").await;
    assert_eq!(world.house.count("audit WHERE event = 'grant.expired'").await, 1, "once");
    refused(&Call::refresh(&partner, given.refresh()).send(&world).await, 400, "invalid_grant");
}

async fn a_grant_ends_with_its_card_and_the_partner_is_told(t: TestDb) {
    let world = World::on(t).await;
    let partner = world.add(told()).await;
    let given = world.lasting(&partner).await;
    world.house.t.sql("UPDATE cards SET state = 'ended'").await;
    for _ in 0..2 {
        let answer = Call::refresh(&partner, given.refresh()).send(&world).await;
        refused(&answer, 400, "invalid_grant");
    }
    ended(&world, "ended").await;
    assert_eq!(world.house.count("audit WHERE event = 'grant.ended'").await, 1, "once");
}
