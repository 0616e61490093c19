//! Screens without a keyboard (RFC 8628), from code to token.

use super::kit::{ID, partner, userinfo};
use crate::common::db::{Kind, TestDb};
use crate::common::house::House;
use crate::common::house::answer::Answer;
use crate::common::house::walk::Step;
use crate::common::suite::Suite;
use ecard::domain::demo_story::Story;
use ecard::simulator::demo_people::PASSWORD;
use serde_json::Value;
use std::time::Duration;

pub(crate) fn register(suite: &mut Suite) {
    tests!(suite;
        a_citizen_lets_a_device_in_by_its_code,
        a_refused_device_gets_nothing,
        a_code_is_asked_for_after_the_login_again,
        wrong_codes_are_counted_and_refused,
        an_ended_code_is_a_wrong_code,
        a_decision_is_taken_once,
        a_client_without_the_grant_gets_no_code,
        a_scope_that_is_not_the_clients_is_refused,
        whoever_has_no_card_claims_one_and_comes_back,
    );
}

async fn started(house: &House, scope: &str) -> Answer {
    let fields = [("client_id", ID.to_owned()), ("scope", scope.to_owned())];
    house.browser().post("/oauth/device_authorization", &fields).await
}

async fn codes(house: &House) -> (String, String) {
    let answer = started(house, "openid ecard phone").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let codes = answer.json();
    assert_eq!((&codes["expires_in"], &codes["interval"]), (&600.into(), &5.into()));
    let text = |name: &str| codes[name].as_str().unwrap().to_owned();
    assert!(text("verification_uri_complete").ends_with(&text("user_code")));
    (text("device_code"), text("user_code"))
}

async fn poll(house: &House, device_code: &str) -> Value {
    house.pass(Duration::from_secs(6));
    let fields = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code".to_owned()),
        ("client_id", ID.to_owned()),
        ("device_code", device_code.to_owned()),
    ];
    house.browser().post("/oauth/token", &fields).await.json()
}

async fn a_citizen_lets_a_device_in_by_its_code() {
    let house = House::build(TestDb::create(Kind::Sqlite).await).await;
    partner(&house, |_| {}).await;
    let (device_code, user_code) = codes(&house).await;
    assert_eq!(poll(&house, &device_code).await["error"], "authorization_pending");
    let mut browser = house.holder(Story::Adult).await;
    let page = browser.get("/device").await;
    assert_eq!((page.status, page.step()), (200, "device"));
    let typed = user_code.to_lowercase().replace('-', " ");
    let gone = browser.submit(&page, &[("user_code", typed)]).await;
    let consent = browser.get(gone.location()).await;
    assert_eq!((consent.status, consent.step()), (200, "consent"));
    assert!(consent.main().contains(&user_code), "the code is there to compare");
    let done =
        browser.submit(&consent, &[("chosen", "yes".into()), ("decision", "allow".into())]).await;
    assert_eq!((done.status, done.step()), (200, "device-done"), "{}", done.main());
    let given = poll(&house, &device_code).await;
    assert_eq!(given["scope"], "openid ecard", "what was left out is not there: {given}");
    assert_eq!(userinfo(&house, given["access_token"].as_str().unwrap()).await.status, 200);
    assert!(browser.get("/grants").await.hidden_field("grant").len() > 10, "it can be withdrawn");
}

async fn a_refused_device_gets_nothing() {
    let house = House::build(TestDb::create(Kind::Sqlite).await).await;
    partner(&house, |_| {}).await;
    let (device_code, user_code) = codes(&house).await;
    let mut browser = house.holder(Story::Adult).await;
    let consent = browser.get(&format!("/device?user_code={user_code}")).await;
    let done = browser.submit(&consent, &[("decision", "refuse".into())]).await;
    assert_eq!(done.step(), "device-done");
    assert_eq!(poll(&house, &device_code).await["error"], "access_denied");
    assert_eq!(house.count("grants").await, 0);
}

async fn a_code_is_asked_for_after_the_login_again() {
    let house = House::build(TestDb::create(Kind::Sqlite).await).await;
    partner(&house, |_| {}).await;
    house.holder(Story::Adult).await;
    let (_, user_code) = codes(&house).await;
    let mut browser = house.browser();
    let page = browser.get("/device").await;
    let gone = browser.submit(&page, &[("user_code", user_code.clone())]).await;
    let login = browser.visit(gone.location()).await;
    assert_eq!(login.step(), "login");
    let person = house.person(Story::Adult);
    let fields =
        [("account", person.account_mobile.as_str().to_owned()), ("password", PASSWORD.to_owned())];
    let back = browser.submit(&login, &fields).await;
    assert_eq!(back.location(), format!("/device?user_code={user_code}"));
    assert_eq!(browser.get(back.location()).await.step(), "consent");
}

async fn wrong_codes_are_counted_and_refused() {
    let house = House::build(TestDb::create(Kind::Sqlite).await).await;
    let mut browser = house.holder(Story::Adult).await;
    for _ in 0..10 {
        let page = browser.get("/device?user_code=BBBB-BBBB").await;
        assert_eq!((page.status, page.step()), (422, "device"));
    }
    let limited = browser.get("/device?user_code=BBBB-BBBB").await;
    assert_eq!(limited.status, 429);
    assert!(limited.retry_after() > 0);
}

async fn an_ended_code_is_a_wrong_code() {
    let house = House::build(TestDb::create(Kind::Sqlite).await).await;
    partner(&house, |_| {}).await;
    let (device_code, user_code) = codes(&house).await;
    let mut browser = house.holder(Story::Adult).await;
    house.pass(Duration::from_secs(601));
    let page = browser.get(&format!("/device?user_code={user_code}")).await;
    assert_eq!((page.status, page.step()), (422, "device"));
    assert_eq!(poll(&house, &device_code).await["error"], "expired_token");
}

async fn a_decision_is_taken_once() {
    let house = House::build(TestDb::create(Kind::Sqlite).await).await;
    partner(&house, |_| {}).await;
    let (device_code, user_code) = codes(&house).await;
    let mut browser = house.holder(Story::Adult).await;
    let consent = browser.get(&format!("/device?user_code={user_code}")).await;
    browser.submit(&consent, &[("decision", "refuse".into())]).await;
    let late = browser.submit(&consent, &[("decision", "allow".into())]).await;
    assert_eq!((late.status, late.step()), (200, "device-done"));
    assert_eq!(poll(&house, &device_code).await["error"], "access_denied");
}

async fn a_client_without_the_grant_gets_no_code() {
    let house = House::build(TestDb::create(Kind::Sqlite).await).await;
    partner(&house, |client| client.grant_types.truncate(1)).await;
    assert_eq!(started(&house, "openid").await.json()["error"], "unauthorized_client");
}

async fn a_scope_that_is_not_the_clients_is_refused() {
    let house = House::build(TestDb::create(Kind::Sqlite).await).await;
    partner(&house, |_| {}).await;
    for scope in ["", "nothing-known", "openid identity"] {
        assert_eq!(started(&house, scope).await.json()["error"], "invalid_scope", "{scope}");
    }
}

async fn whoever_has_no_card_claims_one_and_comes_back() {
    let house = House::build(TestDb::create(Kind::Sqlite).await).await;
    partner(&house, |_| {}).await;
    let (device_code, user_code) = codes(&house).await;
    let mut browser = house.at(Step::RealName).await;
    let page = browser.get(&format!("/device?user_code={user_code}")).await;
    assert_eq!((page.status, page.step()), (200, "device-no-card"));
    let letters = user_code.replace('-', "");
    let claim = format!("/claim?return_to=device-{letters}");
    assert!(page.main().contains(&format!("href=\"{claim}\"")), "{}", page.main());
    assert_eq!(browser.get(&claim).await.location(), "/claim/real-name", "the open claim");
    house.bring(&mut browser, Step::Pin, Story::Adult).await;
    let done = house.take(&mut browser, Step::Pin, Story::Adult).await;
    assert!(done.leads_to(&format!("/device?user_code={letters}")), "{}", done.location());
    let consent = browser.get(done.location()).await;
    assert_eq!(consent.step(), "consent");
    browser.submit(&consent, &[("decision", "allow".into())]).await;
    assert!(poll(&house, &device_code).await["ecard_token"].is_string());
}
