//! `POST /verify/batch`: many checks, in order, each for itself.

use super::kit::{a_token, as_client, digits, hospital};
use crate::common::db::TestDb;
use crate::common::house::House;
use crate::common::house::answer::Answer;
use crate::common::house::browser::Browser;
use crate::common::suite::Suite;
use axum::http::Method;
use ecard::domain::demo_story::Story;
use serde_json::{Value, json};
use std::time::Duration;

pub(crate) fn register(suite: &mut Suite) {
    both!(suite; a_batch_answers_in_order_and_a_bad_check_spoils_none);
    both!(suite; a_code_counts_once_in_a_batch_too);
    both!(suite; what_a_terminal_checked_offline_is_recorded_once);
    both!(suite; a_batch_is_bounded_and_authenticated);
}

async fn send(client: &mut Browser, body: &Value) -> Answer {
    let bytes = body.to_string().into_bytes();
    client.send(Method::POST, "/verify/batch", "application/json", bytes).await
}

async fn results(client: &mut Browser, checks: Value) -> Vec<Value> {
    let answer = send(client, &json!({ "checks": checks })).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["results"].as_array().unwrap().clone()
}

async fn a_batch_answers_in_order_and_a_bad_check_spoils_none(t: TestDb) {
    let house = House::build(t).await;
    let token = a_token(&house).await;
    let mut client = hospital(&house).await;
    let both = json!({ "id": "b", "token": token, "qr": "1" });
    let wrong = json!({ "id": "f", "token": token, "function": "rule.the-world" });
    let checks = json!([
        { "id": "a", "token": token, "function": "transit.ride" }, both, { "id": "c" }, 7,
        { "id": "m", "token": token, "functoin": "medical.settle" },
        { "id": "t", "token": token, "told": "valid" },
        { "id": "e", "qr": "123456789012345678901234" }, wrong, { "id": "g", "token": token },
    ]);
    let answers = results(&mut client, checks).await;
    let ids: Vec<_> = answers.iter().map(|a| a["id"].clone()).collect();
    assert_eq!(json!(ids), json!(["a", "b", "c", null, "m", "t", "e", "f", "g"]));
    let active: Vec<_> = answers.iter().map(|a| a["active"].clone()).collect();
    assert_eq!(json!(active), json!([true, null, null, null, null, null, false, false, true]));
    for bad in &answers[1..6] {
        assert_eq!(bad["error"], "invalid_request", "{bad}");
    }
    assert_eq!(answers[7]["reason"], "function_refused");
    assert_eq!(house.count("audit WHERE event = 'card.verified'").await, 3);
}

async fn a_code_counts_once_in_a_batch_too(t: TestDb) {
    let house = House::build(t).await;
    let mut holder = house.holder(Story::Adult).await;
    let mut client = hospital(&house).await;
    let shown = digits(&mut holder).await;
    let checks = json!([{ "id": "1", "qr": shown }, { "id": "2", "qr": shown }]);
    let answers = results(&mut client, checks).await;
    let good = answers.iter().filter(|a| a["active"] == true).count();
    let replayed = answers.iter().filter(|a| a["reason"] == "replayed").count();
    assert_eq!((good, replayed), (1, 1), "{answers:?}");
}

async fn what_a_terminal_checked_offline_is_recorded_once(t: TestDb) {
    let house = House::build(t).await;
    let token = a_token(&house).await;
    let mut client = hospital(&house).await;
    let then = house.now().epoch_seconds();
    house.pass(Duration::from_secs(3600));
    let check = |id: &str, at: i64| json!([{ "id": id, "token": token, "checked_at": at, "told": "unknown" }]);
    for _ in 0..2 {
        let answers = results(&mut client, check("1", then)).await;
        assert_eq!(answers[0]["active"], true, "good when it was shown: {answers:?}");
    }
    assert_eq!(house.count("audit WHERE event = 'card.verified'").await, 1, "told twice, one look");
    let late = results(&mut client, check("2", then + 301)).await;
    assert_eq!(late[0]["reason"], "expired", "it was over when it was shown");
    for at in [then + 3600 + 91, then - 7 * 24 * 3600] {
        assert_eq!(results(&mut client, check("3", at)).await[0]["error"], "invalid_request");
    }
    let online = json!([{ "id": "4", "qr": "123456789012345678901234", "checked_at": then }]);
    assert_eq!(results(&mut client, online).await[0]["error"], "invalid_request");
    assert_eq!(house.count("audit WHERE event = 'card.verified'").await, 1);
}

async fn a_batch_is_bounded_and_authenticated(t: TestDb) {
    let house = House::build(t).await;
    let mut client = hospital(&house).await;
    let many = |n: usize| json!({ "checks": vec![json!({ "id": "x", "qr": "1" }); n] });
    assert_eq!(send(&mut client, &many(100)).await.status, 200);
    assert_eq!(send(&mut client, &json!({ "checks": [] })).await.json(), json!({ "results": [] }));
    for bad in [many(101), json!({}), json!([]), json!({ "checks": "x" }), json!("x")] {
        let answer = send(&mut client, &bad).await;
        assert_eq!((answer.status, &answer.json()["error"]), (400, &"invalid_request".into()));
    }
    let huge = json!({ "checks": [{ "id": "x".repeat(2 << 20), "qr": "1" }] });
    let answer = send(&mut client, &huge).await;
    assert_eq!((answer.status, &answer.json()["code"]), (413, &"REQUEST_TOO_LARGE".into()));
    for mut stranger in [house.browser(), as_client(&house, "demo-hospital", "wrong")] {
        assert_eq!(send(&mut stranger, &many(1)).await.status, 401);
    }
}
