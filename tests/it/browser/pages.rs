//! What holds for pages whatever they are for: language, errors, keyboard, size, colour.

use super::phone::{CHINESE, ENGLISH, Make, Phone, with_phone};
use super::walk::{self, Face, SEND};
use crate::common::needs::Needs;
use crate::common::suite::Suite;
use ecard::domain::demo_story::Story;
use ecard::simulator::demo_people::PASSWORD;
use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::json;

/// The script every page brings: run once more, with a session that is nearly over.
const FORMS: &str = include_str!("../../../static/forms.js");

pub(super) fn register(suite: &mut Suite) {
    needs!(suite, Needs::Browser;
        switching_the_language_keeps_the_place,
        a_wrong_code_is_said_at_its_field,
        a_person_without_a_mouse_logs_in,
        every_page_fits_the_smallest_phone,
        every_page_can_be_read_in_the_dark,
        a_session_says_that_it_is_about_to_end,
    );
}

async fn switching_the_language_keeps_the_place() {
    with_phone(CHINESE, async |phone| {
        let person = phone.site.person(Story::Adult);
        walk::begin(phone).await;
        walk::log_in(phone, &person).await;
        phone.press("a.switch").await;
        phone.expect("real-name").await;
        assert_eq!(phone.text("h1").await, "Confirm your identity");
        walk::name(phone, &person).await;
        assert_eq!(phone.run("return document.documentElement.lang").await, json!("en"));
    })
    .await;
}

async fn a_wrong_code_is_said_at_its_field() {
    with_phone(CHINESE, async |phone| {
        let person = phone.site.person(Story::Adult);
        walk::begin(phone).await;
        walk::log_in(phone, &person).await;
        walk::name(phone, &person).await;
        walk::consent_to_face(phone).await;
        walk::show_face(phone, &person, Face::Sample).await;
        let right = phone.site.code(&person.account_mobile).await;
        phone.fill("#activation_code", if right == "000000" { "111111" } else { "000000" }).await;
        phone.press(SEND).await;
        phone.expect("activation").await;
        assert_eq!(focus(phone).await, "summary", "what went wrong is read out first");
        let field = phone.client.find(Locator::Css("#activation_code")).await.unwrap();
        assert_eq!(field.attr("aria-invalid").await.unwrap().as_deref(), Some("true"));
        let tied = field.attr("aria-describedby").await.unwrap().unwrap();
        assert!(tied.split(' ').any(|id| id == "activation_code-error"), "{tied}");
        assert!(phone.text("#activation_code-error").await.contains("激活密码有误"));
        phone.tap("#summary a").await;
        assert_eq!(focus(phone).await, "activation_code", "the summary leads to the field");
    })
    .await;
}

/// The id of the element that has the focus, or its class.
async fn focus(phone: &Phone) -> String {
    let script = "const e = document.activeElement; return e.id || e.className";
    phone.run(script).await.as_str().unwrap_or_default().to_owned()
}

async fn keys(phone: &Phone, text: &str) {
    phone.client.active_element().await.unwrap().send_keys(text).await.unwrap();
}

/// Tab until the focus is at an element; what it passes must show where it is.
async fn tab_to(phone: &Phone, id: &str) {
    for _ in 0..20 {
        keys(phone, &char::from(Key::Tab).to_string()).await;
        let outline = "return getComputedStyle(document.activeElement).outlineStyle";
        assert_ne!(phone.run(outline).await, json!("none"), "the focus is seen");
        if focus(phone).await == id {
            return;
        }
    }
    panic!("{id} cannot be reached by Tab");
}

async fn a_person_without_a_mouse_logs_in() {
    with_phone(ENGLISH, async |phone| {
        let person = phone.site.person(Story::Adult);
        walk::begin(phone).await;
        tab_to(phone, "skip").await;
        phone.press("button[value=allow]").await;
        tab_to(phone, "account").await;
        keys(phone, person.account_mobile.as_str()).await;
        tab_to(phone, "password").await;
        keys(phone, PASSWORD).await;
        phone.leave(async || keys(phone, &char::from(Key::Enter).to_string()).await).await;
        phone.expect("real-name").await;
    })
    .await;
}

/// Pages beside the way, and pages that say what to mend.
async fn stray(phone: &Phone) {
    for path in ["/demo", "/demo/phone", "/demo/portrait", "/login", "/nothing", "/logout"] {
        phone.open(path).await;
    }
    for path in ["/device", "/oauth/logout", "/oauth/authorize?client_id=nobody", "/grants"] {
        phone.open(path).await;
    }
    walk::begin(phone).await;
    phone.press("button[value=refuse]").await;
    walk::begin(phone).await;
    phone.press("button[value=allow]").await;
    phone.press(SEND).await;
    phone.press("main .aside a").await;
    phone.expect("register").await;
    phone.press(SEND).await;
}

/// The rest of the way, by way of mistakes.
async fn stumble(phone: &Phone) {
    let person = phone.site.person(Story::DottedName);
    phone.open("/claim/login").await;
    walk::sign_in(phone, &person).await;
    phone.press(SEND).await;
    walk::name(phone, &person).await;
    phone.press("main form button[type=submit]").await;
    phone.press("main form a.button").await;
    phone.expect("counter-code").await;
    phone.open("/claim/face-consent").await;
    walk::consent_to_face(phone).await;
    phone.press(SEND).await;
    walk::show_face(phone, &person, Face::Sample).await;
    phone.press(SEND).await;
    phone.open("/claim/changed-number").await;
    phone.open(&format!("/demo/phone?number={}", person.account_mobile.as_str())).await;
    phone.open("/claim/activation").await;
    walk::activate(phone, &person).await;
    phone.fill("#pin_again", "111111").await;
    phone.press(SEND).await;
    phone.fill("#pin", walk::PIN).await;
    phone.fill("#pin_again", walk::PIN).await;
    phone.press(SEND).await;
    phone.expect("card").await;
    for path in HOLDERS {
        phone.open(path).await;
    }
}

/// What a holder who is signed in comes by.
const HOLDERS: [&str; 6] =
    ["/grants", "/device", "/oauth/logout", "/card/qr", "/card/loss", "/card/records"];

/// 320 pixels are also what is left of a common screen at 400 %, or of a phone at large type.
async fn every_page_fits_the_smallest_phone() {
    with_phone(Make { width: 320, ..ENGLISH }, async |phone| {
        stray(phone).await;
        stumble(phone).await;
    })
    .await;
}

async fn every_page_can_be_read_in_the_dark() {
    with_phone(CHINESE, async |phone| {
        phone.darken().await;
        stray(phone).await;
        let ground = phone.run("return getComputedStyle(document.body).backgroundColor").await;
        assert_eq!(ground, json!("rgb(14, 21, 27)"), "it is dark");
        stumble(phone).await;
    })
    .await;
}

async fn a_session_says_that_it_is_about_to_end() {
    with_phone(CHINESE, async |phone| {
        walk::begin(phone).await;
        assert!(phone.has(".idle[hidden]").await, "not at once");
        let sooner = "document.querySelector('.idle').dataset.idle = 121;";
        phone.run(&format!("{sooner}{FORMS}")).await;
        phone.wait_for(".idle:not([hidden])").await;
        phone.look_over().await;
        phone.tap(".idle button").await;
        phone.wait_for(".idle[hidden]").await;
    })
    .await;
}
