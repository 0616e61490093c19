//! The whole claim, in each language, with and without scripts.

use super::phone::{CHINESE, ENGLISH, Make, with_phone};
use super::walk::{self, Face, SEND};
use crate::common::needs::Needs;
use crate::common::suite::Suite;
use ecard::domain::demo_story::Story;
use serde_json::json;

pub(super) fn register(suite: &mut Suite) {
    needs!(suite, Needs::Browser;
        a_claim_with_scripts_in_chinese,
        a_claim_with_scripts_and_an_uploaded_photo_in_english,
        a_claim_without_scripts_and_with_an_uploaded_photo_in_chinese,
        a_claim_without_scripts_in_english,
        the_camera_lays_its_picture_in_the_form,
        a_double_click_issues_one_card,
        the_back_button_leads_on,
        refusing_processes_nothing,
    );
}

async fn claim(make: Make, story: Story, face: Face) {
    with_phone(make, async |phone| {
        walk::to_the_card(phone, &phone.site.person(story), face).await;
    })
    .await;
}

async fn a_claim_with_scripts_in_chinese() {
    claim(CHINESE, Story::RareCharacter, Face::Sample).await;
}

async fn a_claim_with_scripts_and_an_uploaded_photo_in_english() {
    claim(ENGLISH, Story::DottedName, Face::Upload).await;
}

async fn a_claim_without_scripts_and_with_an_uploaded_photo_in_chinese() {
    claim(Make { scripts: false, ..CHINESE }, Story::HongKongPermit, Face::Upload).await;
}

async fn a_claim_without_scripts_in_english() {
    claim(Make { scripts: false, ..ENGLISH }, Story::Adult, Face::Sample).await;
}

/// The browser's own test picture is nobody's face: it is compared, and does not pass.
async fn the_camera_lays_its_picture_in_the_form() {
    with_phone(CHINESE, async |phone| {
        let person = phone.site.person(Story::Adult);
        walk::begin(phone).await;
        walk::log_in(phone, &person).await;
        walk::name(phone, &person).await;
        walk::consent_to_face(phone).await;
        phone.tap("[data-start]").await;
        phone.wait_for("[data-capture]:not([hidden])").await;
        let width = phone.run("return document.querySelector('video').videoWidth").await;
        assert!(width.as_u64().unwrap() > 0, "the preview shows a picture");
        phone.tap("[data-capture]").await;
        phone.wait_for("[data-retake]:not([hidden])").await;
        let name = phone.run("return document.querySelector('#portrait').files[0].name").await;
        assert_eq!(name, json!("portrait.jpg"));
        phone.press(SEND).await;
        phone.expect("face").await;
        assert!(phone.text("#summary").await.contains("FACE_NOT_MATCHED"));
    })
    .await;
}

/// Both presses are sent, past the script that would hold the second back.
async fn a_double_click_issues_one_card() {
    with_phone(CHINESE, async |phone| {
        walk::up_to_pin(phone, &phone.site.person(Story::Adult), Face::Sample).await;
        let script = "const form = new FormData(document.querySelector('main form'));
            const send = () => fetch(location, { method: 'POST', body: new URLSearchParams(form) });
            return Promise.all([send(), send(), send()]).then((all) => all.map((a) => a.status));";
        assert_eq!(phone.run(script).await, json!([200, 200, 200]));
        phone.open("/claim").await;
        phone.expect("card").await;
        phone.open("/claim/pin").await;
        phone.expect("card").await;
    })
    .await;
}

async fn the_back_button_leads_on() {
    with_phone(CHINESE, async |phone| {
        let person = phone.site.person(Story::Adult);
        walk::begin(phone).await;
        walk::log_in(phone, &person).await;
        phone.client.back().await.unwrap();
        phone.client.back().await.unwrap();
        phone.look_over().await;
        phone.expect("real-name").await;
        walk::name(phone, &person).await;
    })
    .await;
}

async fn refusing_processes_nothing() {
    with_phone(CHINESE, async |phone| {
        walk::begin(phone).await;
        phone.press("button[value=refuse]").await;
        phone.expect("refused").await;
        assert_eq!(phone.text("h1").await, "您已取消授权，未处理任何信息。");
        phone.open("/claim/login").await;
        phone.expect("refused").await;
        phone.open("/claim").await;
        phone.expect("consent").await;
    })
    .await;
}
