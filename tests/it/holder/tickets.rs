//! `/card/qr/offline`: tickets for a phone, and codes made of them.

use crate::common::db::TestDb;
use crate::common::house::House;
use crate::common::house::answer::Answer;
use crate::common::house::browser::Browser;
use crate::common::suite::Suite;
use crate::relying::kit::{ask, hospital};
use axum::http::Method;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ecard::crypto::Es256Key;
use ecard::domain::demo_story::Story;
use ecard::domain::time::Timestamp;
use ecard::verifier::offline::Presentation;
use serde_json::{Value, json};
use std::time::Duration;

pub(crate) fn register(suite: &mut Suite) {
    both!(suite; a_code_of_the_phone_is_good_once_and_bound_to_it);
    both!(suite; a_ticket_shown_by_another_key_is_refused);
    both!(suite; a_lost_card_takes_its_tickets_with_it);
    both!(suite; tickets_are_for_the_holder_of_a_card_in_use);
    both!(suite; tickets_are_counted);
    both!(suite; a_terminal_hands_in_what_it_saw_offline);
    both!(suite; signing_out_makes_the_browser_forget);
}

fn key() -> Es256Key {
    Es256Key::generate().unwrap().1
}

fn point(key: &Es256Key) -> String {
    URL_SAFE_NO_PAD.encode(key.public().uncompressed())
}

async fn wish(holder: &mut Browser, csrf: &str, keys: Value) -> Answer {
    let body = json!({ "csrf": csrf, "keys": keys }).to_string().into_bytes();
    holder.send(Method::POST, "/card/qr/offline", "application/json", body).await
}

async fn csrf(holder: &mut Browser) -> String {
    let page = holder.get("/card/qr").await;
    let after = page.body.split("data-csrf=\"").nth(1).unwrap();
    after.split('"').next().unwrap().to_owned()
}

async fn ticket(holder: &mut Browser, key: &Es256Key) -> Vec<u8> {
    let csrf = csrf(holder).await;
    let answer = wish(holder, &csrf, json!([point(key)])).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    URL_SAFE_NO_PAD.decode(answer.json()["tickets"][0]["ticket"].as_str().unwrap()).unwrap()
}

fn shown(ticket: &[u8], key: &Es256Key, at: Timestamp, nonce: u8) -> String {
    let shown = Presentation { ticket: ticket.to_vec(), shown_at: at, nonce: [nonce; 8] };
    let signature = URL_SAFE_NO_PAD.decode(key.sign(&shown.to_be_signed()).unwrap()).unwrap();
    shown.assemble(&signature.try_into().unwrap())
}

async fn a_code_of_the_phone_is_good_once_and_bound_to_it(t: TestDb) {
    let house = House::build(t).await;
    let mut holder = house.holder(Story::Adult).await;
    let mut client = hospital(&house).await;
    let key = key();
    let ticket = ticket(&mut holder, &key).await;
    let code = [("qr", shown(&ticket, &key, house.now(), 1)), ("function", "transit.ride".into())];
    let first = ask(&mut client, &code).await.json();
    assert_eq!((&first["active"], &first["holder_bound"]), (&true.into(), &true.into()), "{first}");
    let second = ask(&mut client, &code).await.json();
    assert_eq!((&second["active"], &second["reason"]), (&false.into(), &"replayed".into()));
    house.pass(Duration::from_secs(91));
    let old = shown(&ticket, &key, house.now() - Duration::from_secs(91), 2);
    let late = ask(&mut client, &[("qr", old)]).await.json();
    assert_eq!(late["reason"], "expired");
    let records = holder.get("/card/records").await;
    assert!(records.body.contains("扫描离线二维码") && records.body.contains("准备了离线二维码"));
    house.pass(Duration::from_secs(24 * 3600));
    let over = ask(&mut client, &[("qr", shown(&ticket, &key, house.now(), 3))]).await.json();
    assert_eq!(over["reason"], "expired", "the ticket ended");
}

async fn a_ticket_shown_by_another_key_is_refused(t: TestDb) {
    let house = House::build(t).await;
    let mut holder = house.holder(Story::Adult).await;
    let mut client = hospital(&house).await;
    let ticket = ticket(&mut holder, &key()).await;
    let stolen = [("qr", shown(&ticket, &key(), house.now(), 1))];
    let answer = ask(&mut client, &stolen).await.json();
    assert_eq!((&answer["active"], &answer["reason"]), (&false.into(), &"signature".into()));
    assert_eq!(house.count("shown_codes").await, 0);
}

async fn a_lost_card_takes_its_tickets_with_it(t: TestDb) {
    let house = House::build(t).await;
    let mut holder = house.holder(Story::Adult).await;
    let mut client = hospital(&house).await;
    let (key, csrf) = (key(), csrf(&mut holder).await);
    let ticket = ticket(&mut holder, &key).await;
    house.t.sql("INSERT INTO offline_tickets VALUES ('old', 0, 1000001, 1)").await;
    let card = house.t.text("SELECT id FROM cards").await.unwrap();
    house.t.sql(&format!("INSERT INTO status_entries VALUES (0, 1000001, '{card}', 'old')")).await;
    let form = holder.get("/card/loss").await;
    holder.submit(&form, &[("report_loss", "temporary".to_owned())]).await;
    let answer = ask(&mut client, &[("qr", shown(&ticket, &key, house.now(), 1))]).await.json();
    assert_eq!((&answer["active"], &answer["status"]), (&false.into(), &"suspended".into()));
    assert_eq!(house.count("card_status_log WHERE value = 2").await, 2, "what ended is left alone");
    let more = wish(&mut holder, &csrf, json!([point(&key)])).await;
    assert_eq!(more.status, 404);
}

async fn tickets_are_for_the_holder_of_a_card_in_use(t: TestDb) {
    let house = House::build(t).await;
    let mut holder = house.holder(Story::Adult).await;
    let (csrf, good) = (csrf(&mut holder).await, point(&key()));
    assert_eq!(wish(&mut house.browser(), &csrf, json!([good])).await.status, 403);
    assert_eq!(wish(&mut holder, "wrong", json!([good])).await.status, 403);
    let many: Vec<String> = (0..11).map(|_| point(&key())).collect();
    let not_a_point = URL_SAFE_NO_PAD.encode([5; 65]);
    let off_the_curve = URL_SAFE_NO_PAD.encode([&[4][..], &[0; 64]].concat());
    for bad in [
        json!([]),
        json!(many),
        json!([good, good]),
        json!([not_a_point]),
        json!([off_the_curve]),
        json!(["?"]),
        json!(1),
    ] {
        assert_eq!(wish(&mut holder, &csrf, bad).await.status, 400);
    }
    assert_eq!(house.count("offline_tickets").await, 0);
    let kept = holder.get("/card/qr/offline").await;
    assert_eq!((kept.status, kept.step()), (200, "qr"));
    for personal in ["王䶮", "138****", "csrf", "已登录"] {
        assert!(!kept.body.contains(personal), "{personal} is kept on the phone");
    }
    assert!(house.browser().get("/card/qr/offline").await.leads_to("/login?next=/card/qr"));
    let worker = holder.get("/card/worker.js").await;
    assert!(worker.status == 200 && worker.body.contains("fetch"));
}

async fn tickets_are_counted(t: TestDb) {
    let house = House::with(t, |config| config.limits.offline_tickets_per_day = 3).await;
    let mut holder = house.holder(Story::Adult).await;
    let csrf = csrf(&mut holder).await;
    let two = || json!([point(&key()), point(&key())]);
    for left in [2, 1] {
        let answer = wish(&mut holder, &csrf, two()).await;
        assert_eq!(answer.json()["tickets"].as_array().unwrap().len(), left);
    }
    let refused = wish(&mut holder, &csrf, two()).await;
    assert_eq!(refused.status, 429);
    assert!(refused.retry_after() > 0);
    assert_eq!(house.count("offline_tickets").await, 3);
    assert_eq!(house.count("status_entries").await, 4, "each its own, and the holder's");
}

async fn a_terminal_hands_in_what_it_saw_offline(t: TestDb) {
    let house = House::build(t).await;
    let mut holder = house.holder(Story::Adult).await;
    let mut client = hospital(&house).await;
    let key = key();
    let ticket = ticket(&mut holder, &key).await;
    let (then, code) = (house.now(), shown(&ticket, &key, house.now(), 1));
    house.pass(Duration::from_secs(3 * 24 * 3600));
    let check = |id: &str| json!({ "id": id, "qr": code, "checked_at": then });
    let hand_in = async |client: &mut Browser, check: Value| {
        let body = json!({ "checks": [check] }).to_string().into_bytes();
        let answer = client.send(Method::POST, "/verify/batch", "application/json", body).await;
        answer.json()["results"][0].clone()
    };
    for _ in 0..2 {
        let told = hand_in(&mut client, check("1")).await;
        assert_eq!((&told["active"], &told["status"]), (&true.into(), &"valid".into()), "{told}");
    }
    assert_eq!(house.count("audit WHERE event = 'card.verified'").await, 1, "told twice, one look");
    let other = hand_in(&mut client, check("2")).await;
    assert_eq!(other["reason"], "replayed", "another check saw the same code");
}

async fn signing_out_makes_the_browser_forget(t: TestDb) {
    let house = House::build(t).await;
    let mut holder = house.holder(Story::Adult).await;
    let csrf = csrf(&mut holder).await;
    let out = holder.post("/logout", &[("csrf", csrf)]).await;
    assert_eq!(out.headers["clear-site-data"], "\"cache\", \"storage\"");
}
