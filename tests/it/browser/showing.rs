//! A holder shows the card, with and without a network, and reports it lost.

use super::phone::{CHINESE, ENGLISH, Make, Phone, with_phone};
use super::site::GLANCE;
use super::walk::{self, Face};
use crate::common::house::browser::Browser;
use crate::common::needs::Needs;
use crate::common::suite::Suite;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ecard::demo_data::{self, HOSPITAL};
use ecard::domain::demo_story::Story;
use serde_json::{Value, json};

pub(super) fn register(suite: &mut Suite) {
    needs!(suite, Needs::Browser;
        a_code_is_shown_and_the_next_one_comes_by_itself,
        a_code_is_shown_without_scripts,
        a_frightened_holder_reports_the_card_lost,
        a_phone_without_a_network_shows_codes_of_its_own,
        the_holders_pages_fit_the_smallest_phone_and_a_desk,
    );
}

/// What the demo's hospital is told of a code.
async fn told(phone: &Phone, qr: &str) -> Value {
    let secret = demo_data::secret(&phone.site.app, HOSPITAL).unwrap();
    let mut client = Browser::new(ecard::router(phone.site.app.clone()));
    let credentials = STANDARD.encode(format!("{HOSPITAL}:{}", secret.expose()));
    client.headers.push(("authorization", format!("Basic {credentials}")));
    client.post("/verify", &[("qr", qr.to_owned())]).await.json()
}

async fn digits(phone: &Phone) -> String {
    phone.text(".code-digits").await.chars().filter(char::is_ascii_digit).collect()
}

/// A minute goes by, as far as the page can tell.
async fn minute(phone: &Phone) {
    phone.run("const n = performance.now() + 61000; performance.now = () => n;").await;
}

async fn holder(phone: &Phone) {
    let person = phone.site.person(Story::Adult);
    walk::to_the_card(phone, &person, Face::Sample).await;
}

async fn a_code_is_shown_and_the_next_one_comes_by_itself() {
    with_phone(CHINESE, async |phone| {
        holder(phone).await;
        phone.press("a[href='/card/qr']").await;
        phone.expect("qr").await;
        let first = digits(phone).await;
        assert!(phone.text(".code-time").await.contains('秒'), "the countdown is seen");
        minute(phone).await;
        let mut second = first.clone();
        while second == first {
            tokio::time::sleep(GLANCE).await;
            second = digits(phone).await;
        }
        phone.look_over().await;
        assert_eq!(told(phone, &first).await["active"], json!(false), "another took its place");
        assert_eq!(told(phone, &second).await["active"], json!(true));
        phone.wait_for("[data-code].used [data-used]:not([hidden])").await;
        assert!(phone.text("[data-used]").await.contains("已被扫描"));
        phone.look_over().await;
        phone.open("/card/qr").await;
        assert_ne!(digits(phone).await, second);
    })
    .await;
}

async fn a_code_is_shown_without_scripts() {
    with_phone(Make { scripts: false, ..ENGLISH }, async |phone| {
        holder(phone).await;
        phone.press("a[href='/card/qr']").await;
        phone.expect("qr").await;
        assert!(phone.text("main").await.contains("Offline codes need scripts"));
        let first = digits(phone).await;
        assert_eq!(told(phone, &first).await["active"], json!(true));
        phone.press("main a.button").await;
        assert_ne!(digits(phone).await, first);
        phone.press("main .aside a[href='/card/loss']").await;
        phone.press("button[name=report_loss]").await;
        phone.expect("loss").await;
        assert!(phone.has(".receipt").await);
    })
    .await;
}

async fn a_frightened_holder_reports_the_card_lost() {
    with_phone(CHINESE, async |phone| {
        holder(phone).await;
        phone.press("a[href='/card/loss']").await;
        phone.expect("loss").await;
        phone.press("button[name=report_loss][value=temporary]").await;
        phone.expect("loss").await;
        let receipt = phone.text(".receipt").await;
        assert!(phone.text("main").await.contains("书面解挂"));
        phone.open("/card/loss").await;
        assert_eq!(phone.text(".receipt").await, receipt, "reloading gives the same receipt");
        phone.open("/card").await;
        assert!(phone.text("main").await.contains("临时挂失"));
        assert!(!phone.has("a[href='/card/qr']").await);
        phone.press("a[href='/card/records']").await;
        phone.expect("records").await;
        assert!(phone.text("main").await.contains(&receipt));
    })
    .await;
}

/// The text of the code on the kept page, once there is another one than `last`.
async fn offline_code(phone: &Phone, last: &str) -> String {
    loop {
        let script = "return document.querySelector('[data-offline] svg.code')?.dataset.text ?? ''";
        let text = phone.run(script).await.as_str().unwrap().to_owned();
        if !text.is_empty() && text != last {
            return text;
        }
        tokio::time::sleep(GLANCE).await;
    }
}

async fn a_phone_without_a_network_shows_codes_of_its_own() {
    with_phone(CHINESE, async |phone| {
        holder(phone).await;
        phone.press("a[href='/card/qr']").await;
        phone.wait_for("[data-tickets][data-ready]").await;
        phone.site.unplug(true);
        phone.client.goto(&format!("{}/card/qr", phone.site.url)).await.unwrap();
        let first = offline_code(phone, "").await;
        phone.expect("qr").await;
        let answer = told(phone, &first).await;
        assert_eq!((&answer["active"], &answer["holder_bound"]), (&json!(true), &json!(true)));
        assert_eq!(told(phone, &first).await["reason"], json!("replayed"));
        let mut last = first;
        for _ in 0..9 {
            minute(phone).await;
            let next = offline_code(phone, &last).await;
            assert_eq!(told(phone, &next).await["active"], json!(true));
            last = next;
        }
        minute(phone).await;
        phone.wait_for("[data-state=spent]:not([hidden])").await;
        phone.tap("[data-again]").await;
        let again = offline_code(phone, &last).await;
        assert_eq!(
            told(phone, &again).await["active"],
            json!(true),
            "a new code of the last ticket"
        );
        phone.site.unplug(false);
        phone.client.goto(&format!("{}/card/qr", phone.site.url)).await.unwrap();
        phone.wait_for("[data-code]").await;
    })
    .await;
}

async fn the_holders_pages_fit_the_smallest_phone_and_a_desk() {
    for width in [320, 1280] {
        with_phone(Make { width, ..ENGLISH }, async |phone| {
            holder(phone).await;
            for path in ["/card/qr", "/card/qr/offline", "/card/records", "/card/loss"] {
                phone.open(path).await;
            }
            phone.press("button[name=report_loss]").await;
        })
        .await;
    }
}
