//! Online codes at `POST /verify`: one scan, one minute, one answer.

use super::kit::{ask, digits, hospital};
use crate::common::db::TestDb;
use crate::common::house::House;
use crate::common::house::browser::Field;
use crate::common::suite::Suite;
use ecard::domain::demo_story::Story;
use std::time::Duration;

pub(crate) fn register(suite: &mut Suite) {
    both!(suite; a_code_is_good_once);
    both!(suite; two_instances_cannot_both_take_a_code);
    both!(suite; a_code_lives_a_minute_and_the_next_one_replaces_it);
    both!(suite; digits_nobody_was_shown_tell_nothing);
    both!(suite; a_refused_function_uses_the_code_up);
    both!(suite; a_suspended_card_is_refused_by_its_code);
    both!(suite; a_client_that_runs_wild_is_slowed);
}

fn code(digits: &str) -> [Field; 1] {
    [("qr", digits.to_owned())]
}

async fn a_code_is_good_once(t: TestDb) {
    let house = House::build(t).await;
    let mut holder = house.holder(Story::Adult).await;
    let mut client = hospital(&house).await;
    let shown = digits(&mut holder).await;
    let fields = [("qr", shown.clone()), ("function", "medical.settle".to_owned())];
    let first = ask(&mut client, &fields).await.json();
    assert_eq!((&first["active"], &first["status"]), (&true.into(), &"valid".into()), "{first}");
    assert_eq!(first["holder_bound"], false, "whoever holds the digits can show them");
    assert_eq!(first["functions"].as_array().unwrap().len(), 7);
    let token = holder.get("/card/token").await.body;
    let by_token = ask(&mut client, &[("token", token)]).await.json();
    assert_eq!(by_token["sub"], first["sub"], "the same holder to the same service");
    let second = ask(&mut client, &fields).await.json();
    assert_eq!((&second["active"], &second["reason"]), (&false.into(), &"replayed".into()));
    assert!(second.get("sub").is_none() && second["functions"] == serde_json::json!([]));
    assert_eq!(house.count("audit WHERE event = 'card.verified'").await, 3, "the replay too");
    assert_eq!(house.count(&format!("online_codes WHERE digest = '{shown}'")).await, 0);
}

async fn two_instances_cannot_both_take_a_code(t: TestDb) {
    let house = House::build(t).await;
    let mut holder = house.holder(Story::Adult).await;
    let here = hospital(&house).await;
    let mut there = here.clone();
    there.router = house.another_instance().await;
    for _ in 0..5 {
        let fields = code(&digits(&mut holder).await);
        let mut asked = Vec::new();
        for n in 0..8 {
            let (mut client, fields) =
                (if n % 2 == 0 { &here } else { &there }.clone(), fields.clone());
            asked.push(tokio::spawn(async move { ask(&mut client, &fields).await.json() }));
        }
        let (mut active, mut replayed) = (0, 0);
        for one in asked {
            let answer = one.await.unwrap();
            active += i32::from(answer["active"] == true);
            replayed += i32::from(answer["reason"] == "replayed");
        }
        assert_eq!((active, replayed), (1, 7));
    }
}

async fn a_code_lives_a_minute_and_the_next_one_replaces_it(t: TestDb) {
    let house = House::build(t).await;
    let mut holder = house.holder(Story::Adult).await;
    let mut client = hospital(&house).await;
    let first = digits(&mut holder).await;
    let second = digits(&mut holder).await;
    assert_ne!(first, second);
    let replaced = ask(&mut client, &code(&first)).await.json();
    assert_eq!((&replaced["active"], &replaced["reason"]), (&false.into(), &"expired".into()));
    house.pass(Duration::from_secs(59));
    assert_eq!(ask(&mut client, &code(&second)).await.json()["active"], true);
    let third = digits(&mut holder).await;
    house.pass(Duration::from_secs(60));
    let late = ask(&mut client, &code(&third)).await.json();
    assert_eq!((&late["active"], &late["reason"]), (&false.into(), &"expired".into()));
    // Another browser of the same holder has a code of its own.
    let mut tablet = house.browser();
    let login = tablet.get("/login").await;
    tablet
        .submit(&login, &house.right(crate::common::house::walk::Step::Login, Story::Adult))
        .await;
    let (here, there) = (digits(&mut holder).await, digits(&mut tablet).await);
    for shown in [here, there] {
        assert_eq!(ask(&mut client, &code(&shown)).await.json()["active"], true);
    }
}

async fn digits_nobody_was_shown_tell_nothing(t: TestDb) {
    let house = House::build(t).await;
    house.holder(Story::Adult).await;
    let mut client = hospital(&house).await;
    let strange = ["123456789012345678901234", "12345", "EC1:NOTHING", "https://evil.example"];
    let answers = strange.map(code);
    for fields in answers {
        let answer = ask(&mut client, &fields).await.json();
        assert_eq!((&answer["active"], &answer["status"]), (&false.into(), &"unknown".into()));
        assert_eq!(answer["reason"], "signature", "the same for all: {answer}");
        assert!(answer.get("sub").is_none());
    }
    assert_eq!(house.count("audit WHERE event = 'card.verified'").await, 0);
    let stranger = house.browser().post("/verify", &code(strange[0])).await;
    assert_eq!(stranger.status, 401);
}

async fn a_refused_function_uses_the_code_up(t: TestDb) {
    let house = House::build(t).await;
    let mut holder = house.holder(Story::Adult).await;
    let mut client = hospital(&house).await;
    let shown = digits(&mut holder).await;
    let fields = [("qr", shown.clone()), ("function", "rule.the-world".to_owned())];
    let refused = ask(&mut client, &fields).await.json();
    assert_eq!(
        (&refused["active"], &refused["reason"]),
        (&false.into(), &"function_refused".into())
    );
    assert_eq!(ask(&mut client, &code(&shown)).await.json()["reason"], "replayed");
}

async fn a_suspended_card_is_refused_by_its_code(t: TestDb) {
    let house = House::build(t).await;
    let mut holder = house.holder(Story::Adult).await;
    let mut client = hospital(&house).await;
    let shown = digits(&mut holder).await;
    let form = holder.get("/card/loss").await;
    let reported = holder.submit(&form, &[("report_loss", "temporary".to_owned())]).await;
    assert!(reported.leads_to("/card/loss"));
    let answer = ask(&mut client, &code(&shown)).await.json();
    assert_eq!((&answer["active"], &answer["status"]), (&false.into(), &"suspended".into()));
    assert_eq!(
        (&answer["reason"], &answer["functions"]),
        (&"revoked".into(), &serde_json::json!([]))
    );
}

async fn a_client_that_runs_wild_is_slowed(t: TestDb) {
    let house = House::with(t, |config| config.limits.verify_per_client_s = 3).await;
    let mut client = hospital(&house).await;
    for _ in 0..3 {
        ask(&mut client, &code("1")).await;
    }
    let slowed = client.post("/verify", &code("1")).await;
    assert_eq!((slowed.status, slowed.retry_after()), (429, 1));
    house.pass(Duration::from_secs(1));
    ask(&mut client, &code("1")).await;
}
