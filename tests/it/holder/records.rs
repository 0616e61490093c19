//! `/card/records`: every look is told, to its own citizen, in plain words.

use crate::common::db::TestDb;
use crate::common::house::House;
use crate::common::house::walk::Step;
use crate::common::suite::Suite;
use crate::relying::kit::{ask, digits, hospital};
use axum::http::Method;
use ecard::domain::demo_story::Story;
use serde_json::json;
use std::time::Duration;

pub(crate) fn register(suite: &mut Suite) {
    both!(suite; a_holder_reads_who_looked_when_and_for_what);
    both!(suite; nobody_reads_of_another);
    both!(suite; long_records_are_paged);
    both!(suite; what_a_desk_was_told_offline_is_read_beside_what_came_out);
}

async fn a_holder_reads_who_looked_when_and_for_what(t: TestDb) {
    let house = House::build(t).await;
    let mut holder = house.holder(Story::Adult).await;
    let mut client = hospital(&house).await;
    let shown = digits(&mut holder).await;
    let fields = [("qr", shown), ("function", "medical.settle".to_owned())];
    let first = client.post("/verify", &fields).await;
    let number = first.headers["x-reference"].to_str().unwrap().to_owned();
    ask(&mut client, &fields).await;
    let page = holder.get("/card/records").await;
    assert_eq!((page.status, page.step()), (200, "records"));
    let newest = page.main().split("<li>").nth(1).unwrap();
    assert!(newest.contains("二维码已使用过"), "{newest}");
    let look = page.main().split("<li>").nth(2).unwrap();
    for told in ["核验您的卡", "看病就医", "扫描二维码", "核验通过", "2026年11月23日", &number]
    {
        assert!(look.contains(told), "{told}: {look}");
    }
    let english = holder.get("/card/records?lang=en").await;
    let look = english.main().split("<li>").nth(2).unwrap();
    assert!(look.contains("Checked your card") && look.contains("Accepted"), "{look}");
    for told in ["You claimed your e-card", "Your face was verified"] {
        assert!(english.body.contains(told), "{told}");
    }
    assert!(!english.body.contains("Something else"), "every event has words");
}

async fn nobody_reads_of_another(t: TestDb) {
    let house = House::build(t).await;
    let stranger = house.browser().get("/card/records").await;
    assert!(stranger.leads_to("/login?next=/card/records"));
    house.holder(Story::Adult).await;
    let mut other = house.holder(Story::DottedName).await;
    let page = other.get("/card/records").await;
    assert_eq!(page.main().matches("领取了电子社保卡").count(), 1, "{}", page.main());
    let mut unknown = house.at_as(Step::RealName, Story::RareCharacter).await;
    let page = unknown.get("/card/records").await;
    assert!(page.main().contains("还没有记录"), "{}", page.main());
}

async fn long_records_are_paged(t: TestDb) {
    let house = House::build(t).await;
    let mut holder = house.holder(Story::Adult).await;
    let token = [("token", holder.get("/card/token").await.body)];
    let mut client = hospital(&house).await;
    for _ in 0..25 {
        ask(&mut client, &token).await;
    }
    let (mut path, mut looks, mut pages) = ("/card/records".to_owned(), 0, 0);
    loop {
        let page = holder.get(&path).await;
        assert!(page.main().matches("<li>").count() <= 20);
        looks += page.main().matches("核验您的卡").count();
        pages += 1;
        let Some(next) = page.main().split("href=\"/card/records?before=").nth(1) else { break };
        path = format!("/card/records?before={}", next.split('"').next().unwrap());
    }
    assert_eq!(looks, 25);
    assert_eq!(pages, 2);
    assert_eq!(holder.get("/card/records?before=x").await.status, 400);
}

async fn what_a_desk_was_told_offline_is_read_beside_what_came_out(t: TestDb) {
    let house = House::build(t).await;
    let mut holder = house.holder(Story::Adult).await;
    let token = holder.get("/card/token").await.body;
    let then = house.now().epoch_seconds();
    house.pass(Duration::from_secs(60));
    let page = holder.get("/card/loss").await;
    holder.submit(&page, &[("report_loss", "temporary".into())]).await;
    house.app.status.follow().await.unwrap();
    let mut client = hospital(&house).await;
    let check = json!({ "id": "1", "token": token, "checked_at": then, "told": "valid" });
    let body = json!({ "checks": [check] }).to_string().into_bytes();
    let answer = client.send(Method::POST, "/verify/batch", "application/json", body).await;
    assert_eq!(answer.json()["results"][0]["reason"], "revoked", "{}", answer.body);
    let page = holder.get("/card/records").await;
    let look = page.main().split("<li>").nth(1).unwrap();
    let told = look.split("设备当时的答复").nth(1).unwrap();
    assert!(told.split("</div>").next().unwrap().contains("核验通过"), "{look}");
    let later = look.split("事后核对结果").nth(1).unwrap();
    assert!(later.split("</div>").next().unwrap().contains("卡已停用"), "{look}");
}
