//! Time: a claim lives 30 minutes, a session 15 idle and 8 hours whole, a confirmed name a day.

use crate::common::db::TestDb;
use crate::common::house::browser::Browser;
use crate::common::house::walk::Step;
use crate::common::house::{House, minutes};
use crate::common::suite::Suite;
use ecard::domain::demo_story::Story;

pub(crate) fn register(suite: &mut Suite) {
    both!(suite; a_claim_expires_at_every_stage);
    both!(suite; a_confirmed_name_is_resumed_within_a_day_and_the_face_repeated);
    both!(suite; a_session_ends_when_idle_and_after_its_whole_time);
    both!(suite; another_account_in_the_same_browser_ends_the_claim_unseen);
    both!(suite; a_logged_in_browser_is_not_asked_to_log_in_again);
}

/// Keeps the session alive while the claim's time runs out.
async fn let_the_claim_run_out(house: &House, browser: &mut Browser) {
    for _ in 0..3 {
        house.pass(minutes(10));
        browser.get("/").await;
        browser.get("/claim/expired").await;
    }
}

async fn a_claim_expires_at_every_stage(t: TestDb) {
    let house = House::roomy(t).await;
    for step in Step::ALL {
        let (mut browser, page) = house.page_at(step).await;
        let fields = house.right(step, Story::Adult);
        let_the_claim_run_out(&house, &mut browser).await;
        let sent = browser.submit(&page, &fields).await;
        assert_eq!((sent.status, sent.step()), (410, "expired"), "{step:?}: {}", sent.main());
        assert!(sent.body.contains("CLAIM_EXPIRED"));
        let shown = browser.visit(step.path()).await;
        assert_eq!((shown.status, shown.step()), (410, "expired"), "{step:?}");
        let anew = browser.visit("/claim").await;
        assert_eq!((anew.status, anew.step()), (200, "consent"), "{step:?}");
    }
    assert_eq!(house.count("cards").await, 0);
}

async fn a_confirmed_name_is_resumed_within_a_day_and_the_face_repeated(t: TestDb) {
    let house = House::build(t).await;
    house.at(Step::Activation).await;
    house.pass(minutes(23 * 60));
    let mut elsewhere = house.browser();
    elsewhere.visit("/claim").await;
    house.take(&mut elsewhere, Step::Consent, Story::Adult).await;
    let resumed = house.take(&mut elsewhere, Step::Login, Story::Adult).await;
    assert!(resumed.leads_to("/claim/face-consent"), "{}", resumed.location());

    house.pass(minutes(2 * 60));
    let mut late = house.browser();
    late.visit("/claim").await;
    house.take(&mut late, Step::Consent, Story::Adult).await;
    let asked = house.take(&mut late, Step::Login, Story::Adult).await;
    assert!(asked.leads_to("/claim/real-name"), "{}", asked.location());
}

async fn a_session_ends_when_idle_and_after_its_whole_time(t: TestDb) {
    let house = House::build(t).await;
    let (mut idle, page) = house.page_at(Step::RealName).await;
    house.pass(minutes(16));
    let sent = idle.submit(&page, &house.right(Step::RealName, Story::Adult)).await;
    assert_eq!((sent.status, sent.step()), (410, "expired"));
    assert_eq!(idle.get("/claim/real-name").await.status, 410);
    assert_eq!(idle.visit("/claim").await.step(), "consent");

    let mut busy = house.holder(Story::RareCharacter).await;
    for _ in 0..47 {
        house.pass(minutes(10));
        assert_eq!(busy.get("/card").await.status, 200);
    }
    house.pass(minutes(10));
    assert!(busy.get("/card").await.leads_to("/login"));
    assert_eq!(busy.get("/card/token").await.status, 403);
}

async fn another_account_in_the_same_browser_ends_the_claim_unseen(t: TestDb) {
    let house = House::build(t).await;
    for step in Step::ALL.into_iter().filter(|step| *step > Step::Login) {
        let (mut browser, page) = house.page_at(step).await;
        let fields = house.right(step, Story::Adult);
        // Signed out in another tab, and somebody else logs in: here by a browser that kept
        // the page open.
        let token = page.hidden_field("csrf");
        assert!(browser.post("/logout", &[("csrf", token)]).await.leads_to("/"));
        let login = browser.get("/login").await;
        let other = house.right(Step::Login, Story::RareCharacter);
        assert!(browser.submit(&login, &other).await.leads_to("/card"));
        let late = browser.submit(&page, &fields).await;
        assert_eq!(late.status, 403, "{step:?}");
        let seen = browser.visit(step.path()).await;
        assert_eq!(seen.step(), "consent", "{step:?}");
        assert!(!seen.body.contains("李明") && !seen.body.contains("0002"), "{}", seen.main());
        house.pass(minutes(31));
    }
}

async fn a_logged_in_browser_is_not_asked_to_log_in_again(t: TestDb) {
    let house = House::build(t).await;
    let mut browser = house.browser();
    let login = browser.get("/login").await;
    browser.submit(&login, &house.right(Step::Login, Story::Adult)).await;
    browser.visit("/claim").await;
    let gone = house.take(&mut browser, Step::Consent, Story::Adult).await;
    assert!(gone.leads_to("/claim/real-name"), "{}", gone.location());
}
