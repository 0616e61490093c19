//! The citizen in front of the browser: holds a card, logs in, allows.

use super::callback::Callback;
use crate::browser::phone::Phone;
use crate::browser::site::Site;
use crate::browser::walk::{self, Face, PIN, SEND};
use crate::common::house::browser::{Browser, Field};
use ecard::simulator::demo_people::{DemoPerson, PASSWORD};

/// The most steps a claim has.
const LONGEST_CLAIM: usize = 10;

/// Claims a card, in another browser, which is answered: it is signed in.
pub(super) async fn hold_a_card(site: &Site, person: &DemoPerson) -> Browser {
    let mut browser = Browser::new(ecard::router(site.app.clone()));
    let mut page = browser.visit("/claim").await;
    for _ in 0..LONGEST_CLAIM {
        if page.step() == "card" {
            return browser;
        }
        let fields = claim_fields(site, person, page.step()).await;
        let sent = browser.submit(&page, &fields).await;
        assert_eq!(sent.status, 303, "{}: {}", page.step(), sent.main());
        page = browser.visit(sent.location()).await;
    }
    panic!("the claim does not end: {}", page.main());
}

async fn claim_fields(site: &Site, person: &DemoPerson, step: &str) -> Vec<Field> {
    match step {
        "consent" => vec![("decision", "allow".to_owned())],
        "login" => vec![
            ("account", person.account_mobile.as_str().to_owned()),
            ("password", PASSWORD.to_owned()),
        ],
        "real-name" => vec![
            ("name", person.name.as_str().to_owned()),
            ("id_number", person.id_number.as_str().to_owned()),
        ],
        "face-consent" => vec![("face_consent", "yes".to_owned())],
        "face" => vec![("sample", "same".to_owned())],
        "activation" => vec![("activation_code", site.code(&person.account_mobile).await)],
        "pin" => vec![("pin", PIN.to_owned()), ("pin_again", PIN.to_owned())],
        other => panic!("no step of a claim: {other}"),
    }
}

/// Logs in at the page shown.
async fn log_in(phone: &Phone, person: &DemoPerson) {
    phone.expect("login").await;
    phone.fill("[name=account]", person.account_mobile.as_str()).await;
    phone.fill("[name=password]", PASSWORD).await;
    phone.press(SEND).await;
}

/// Logs in and allows the partner called `name` what it asks for; where the browser is sent back.
/// Whoever holds no card yet claims one on the way.
pub(super) async fn allow(
    phone: &Phone,
    person: &DemoPerson,
    url: &str,
    name: &str,
    callback: &mut Callback,
) -> String {
    phone.client.goto(url).await.unwrap();
    phone.look_over().await;
    for _ in 0..LONGEST_CLAIM {
        let step = phone.step().await;
        if step == "consent" && waits(phone).await {
            break;
        }
        claim_step(phone, person, &step).await;
    }
    phone.expect("consent").await;
    let asked = phone.text("main").await;
    assert!(asked.contains(name), "the page names {name}: {asked}");
    phone.tap("main button[value=allow]").await;
    callback.arrival().await
}

/// Whether the page shown is a partner's waiting request.
async fn waits(phone: &Phone) -> bool {
    phone.client.current_url().await.unwrap().path().starts_with("/authorize/")
}

/// Does what the page shown asks for, as the person rightly would.
async fn claim_step(phone: &Phone, person: &DemoPerson, step: &str) {
    match step {
        "consent" => phone.press("main button[value=allow]").await,
        "login" => log_in(phone, person).await,
        "real-name" => walk::name(phone, person).await,
        "face-consent" => walk::consent_to_face(phone).await,
        "face" => walk::show_face(phone, person, Face::Sample).await,
        "activation" => walk::activate(phone, person).await,
        "pin" => phone.press(SEND).await,
        other => panic!("{other}: {}", phone.text("main").await),
    }
}

/// Logs in and allows a terminal what it asks for, its code being in the address.
pub(super) async fn allow_terminal(phone: &Phone, person: &DemoPerson, url: &str, name: &str) {
    phone.client.goto(url).await.unwrap();
    phone.look_over().await;
    while phone.step().await != "login" {
        phone.press(SEND).await;
    }
    log_in(phone, person).await;
    while phone.step().await != "consent" {
        phone.press(SEND).await;
    }
    let asked = phone.text("main").await;
    assert!(asked.contains(name), "the page names {name}: {asked}");
    phone.press("main button[value=allow]").await;
    phone.expect("device-done").await;
}
