//! What waits for a person: a number bound elsewhere, a name outside Unicode.

use crate::common::db::TestDb;
use crate::common::house::answer::Answer;
use crate::common::house::browser::Browser;
use crate::common::house::walk::Step;
use crate::common::house::{House, minutes};
use crate::common::suite::Suite;
use ecard::claim::review::{ReviewError, decide, list};
use ecard::domain::demo_story::Story;
use ecard::domain::ids::ReviewId;

pub(crate) fn register(suite: &mut Suite) {
    both!(suite; a_number_bound_elsewhere_waits_and_both_numbers_are_told);
    both!(suite; a_bound_number_waits_as_long_as_any_review);
    both!(suite; a_bound_account_takes_no_second_person);
    both!(suite; a_private_use_name_goes_on_once_approved);
    both!(suite; a_refused_review_ends_the_claim);
    both!(suite; a_review_is_found_again_after_another_login);
}

/// Somebody else's account, with the adult's name, number and face.
async fn claim_the_adult(house: &House) -> (Browser, Answer) {
    let mut browser = house.at_as(Step::RealName, Story::DottedName).await;
    for step in [Step::RealName, Step::FaceConsent] {
        let gone = house.take(&mut browser, step, Story::Adult).await;
        assert!(gone.leads_to(step.next()), "{}", gone.main());
    }
    let answer = house.take(&mut browser, Step::Face, Story::Adult).await;
    (browser, answer)
}

async fn the_review(house: &House) -> ReviewId {
    let open = list(&house.app, house.now()).await.unwrap();
    assert_eq!(open.len(), 1, "{open:?}");
    open[0].id.clone()
}

async fn settle(house: &House, id: &ReviewId, approve: bool) -> Result<(), ReviewError> {
    decide(&house.app, id, approve, "looked at".to_owned(), house.now()).await
}

async fn a_number_bound_elsewhere_waits_and_both_numbers_are_told(t: TestDb) {
    let house = House::build(t).await;
    house.holder(Story::Adult).await;
    let (mut browser, answer) = claim_the_adult(&house).await;
    assert!(answer.leads_to("/claim/review"), "{} {}", answer.status, answer.main());
    let page = browser.visit("/claim").await;
    assert_eq!((page.status, page.step()), (200, "manual-review"));
    house.deliver().await;
    for story in [Story::Adult, Story::DottedName] {
        let texts = house.texts(&house.person(story).account_mobile);
        let told = texts.iter().filter(|text| text.contains("有人使用另一账号"));
        assert_eq!(told.count(), 1, "{story}");
    }
    let id = the_review(&house).await;
    let lines = list(&house.app, house.now()).await.unwrap();
    assert_eq!(lines[0].reason, "bound_elsewhere");
    assert_eq!(lines[0].id_number, house.person(Story::Adult).id_number.as_str());
    assert!(!format!("{lines:?}").contains(house.person(Story::Adult).id_number.as_str()));
    settle(&house, &id, true).await.unwrap();
    assert!(matches!(settle(&house, &id, false).await, Err(ReviewError::Unknown(_))), "once");
    assert_eq!(browser.visit("/claim").await.step(), "face-consent");
    house.take(&mut browser, Step::FaceConsent, Story::Adult).await;
    let proved = house.take(&mut browser, Step::Face, Story::Adult).await;
    assert!(proved.leads_to("/claim/activation"));
    assert_eq!(browser.visit("/claim").await.step(), "card", "the card there is");
    assert_eq!(house.count("cards").await, 1);
}

async fn a_bound_number_waits_as_long_as_any_review(t: TestDb) {
    let house = House::build(t).await;
    house.holder(Story::Adult).await;
    claim_the_adult(&house).await;
    house.pass(minutes(6 * 24 * 60));
    let id = the_review(&house).await;
    settle(&house, &id, true).await.unwrap();
}

async fn a_bound_account_takes_no_second_person(t: TestDb) {
    let house = House::build(t).await;
    house.at_as(Step::Activation, Story::DottedName).await;
    house.pass(minutes(25 * 60));
    let (mut browser, page) = house.page_as(Step::RealName, Story::DottedName).await;
    let answer = browser.submit(&page, &house.right(Step::RealName, Story::Adult)).await;
    assert_eq!((answer.status, answer.step()), (422, "real-name"));
    assert!(answer.tells("REAL_NAME_MISMATCH"), "refused like a mismatch");
}

async fn private_use(house: &House) -> Browser {
    let (mut browser, page) = house.page_at(Step::RealName).await;
    let id = house.person(Story::Adult).id_number;
    let fields = [("name", "李\u{e863}".to_owned()), ("id_number", id.as_str().to_owned())];
    let gone = browser.submit(&page, &fields).await;
    assert!(gone.leads_to("/claim/review"), "{} {}", gone.status, gone.main());
    assert_eq!(browser.visit("/claim").await.step(), "manual-review");
    for step in Step::ALL {
        assert!(browser.get(step.path()).await.leads_to("/claim/review"), "{step:?}");
    }
    browser
}

async fn a_private_use_name_goes_on_once_approved(t: TestDb) {
    let house = House::build(t).await;
    let mut browser = private_use(&house).await;
    let id = the_review(&house).await;
    settle(&house, &id, true).await.unwrap();
    assert_eq!(browser.visit("/claim").await.step(), "face-consent");
    for step in [Step::FaceConsent, Step::Face, Step::Activation, Step::Pin] {
        assert!(house.take(&mut browser, step, Story::Adult).await.leads_to(step.next()));
    }
    assert_eq!(browser.get("/card").await.step(), "card");
    assert!(list(&house.app, house.now()).await.unwrap().is_empty());
}

async fn a_refused_review_ends_the_claim(t: TestDb) {
    let house = House::build(t).await;
    let mut browser = private_use(&house).await;
    settle(&house, &the_review(&house).await, false).await.unwrap();
    let page = browser.get("/claim/review").await;
    assert!(page.leads_to("/claim/refused"));
    assert!(browser.get("/claim").await.leads_to("/claim/refused"), "told before a new claim");
    assert_eq!(browser.get("/claim/refused").await.step(), "refused");
    assert_eq!(browser.visit("/claim").await.step(), "consent", "and then a new one begins");
    assert_eq!(house.count("outbox WHERE purpose = 'notice'").await, 1, "told by message too");
    assert_eq!(house.count("cards").await, 0);
    assert_eq!(house.count("audit WHERE event = 'review.decided'").await, 1);
}

async fn a_review_is_found_again_after_another_login(t: TestDb) {
    let house = House::build(t).await;
    private_use(&house).await;
    house.pass(minutes(24 * 60));
    let mut elsewhere = house.browser();
    elsewhere.visit("/claim").await;
    house.take(&mut elsewhere, Step::Consent, Story::Adult).await;
    house.take(&mut elsewhere, Step::Login, Story::Adult).await;
    assert_eq!(elsewhere.visit("/claim").await.step(), "manual-review");
    settle(&house, &the_review(&house).await, true).await.unwrap();
    assert_eq!(elsewhere.visit("/claim").await.step(), "face-consent");
}
