//! `/card/qr`: what is on the page, with and without scripts.

use crate::common::db::TestDb;
use crate::common::house::House;
use crate::common::suite::Suite;
use crate::relying::kit::{digits, hospital};
use ecard::domain::demo_story::Story;
use std::time::Duration;

pub(crate) fn register(suite: &mut Suite) {
    both!(suite; the_page_renews_itself_without_scripts_but_not_for_ever);
    both!(suite; whoever_has_no_card_is_shown_no_code);
    both!(suite; codes_of_a_card_are_counted);
    both!(suite; a_session_hears_of_its_own_newest_code_alone);
}

async fn the_page_renews_itself_without_scripts_but_not_for_ever(t: TestDb) {
    let house = House::build(t).await;
    let mut holder = house.holder(Story::Adult).await;
    let page = holder.get("/card/qr").await;
    let refresh = "<noscript><meta http-equiv=\"refresh\" content=\"60; url=/card/qr?again=1\">";
    assert!(page.body.contains(refresh), "{}", page.body);
    assert!(page.body.contains("<svg class=\"code\" viewBox=\"0 0 29 29\""), "version 1");
    assert!(!page.body.contains("王䶮") && !page.body.contains("11010119900307"));
    let last = holder.get("/card/qr?again=9").await;
    assert!(last.body.contains("again=10") && last.body.contains("code-digits"));
    let resting = holder.get("/card/qr?again=10").await;
    assert_eq!(resting.step(), "qr");
    assert!(!resting.body.contains("code-digits") && !resting.body.contains("refresh"));
    assert_eq!(holder.get("/card/qr?again=x").await.status, 400);
}

async fn whoever_has_no_card_is_shown_no_code(t: TestDb) {
    let house = House::build(t).await;
    let stranger = house.browser().get("/card/qr").await;
    assert!(stranger.leads_to("/login?next=/card/qr"), "{}", stranger.location());
    let mut holder = house.holder(Story::Adult).await;
    for state in ["suspended", "lost", "minor_deactivated"] {
        house.t.sql(&format!("UPDATE cards SET state = '{state}'")).await;
        assert!(holder.get("/card/qr").await.leads_to("/card"), "{state}");
    }
    house.t.sql("UPDATE cards SET state = 'ended'").await;
    assert!(holder.get("/card/qr").await.leads_to("/claim"));
    assert_eq!(house.count("online_codes").await, 0);
}

async fn codes_of_a_card_are_counted(t: TestDb) {
    let house = House::with(t, |config| config.limits.online_codes_per_min = 2).await;
    let mut holder = house.holder(Story::Adult).await;
    for _ in 0..2 {
        assert_eq!(holder.get("/card/qr").await.status, 200);
    }
    let refused = holder.get("/card/qr").await;
    assert_eq!(refused.status, 429);
    assert!(refused.retry_after() > 0);
    house.pass(Duration::from_secs(60));
    assert_eq!(holder.get("/card/qr").await.status, 200);
}

async fn a_session_hears_of_its_own_newest_code_alone(t: TestDb) {
    let house = House::build(t).await;
    let used = "/card/qr/used";
    assert_eq!(house.browser().get(used).await.status, 403, "nobody is logged in");
    let mut holder = house.holder(Story::Adult).await;
    let mut client = hospital(&house).await;
    assert_eq!(holder.get(used).await.json()["used"], false, "none is shown");
    let first = digits(&mut holder).await;
    assert_eq!(holder.get(used).await.json()["used"], false);
    client.post("/verify", &[("qr", first)]).await;
    assert_eq!(holder.get(used).await.json()["used"], true);
    let mut other = house.holder(Story::RareCharacter).await;
    digits(&mut other).await;
    assert_eq!(other.get(used).await.json()["used"], false, "another's code is nobody's business");
    house.pass(Duration::from_secs(1));
    digits(&mut holder).await;
    assert_eq!(holder.get(used).await.json()["used"], false, "the next one is not");
}
