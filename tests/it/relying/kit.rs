//! A relying service that asks.

use crate::common::house::House;
use crate::common::house::answer::Answer;
use crate::common::house::browser::{Browser, Field};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ecard::demo_data::HOSPITAL;
use ecard::domain::demo_story::Story;

/// The demo's hospital.
pub(crate) async fn hospital(house: &House) -> Browser {
    let path = house.app.config.keys.join(format!("{HOSPITAL}.secret"));
    let secret = std::fs::read_to_string(path).unwrap();
    as_client(house, HOSPITAL, secret.trim())
}

pub(crate) fn as_client(house: &House, id: &str, secret: &str) -> Browser {
    let mut client = house.browser();
    let credentials = STANDARD.encode(format!("{id}:{secret}"));
    client.headers.push(("authorization", format!("Basic {credentials}")));
    client
}

pub(crate) async fn ask(client: &mut Browser, fields: &[Field]) -> Answer {
    let answer = client.post("/verify", fields).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer
}

pub(crate) async fn a_token(house: &House) -> String {
    house.holder(Story::Adult).await.get("/card/token").await.body
}

/// The digits on a page of the holder.
pub(crate) async fn digits(holder: &mut Browser) -> String {
    let page = holder.get("/card/qr").await;
    assert_eq!((page.status, page.step()), (200, "qr"), "{}", page.main());
    let shown = page.body.split("code-digits").nth(1).unwrap().split("</p>").next().unwrap();
    let spans = shown.split("<span>").skip(1).map(|rest| rest.split('<').next().unwrap());
    let digits: String = spans.collect();
    assert_eq!(digits.len(), 24, "{shown}");
    digits
}
