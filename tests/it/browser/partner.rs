//! 市民中心 → 社保 → 社保线上服务 → 激活, and back with the card.

use super::phone::{CHINESE, ENGLISH, Make, Phone, with_phone};
use super::walk::{PIN, SEND};
use crate::common::needs::Needs;
use crate::common::suite::Suite;
use ecard::domain::demo_story::Story;
use ecard::simulator::demo_people::{DemoPerson, PASSWORD};

pub(super) fn register(suite: &mut Suite) {
    needs!(suite, Needs::Browser;
        a_partner_gets_the_card_in_chinese,
        a_partner_gets_the_card_without_scripts_in_english,
        refusing_leads_back_to_the_partner,
        the_partners_pages_fit_the_smallest_phone_and_the_dark,
    );
}

/// More steps than any way has.
const LONGEST_WAY: usize = 16;

/// From the partner's home to the issuer.
async fn press_activate(phone: &Phone) {
    phone.open_partner("/").await;
    phone.expect("partner-home").await;
    phone.press("main a[href='/social']").await;
    phone.expect("partner-social").await;
    phone.press("main a[href='/social/online']").await;
    phone.expect("partner-online").await;
    phone.press("main a[href='/start']").await;
}

/// Does what the page asks, whatever page it is, until the browser is at `end`.
async fn walk_on(phone: &Phone, person: &DemoPerson, decision: &str, end: &str) {
    for _ in 0..LONGEST_WAY {
        let step = phone.step().await;
        if step == end {
            return;
        }
        match step.as_str() {
            "consent" => phone.press(&format!("button[value={decision}]")).await,
            "login" => {
                phone.fill("#account", person.account_mobile.as_str()).await;
                phone.fill("#password", PASSWORD).await;
                phone.press(SEND).await;
            }
            other => prove(phone, person, other).await,
        }
    }
    panic!("{end} was not reached: {}", phone.text("main").await);
}

/// The steps of the claim.
async fn prove(phone: &Phone, person: &DemoPerson, step: &str) {
    match step {
        "real-name" => {
            phone.fill("#name", person.name.as_str()).await;
            phone.fill("#id_number", person.id_number.as_str()).await;
        }
        "face-consent" => {
            phone.tap("#face_consent").await;
            return phone.press("main form button[type=submit]").await;
        }
        "face" => phone.tap("#sample-same").await,
        "activation" => {
            let code = phone.site.code(&person.account_mobile).await;
            phone.fill("#activation_code", &code).await;
        }
        "pin" => {
            phone.fill("#pin", PIN).await;
            phone.fill("#pin_again", PIN).await;
        }
        other => panic!("{other} is no step of the way: {}", phone.text("main").await),
    }
    phone.press(SEND).await;
}

async fn gets_the_card(make: Make) {
    with_phone(make, async |phone| {
        let person = phone.site.person(Story::Adult);
        press_activate(phone).await;
        walk_on(phone, &person, "allow", "partner-card").await;
        let mobile = person.account_mobile.as_str();
        let masked = format!("+86{}****{}", &mobile[..3], &mobile[7..]);
        let shown = phone.text("main").await;
        assert!(shown.contains(&masked), "{shown}");
        assert!(!shown.contains(mobile) && !shown.contains(person.id_number.as_str()), "{shown}");
        assert!(!shown.contains(person.name.as_str()), "the name is masked: {shown}");
        for step in phone.client.find_all(fantoccini::Locator::Css("summary")).await.unwrap() {
            step.click().await.unwrap();
        }
        phone.look_over().await;
        phone.press("form[action='/refresh'] button").await;
        phone.expect("partner-card").await;
        assert!(phone.has(".notice.good").await, "new tokens came");
        phone.press("a[href='/start?ask=identity']").await;
        walk_on(phone, &person, "allow", "partner-card").await;
        let shown = phone.text("main").await;
        assert!(shown.contains(person.name.as_str()), "the whole name: {shown}");
    })
    .await;
}

async fn a_partner_gets_the_card_in_chinese() {
    gets_the_card(CHINESE).await;
}

async fn a_partner_gets_the_card_without_scripts_in_english() {
    gets_the_card(Make { scripts: false, ..ENGLISH }).await;
}

async fn refusing_leads_back_to_the_partner() {
    with_phone(CHINESE, async |phone| {
        let person = phone.site.person(Story::Adult);
        press_activate(phone).await;
        walk_on(phone, &person, "refuse", "partner-refused").await;
        phone.press("main a.button").await;
        walk_on(phone, &person, "allow", "partner-card").await;
    })
    .await;
}

async fn the_partners_pages_fit_the_smallest_phone_and_the_dark() {
    with_phone(Make { width: 320, ..ENGLISH }, async |phone| {
        for dark in [false, true] {
            if dark {
                phone.darken().await;
            }
            for path in ["/", "/social", "/social/online", "/callback", "/nothing"] {
                phone.open_partner(path).await;
            }
        }
    })
    .await;
}
