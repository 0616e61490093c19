//! `/oauth/logout` and the logout tokens it queues.

use super::kit::{BACK, ID, partner, tokens};
use crate::common::db::{Kind, TestDb};
use crate::common::house::House;
use crate::common::house::browser::{Browser, escape};
use crate::common::suite::Suite;
use ecard::app::back_channel;
use ecard::domain::demo_story::Story;
use ecard::ports::outbound::{Document, Outbound, OutboundError};
use serde_json::Value;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub(crate) fn register(suite: &mut Suite) {
    tests!(suite;
        a_hint_of_this_session_ends_it_and_leads_back_with_state,
        a_modified_hint_never_redirects,
        an_unregistered_address_never_redirects,
        without_a_hint_the_citizen_is_asked_and_led_nowhere,
        a_hint_for_somebody_else_is_put_to_the_citizen,
        a_form_from_elsewhere_comes_back_as_an_address,
        signing_out_on_our_own_page_tells_the_clients,
        logout_tokens_are_fresh_for_every_try,
        a_client_that_never_answers_is_given_up,
    );
}

async fn signed_in() -> (House, Browser, String) {
    let house = House::build(TestDb::create(Kind::Sqlite).await).await;
    partner(&house, |_| {}).await;
    let mut browser = house.holder(Story::Adult).await;
    let given = tokens(&house, &mut browser, "openid ecard").await;
    let hint = given["id_token"].as_str().unwrap().to_owned();
    (house, browser, hint)
}

fn path(hint: &str, to: &str) -> String {
    format!("/oauth/logout?id_token_hint={hint}&post_logout_redirect_uri={}&state=a+b", escape(to))
}

async fn is_logged_in(browser: &mut Browser) -> bool {
    browser.get("/card").await.status == 200
}

async fn a_hint_of_this_session_ends_it_and_leads_back_with_state() {
    let (house, mut browser, hint) = signed_in().await;
    house.pass(std::time::Duration::from_secs(600));
    let answer = browser.get(&path(&hint, BACK)).await;
    assert_eq!(answer.status, 303, "an ended ID token is still a hint: {}", answer.body);
    assert_eq!(answer.location(), format!("{BACK}?state=a%20b"));
    assert!(!is_logged_in(&mut browser).await);
    assert_eq!(house.count("logout_notices WHERE sid IS NOT NULL").await, 1);
    assert_eq!(house.count("client_sessions").await, 0);
}

async fn a_modified_hint_never_redirects() {
    let (_house, mut browser, hint) = signed_in().await;
    let (head, signature) = hint.rsplit_once('.').unwrap();
    let (header, _) = head.split_once('.').unwrap();
    let other = "eyJpc3MiOiJodHRwOi8vMTI3LjAuMC4xOjgwODAiLCJhdWQiOiJjaXR5LWhhbGwiLCJzdWIiOiJ4In0";
    for bad in [format!("{header}.{other}.{signature}"), format!("{head}."), "x".to_owned()] {
        let answer = browser.get(&path(&bad, BACK)).await;
        assert_eq!((answer.status, answer.step()), (400, "error"), "{bad}");
    }
    assert!(is_logged_in(&mut browser).await);
}

async fn an_unregistered_address_never_redirects() {
    let (_house, mut browser, hint) = signed_in().await;
    for bad in ["https://evil.example/", "https://hall.example/goodbye/", "https://hall.example/cb"]
    {
        let answer = browser.get(&path(&hint, bad)).await;
        assert_eq!((answer.status, answer.step()), (400, "error"), "{bad}");
        let unhinted =
            format!("/oauth/logout?client_id={ID}&post_logout_redirect_uri={}", escape(bad));
        assert_eq!(browser.get(&unhinted).await.status, 400);
    }
    assert!(is_logged_in(&mut browser).await);
}

async fn without_a_hint_the_citizen_is_asked_and_led_nowhere() {
    let (_house, mut browser, _) = signed_in().await;
    let unhinted =
        format!("/oauth/logout?client_id={ID}&post_logout_redirect_uri={}", escape(BACK));
    let page = browser.get(&unhinted).await;
    assert_eq!((page.status, page.step()), (200, "logout"));
    assert!(is_logged_in(&mut browser).await, "asking ends nothing");
    let done = browser.submit(&page, &[("decision", "allow".into())]).await;
    assert_eq!((done.status, done.step()), (200, "logout"));
    assert!(!is_logged_in(&mut browser).await);
    let again = browser.get(&unhinted).await;
    assert_eq!((again.status, again.step()), (200, "logout"), "nor is a stranger led anywhere");
}

async fn a_hint_for_somebody_else_is_put_to_the_citizen() {
    let (house, _, hint) = signed_in().await;
    let mut other = house.holder(Story::DottedName).await;
    let page = other.get(&path(&hint, BACK)).await;
    assert_eq!((page.status, page.step()), (200, "logout"));
    assert!(is_logged_in(&mut other).await);
}

async fn a_form_from_elsewhere_comes_back_as_an_address() {
    let (_house, mut browser, hint) = signed_in().await;
    let fields = [("id_token_hint", hint), ("post_logout_redirect_uri", BACK.to_owned())];
    let again = browser.post("/oauth/logout", &fields).await;
    assert_eq!(again.status, 303);
    let done = browser.get(again.location()).await;
    assert_eq!((done.status, done.location()), (303, BACK));
}

async fn signing_out_on_our_own_page_tells_the_clients() {
    let (house, mut browser, _) = signed_in().await;
    let page = browser.get("/grants").await;
    let csrf = page.hidden_field("csrf");
    assert_eq!(browser.post("/logout", &[("csrf", csrf)]).await.status, 303);
    assert_eq!(house.count("logout_notices WHERE sid IS NOT NULL").await, 1);
}

/// A client's end of the line: what arrived, and what it answers.
#[derive(Default)]
struct Ear {
    heard: Mutex<Vec<String>>,
    deaf: AtomicBool,
}

#[async_trait::async_trait]
impl Outbound for Ear {
    async fn get(&self, _: &str) -> Result<Document, OutboundError> {
        Err(OutboundError::Forbidden("not in this test"))
    }

    async fn post(&self, uri: &str, form: &[(&str, &str)]) -> Result<(), OutboundError> {
        assert_eq!(
            (uri, form.len(), form[0].0),
            ("https://hall.example/logout", 1, "logout_token")
        );
        if self.deaf.load(Ordering::Relaxed) {
            return Err(OutboundError::Status(503));
        }
        self.heard.lock().unwrap().push(form[0].1.to_owned());
        Ok(())
    }

    fn allows(&self, _: &str) -> Result<(), OutboundError> {
        Ok(())
    }
}

async fn logout_tokens_are_fresh_for_every_try() {
    let (house, mut browser, hint) = signed_in().await;
    let sub = house.app.keys.open::<Value>(&hint, None).unwrap()["sub"].clone();
    browser.get(&path(&hint, BACK)).await;
    let ear = Arc::new(Ear::default());
    ear.deaf.store(true, Ordering::Relaxed);
    let app = house.replacing(|parts| parts.outbound = Arc::clone(&ear) as _);
    assert_eq!(back_channel::deliver_due(&app, 16).await.unwrap(), 1);
    assert_eq!(back_channel::deliver_due(&app, 16).await.unwrap(), 0, "it waits");
    assert_eq!(house.count("logout_notices WHERE last_error LIKE '%503%'").await, 1);
    ear.deaf.store(false, Ordering::Relaxed);
    house.pass(Duration::from_secs(6));
    assert_eq!(back_channel::deliver_due(&app, 16).await.unwrap(), 1);
    assert_eq!(house.count("logout_notices WHERE state = 'delivered'").await, 1);
    let token = ear.heard.lock().unwrap()[0].clone();
    let claims: Value = house.app.keys.open(&token, Some("logout+jwt")).unwrap();
    assert_eq!((&claims["aud"], &claims["sub"]), (&ID.into(), &sub));
    assert_eq!(claims["iat"], house.now().epoch_seconds(), "signed for this try");
    assert!(claims["sid"].is_string() && claims.get("nonce").is_none(), "{claims}");
    assert!(claims["events"]["http://schemas.openid.net/event/backchannel-logout"].is_object());
}

async fn a_client_that_never_answers_is_given_up() {
    let (house, mut browser, hint) = signed_in().await;
    browser.get(&path(&hint, BACK)).await;
    let ear = Arc::new(Ear::default());
    ear.deaf.store(true, Ordering::Relaxed);
    let app = house.replacing(|parts| parts.outbound = Arc::clone(&ear) as _);
    house.pass(Duration::from_secs(24 * 3600));
    assert_eq!(back_channel::deliver_due(&app, 16).await.unwrap(), 1);
    assert_eq!(house.count("logout_notices WHERE state = 'given_up'").await, 1);
    house.pass(Duration::from_secs(24 * 3600));
    assert_eq!(back_channel::deliver_due(&app, 16).await.unwrap(), 0);
}
