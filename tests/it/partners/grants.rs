//! `/grants`: seen, taken back, and dead at once.

use super::kit::{ID, NAME, asked, partner, tokens, userinfo};
use crate::common::db::{Kind, TestDb};
use crate::common::house::House;
use crate::common::suite::Suite;
use ecard::domain::demo_story::Story;

pub(crate) fn register(suite: &mut Suite) {
    both!(suite;
        withdrawing_kills_every_token_at_once,
    );
    tests!(suite;
        grants_are_seen_with_what_they_allow,
        nobody_withdraws_the_grant_of_another,
        withdrawing_needs_the_token_of_our_own_page,
        a_second_press_says_the_same,
        consent_shows_values_masked_and_optional_scopes_can_be_left_out,
        whoever_is_not_logged_in_comes_back_after_the_login,
    );
}

async fn withdrawing_kills_every_token_at_once(t: TestDb) {
    let house = House::build(t).await;
    partner(&house, |_| {}).await;
    let mut browser = house.holder(Story::Adult).await;
    let given = tokens(&house, &mut browser, "openid ecard offline_access").await;
    let access = given["access_token"].as_str().unwrap();
    assert_eq!(userinfo(&house, access).await.status, 200);

    let page = browser.get("/grants").await;
    assert_eq!((page.status, page.step()), (200, "grants"));
    let gone = browser.submit(&page, &[]).await;
    assert_eq!(gone.status, 303, "{}", gone.body);
    let after = browser.get(gone.location()).await;
    assert!(after.main().contains(&format!("已取消对“{NAME}”的授权")), "{}", after.main());

    assert_eq!(userinfo(&house, access).await.status, 401, "the access token is dead");
    let again = [
        ("grant_type", "refresh_token".to_owned()),
        ("client_id", ID.to_owned()),
        ("refresh_token", given["refresh_token"].as_str().unwrap().to_owned()),
    ];
    let refused = house.browser().post("/oauth/token", &again).await;
    assert_eq!(refused.json()["error"], "invalid_grant");
    assert_eq!(house.count("grants WHERE state = 'withdrawn'").await, 1);
    assert_eq!(house.count("consents WHERE recipient <> 'self' AND state = 'granted'").await, 0);
    assert_eq!(house.count("logout_notices WHERE state = 'queued' AND sid IS NULL").await, 1);
    assert_eq!(house.count("audit WHERE event = 'consent.withdrawn'").await, 1);
    house.deliver().await;
    let texts = house.texts(&house.person(Story::Adult).registry_mobile.unwrap());
    assert!(texts.iter().any(|text| text.contains("您已取消对")), "{texts:?}");
}

async fn grants_are_seen_with_what_they_allow() {
    let house = House::build(TestDb::create(Kind::Sqlite).await).await;
    partner(&house, |_| {}).await;
    let mut browser = house.holder(Story::Adult).await;
    let empty = browser.get("/grants").await;
    assert!(empty.main().contains("目前没有应用"));
    tokens(&house, &mut browser, "openid ecard phone").await;
    let page = browser.get("/grants").await;
    let mobile = house.person(Story::Adult).registry_mobile.unwrap();
    for told in [NAME, "示例市大数据管理有限公司", "电子社保卡凭证", &mobile.masked()]
    {
        assert!(page.main().contains(told), "{told} in {}", page.main());
    }
    assert!(!page.body.contains(mobile.as_str()));
}

async fn nobody_withdraws_the_grant_of_another() {
    let house = House::build(TestDb::create(Kind::Sqlite).await).await;
    partner(&house, |_| {}).await;
    let mut one = house.holder(Story::Adult).await;
    tokens(&house, &mut one, "openid ecard").await;
    let id = one.get("/grants").await.hidden_field("grant");
    let mut other = house.holder(Story::DottedName).await;
    tokens(&house, &mut other, "openid ecard").await;
    let csrf = other.get("/grants").await.hidden_field("csrf");
    let answer = other.post("/grants", &[("csrf", csrf), ("grant", id)]).await;
    assert_eq!(answer.status, 404);
    assert_eq!(house.count("grants WHERE state = 'live'").await, 2);
}

async fn withdrawing_needs_the_token_of_our_own_page() {
    let house = House::build(TestDb::create(Kind::Sqlite).await).await;
    partner(&house, |_| {}).await;
    let mut browser = house.holder(Story::Adult).await;
    tokens(&house, &mut browser, "openid ecard").await;
    let id = browser.get("/grants").await.hidden_field("grant");
    assert_eq!(browser.post("/grants", &[("grant", id)]).await.status, 403);
    assert_eq!(house.count("grants WHERE state = 'live'").await, 1);
}

async fn a_second_press_says_the_same() {
    let house = House::build(TestDb::create(Kind::Sqlite).await).await;
    partner(&house, |_| {}).await;
    let mut browser = house.holder(Story::Adult).await;
    tokens(&house, &mut browser, "openid ecard").await;
    let page = browser.get("/grants").await;
    let first = browser.submit(&page, &[]).await;
    let second = browser.submit(&page, &[]).await;
    assert_eq!((second.status, second.location()), (303, first.location()));
    assert_eq!(house.count("logout_notices").await, 1, "told once");
}

async fn consent_shows_values_masked_and_optional_scopes_can_be_left_out() {
    let house = House::build(TestDb::create(Kind::Sqlite).await).await;
    partner(&house, |_| {}).await;
    let mut browser = house.holder(Story::Adult).await;
    let page = asked(&mut browser, "openid ecard profile phone").await;
    let mobile = house.person(Story::Adult).registry_mobile.unwrap();
    assert!(page.main().contains(&mobile.masked()) && !page.body.contains(mobile.as_str()));
    let fields =
        [("chosen", "yes".into()), ("scope", "profile".into()), ("decision", "allow".into())];
    assert_eq!(browser.submit(&page, &fields).await.status, 303);
    assert_eq!(house.count("grants WHERE scope = 'openid profile ecard'").await, 1);
    let second = asked(&mut browser, "openid ecard profile phone").await;
    let boxes = second.body.matches("type=\"checkbox\"").count();
    assert_eq!(boxes, 1, "only what is new is asked for");
}

async fn whoever_is_not_logged_in_comes_back_after_the_login() {
    let house = House::build(TestDb::create(Kind::Sqlite).await).await;
    let mut browser = house.holder(Story::Adult).await;
    let person = house.person(Story::Adult);
    browser.cookies.clear();
    let login = browser.visit("/grants").await;
    assert_eq!(login.step(), "login");
    let fields = [
        ("account", person.account_mobile.as_str().to_owned()),
        ("password", ecard::simulator::demo_people::PASSWORD.to_owned()),
    ];
    let back = browser.submit(&login, &fields).await;
    assert_eq!((back.status, back.location()), (303, "/grants"));
}
