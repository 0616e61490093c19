//! Limits hold across instances: every second try goes to another one.

use crate::common::db::TestDb;
use crate::common::house::browser::{Browser, Field};
use crate::common::house::walk::Step;
use crate::common::house::{House, minutes};
use crate::common::suite::Suite;
use ecard::domain::demo_story::Story;
use ecard::simulator::demo_people::PASSWORD;

pub(crate) fn register(suite: &mut Suite) {
    both!(suite; five_failed_logins_lock_known_and_unknown_accounts_alike);
    both!(suite; a_right_password_ends_the_row_of_failures);
    both!(suite; five_wrong_names_lock_the_claim);
    both!(suite; an_account_tries_five_names_a_day);
    both!(suite; a_number_is_tried_ten_times_a_day);
    both!(suite; three_failed_faces_lock_the_face_and_leave_the_counter_open);
    both!(suite; a_number_has_five_faces_a_day);
}

const UNKNOWN: &str = "13900009999";

async fn five_failed_logins_lock_known_and_unknown_accounts_alike(t: TestDb) {
    let house = House::build(t).await;
    let other = house.another_instance().await;
    let mut told = Vec::new();
    for account in ["13800000002", UNKNOWN] {
        let mut browser = house.at(Step::Login).await;
        let mut said = Vec::new();
        for n in 0..7 {
            browser.router = if n % 2 == 0 { house.router.clone() } else { other.clone() };
            let page = browser.get("/claim/login").await;
            let password = if n == 6 { PASSWORD } else { "wrong-password" };
            let fields = [("account", account.into()), ("password", password.into())];
            let answer = browser.submit(&page, &fields).await;
            let expected = if n < 5 { 422 } else { 429 };
            assert_eq!((answer.status, answer.step()), (expected, "login"), "{account} {n}");
            assert!(n < 5 || (1..=1800).contains(&answer.retry_after()), "{account}");
            let reference = answer.headers["x-reference"].to_str().unwrap();
            said.push(
                answer
                    .main()
                    .replace(account, "")
                    .replace(reference, "")
                    .replace(&page.hidden_field("csrf"), ""),
            );
        }
        told.push(said);
    }
    assert_eq!(told[0], told[1]);
    house.pass(minutes(31));
    let mut browser = house.at(Step::Login).await;
    let gone = house.take(&mut browser, Step::Login, Story::Adult).await;
    assert!(gone.leads_to("/claim/real-name"), "{}", gone.main());
}

async fn a_right_password_ends_the_row_of_failures(t: TestDb) {
    let house = House::build(t).await;
    for _ in 0..3 {
        let (mut browser, page) = house.page_at(Step::Login).await;
        for _ in 0..4 {
            let fields = [("account", "13800000002".into()), ("password", "wrong".into())];
            assert_eq!(browser.submit(&page, &fields).await.status, 422);
        }
        let right = house.right(Step::Login, Story::Adult);
        assert_eq!(browser.submit(&page, &right).await.status, 303);
    }
}

fn wrong_name(house: &House) -> Vec<Field> {
    let id = house.person(Story::Adult).id_number;
    vec![("name", "王五".into()), ("id_number", id.as_str().into())]
}

async fn five_wrong_names_lock_the_claim(t: TestDb) {
    let house = House::roomy(t).await;
    let other = house.another_instance().await;
    let (mut browser, page) = house.page_at(Step::RealName).await;
    for n in 0..4 {
        browser.router = if n % 2 == 0 { other.clone() } else { house.router.clone() };
        let answer = browser.submit(&page, &wrong_name(&house)).await;
        assert_eq!((answer.status, answer.step()), (422, "real-name"));
        assert!(answer.tells("REAL_NAME_MISMATCH"), "{}", answer.main());
    }
    let locked = browser.submit(&page, &wrong_name(&house)).await;
    assert_eq!((locked.status, locked.step()), (429, "locked"), "{}", locked.main());
    assert!(locked.body.contains("REAL_NAME_LOCKED") && locked.retry_after() > 0);
    let again = browser.submit(&page, &house.right(Step::RealName, Story::Adult)).await;
    assert!(again.leads_to("/claim/locked"));
    let shown = browser.visit("/claim").await;
    assert_eq!((shown.status, shown.step()), (429, "locked"));
    assert!(!shown.body.contains("/claim/counter-code"), "nobody is named yet");
    assert!(browser.get("/claim/counter-code").await.leads_to("/claim/locked"));
}

/// Claims of one account begun over and over, each trying one wrong name.
async fn try_once(house: &House, story: Story) -> crate::common::house::answer::Answer {
    let mut browser = house.at_as(Step::RealName, story).await;
    let page = browser.get("/claim/real-name").await;
    browser.submit(&page, &wrong_name(house)).await
}

async fn an_account_tries_five_names_a_day(t: TestDb) {
    let house = House::build(t).await;
    for _ in 0..5 {
        assert_eq!(try_once(&house, Story::Adult).await.status, 422);
    }
    let locked = try_once(&house, Story::Adult).await;
    assert_eq!((locked.status, locked.step()), (429, "locked"));
    assert!(locked.retry_after() > 3600, "{}", locked.retry_after());
    house.pass(minutes(24 * 60 + 1));
    assert_eq!(try_once(&house, Story::Adult).await.status, 422);
}

async fn a_number_is_tried_ten_times_a_day(t: TestDb) {
    let house = House::build(t).await;
    for story in [Story::Adult, Story::RareCharacter] {
        for _ in 0..5 {
            assert_eq!(try_once(&house, story).await.status, 422);
        }
    }
    let mut stranger = house.at_as(Step::RealName, Story::DottedName).await;
    let page = stranger.get("/claim/real-name").await;
    let refused = stranger.submit(&page, &wrong_name(&house)).await;
    assert_eq!((refused.status, refused.step()), (429, "real-name"), "{}", refused.main());
    assert!(refused.tells("LIMIT_REACHED") && refused.retry_after() > 0);
    assert_eq!(refused.value("name"), "王五");
    let own = house.right(Step::RealName, Story::DottedName);
    assert!(stranger.submit(&page, &own).await.leads_to("/claim/face-consent"));
}

async fn send_sample(browser: &mut Browser, sample: &str) -> crate::common::house::answer::Answer {
    let page = browser.get("/claim/face").await;
    browser.submit(&page, &[("sample", sample.into())]).await
}

async fn three_failed_faces_lock_the_face_and_leave_the_counter_open(t: TestDb) {
    let house = House::build(t).await;
    let other = house.another_instance().await;
    let mut browser = house.at(Step::Face).await;
    for n in 0..2 {
        browser.router = if n % 2 == 0 { other.clone() } else { house.router.clone() };
        let answer = send_sample(&mut browser, "other").await;
        assert_eq!((answer.status, answer.step()), (422, "face"));
        assert!(answer.tells("FACE_NOT_MATCHED") && answer.is_wrong("portrait"));
    }
    let locked = send_sample(&mut browser, "other").await;
    assert_eq!((locked.status, locked.step()), (429, "locked"));
    assert!(locked.body.contains("FACE_LOCKED") && locked.retry_after() > 0);
    assert!(locked.body.contains("/claim/counter-code"));
    assert!(browser.get("/claim/face").await.leads_to("/claim/locked"));
    assert_eq!(browser.get("/claim/counter-code").await.step(), "counter-code");
}

async fn a_number_has_five_faces_a_day(t: TestDb) {
    let house = House::roomy(t).await;
    let strict = house.replacing(|parts| parts.config.limits.face_per_id_day = 5);
    for _ in 0..5 {
        let mut browser = house.at(Step::Face).await;
        browser.router = ecard::router(strict.clone());
        assert_eq!(send_sample(&mut browser, "other").await.status, 422);
    }
    let mut browser = house.at(Step::Face).await;
    browser.router = ecard::router(strict);
    let locked = send_sample(&mut browser, "same").await;
    assert_eq!((locked.status, locked.step()), (429, "locked"), "even a right face");
    assert!(locked.retry_after() > 3600 && locked.body.contains("/claim/counter-code"));
}
