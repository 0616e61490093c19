//! What operators are told, and where.

use super::kit::hospital;
use crate::common::db::TestDb;
use crate::common::house::House;
use crate::common::house::browser::Browser;
use crate::common::suite::Suite;
use axum::http::header;
use ecard::domain::demo_story::Story;

pub(crate) fn register(suite: &mut Suite) {
    both!(
        suite;
        operators_are_told_what_was_answered_and_how_things_stand,
        the_world_is_not_told,
    );
}

async fn told(house: &House) -> String {
    let mut operator = Browser::new(ecard::site::metrics_router(house.app.clone()));
    let answer = operator.get("/metrics").await;
    assert_eq!(answer.status, 200);
    assert!(answer.header(header::CONTENT_TYPE).starts_with("text/plain; version=0.0.4"));
    answer.body
}

async fn operators_are_told_what_was_answered_and_how_things_stand(t: TestDb) {
    let house = House::build(t).await;
    let token = house.holder(Story::Adult).await.get("/card/token").await.body;
    hospital(&house).await.post("/verify", &[("token", token)]).await;
    house.browser().get("/status/13800000001").await;
    let text = told(&house).await;
    for line in [
        "ecard_requests_total{route=\"/verify\",status=\"200\"} 1",
        "ecard_requests_total{route=\"/status/{n}\",status=\"404\"} 1",
        "ecard_request_seconds_count{route=\"/verify\"} 1",
        "ecard_verified_total{status=\"valid\"} 1",
        "ecard_status_seq 0",
    ] {
        assert!(text.lines().any(|there| there == line), "{line}\n{text}");
    }
    for name in ["ecard_status_age_seconds ", "ecard_status_lists ", "ecard_outbox_waiting "] {
        assert!(text.lines().any(|line| line.starts_with(name)), "{name}\n{text}");
    }
    let queue = text.contains("ecard_writer_queue 0");
    assert_eq!(queue, house.t.url.starts_with("sqlite"), "the queue is SQLite's");
    assert!(!text.contains("13800000001"), "routes are told as patterns");
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (_, value) = line.rsplit_once(' ').unwrap();
        assert!(value.parse::<f64>().is_ok(), "{line}");
    }
}

async fn the_world_is_not_told(t: TestDb) {
    let house = House::build(t).await;
    assert_eq!(house.browser().get("/metrics").await.status, 404);
    let mut operator = Browser::new(ecard::site::metrics_router(house.app.clone()));
    assert_eq!(operator.get("/").await.status, 404, "and operators are told nothing else");
}
