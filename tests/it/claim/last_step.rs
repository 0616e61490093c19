//! The last form, many times at once: one card.

use crate::common::db::TestDb;
use crate::common::house::House;
use crate::common::house::browser::Browser;
use crate::common::house::walk::Step;
use crate::common::suite::Suite;
use ecard::domain::demo_story::Story;
use futures_util::future::join_all;

pub(crate) fn register(suite: &mut Suite) {
    both!(suite; fifty_submissions_of_the_last_step_give_one_card);
    both!(suite; two_browsers_of_one_account_give_one_card);
    both!(suite; many_claims_of_one_person_at_once_give_one_card);
}

const AT_ONCE: usize = 50;

async fn fifty_submissions_of_the_last_step_give_one_card(t: TestDb) {
    let house = House::build(t).await;
    let (browser, page) = house.page_at(Step::Pin).await;
    let other = house.another_instance().await;
    let fields = house.right(Step::Pin, Story::Adult);
    let posts = (0..AT_ONCE).map(|n| {
        let mut tab = browser.clone();
        if n % 2 == 1 {
            tab.router = other.clone();
        }
        let (page, fields) = (&page, &fields);
        async move { tab.submit(page, fields).await }
    });
    for answer in join_all(posts).await {
        assert!(answer.leads_to("/card"), "{} {}", answer.status, answer.location());
    }
    assert_one_card(&house).await;
}

async fn assert_one_card(house: &House) {
    assert_eq!(house.count("cards").await, 1);
    assert_eq!(house.count("status_entries").await, 1);
    assert_eq!(house.count("consents WHERE state = 'granted'").await, 2);
    assert_eq!(house.count("audit WHERE event = 'card.issued'").await, 1);
    house.deliver().await;
    let mobile = house.person(Story::Adult).registry_mobile.unwrap();
    let told = house.texts(&mobile).into_iter().filter(|text| text.contains("已领取成功"));
    assert_eq!(told.count(), 1);
}

async fn two_browsers_of_one_account_give_one_card(t: TestDb) {
    let house = House::build(t).await;
    let (mut first, page) = house.page_at(Step::Pin).await;
    house.pass(std::time::Duration::from_secs(61));
    let (mut second, other_page) = house.page_at(Step::Pin).await;
    let fields = house.right(Step::Pin, Story::Adult);
    assert!(first.submit(&page, &fields).await.leads_to("/card"));
    assert!(second.submit(&other_page, &fields).await.leads_to("/card"));
    assert_eq!(second.get("/card").await.step(), "card");
    assert_one_card(&house).await;
}

async fn many_claims_of_one_person_at_once_give_one_card(t: TestDb) {
    let house = House::roomy(t).await;
    let mut browsers: Vec<Browser> = Vec::new();
    let mut pages = Vec::new();
    for _ in 0..4 {
        let (browser, page) = house.page_at(Step::Pin).await;
        browsers.push(browser);
        pages.push(page);
    }
    let fields = house.right(Step::Pin, Story::Adult);
    let posts = browsers.iter_mut().zip(&pages).map(|(b, page)| b.submit(page, &fields));
    for answer in join_all(posts).await {
        assert!(answer.leads_to("/card"), "{} {}", answer.status, answer.main());
    }
    for browser in &mut browsers {
        assert_eq!(browser.get("/card").await.step(), "card");
    }
    assert_one_card(&house).await;
}
