//! The other way: a counter's code instead of the face.

use crate::common::db::TestDb;
use crate::common::house::answer::Answer;
use crate::common::house::browser::Browser;
use crate::common::house::walk::Step;
use crate::common::house::{House, minutes};
use crate::common::suite::Suite;
use ecard::claim::review::issue_counter_code;
use ecard::domain::demo_story::Story;

pub(crate) fn register(suite: &mut Suite) {
    both!(suite; a_counter_code_leads_to_a_card_without_a_face);
    both!(suite; a_child_goes_by_the_counter);
    both!(suite; a_locked_face_goes_on_by_the_counter);
    both!(suite; only_the_persons_own_newest_unused_code_fits);
    both!(suite; five_counter_codes_a_day);
    both!(suite; a_counter_code_is_not_spent_on_an_expired_claim);
}

async fn handed_over(house: &House, story: Story) -> String {
    let id = house.person(story).id_number;
    let (code, _) = issue_counter_code(&house.app, &id, house.now()).await.unwrap();
    code.expose().to_owned()
}

async fn enter(browser: &mut Browser, code: &str) -> Answer {
    let page = browser.get("/claim/counter-code").await;
    assert_eq!(page.status, 200, "{}", page.location());
    browser.submit(&page, &[("counter_code", code.to_owned())]).await
}

async fn go_on(house: &House, browser: &mut Browser, story: Story) {
    for step in [Step::Activation, Step::Pin] {
        let gone = house.take(browser, step, story).await;
        assert!(gone.leads_to(step.next()), "{}", gone.main());
    }
    assert_eq!(browser.get("/card").await.step(), "card");
}

async fn a_counter_code_leads_to_a_card_without_a_face(t: TestDb) {
    let house = House::build(t).await;
    for (step, story) in [(Step::FaceConsent, Story::Adult), (Step::Face, Story::Face74)] {
        let code = handed_over(&house, story).await;
        let mut browser = house.at_as(step, story).await;
        let spaced = format!("{} {}-{}", &code[..3], &code[3..6], &code[6..]);
        assert!(enter(&mut browser, &spaced).await.leads_to("/claim/activation"));
        go_on(&house, &mut browser, story).await;
    }
    assert_eq!(house.count("consents WHERE purpose = 'service'").await, 2);
    assert_eq!(house.count("consents WHERE purpose = 'face'").await, 0, "no face was processed");
}

async fn a_child_goes_by_the_counter(t: TestDb) {
    let house = House::build(t).await;
    let mut browser = house.at_as(Step::FaceConsent, Story::MinorWithGuardian).await;
    let code = handed_over(&house, Story::MinorWithGuardian).await;
    assert!(enter(&mut browser, &code).await.leads_to("/claim/activation"));
    go_on(&house, &mut browser, Story::MinorWithGuardian).await;
}

async fn a_locked_face_goes_on_by_the_counter(t: TestDb) {
    let house = House::build(t).await;
    let mut browser = house.at_as(Step::Face, Story::FaceNeverMatches).await;
    for _ in 0..3 {
        let page = browser.get("/claim/face").await;
        browser.submit(&page, &[("sample", "same".into())]).await;
    }
    let code = handed_over(&house, Story::FaceNeverMatches).await;
    assert!(enter(&mut browser, &code).await.leads_to("/claim/activation"));
    go_on(&house, &mut browser, Story::FaceNeverMatches).await;
}

async fn only_the_persons_own_newest_unused_code_fits(t: TestDb) {
    let house = House::with(t, |config| config.limits.counter_code_per_id_day = 100).await;
    let mut browser = house.at(Step::FaceConsent).await;
    let others = handed_over(&house, Story::DottedName).await;
    let first = handed_over(&house, Story::Adult).await;
    let second = handed_over(&house, Story::Adult).await;
    for wrong in ["", "12345", "0000000000", "abcdefghij", &others, &first] {
        let answer = enter(&mut browser, wrong).await;
        assert_eq!((answer.status, answer.step()), (422, "counter-code"), "{wrong}");
        assert!(answer.tells("COUNTER_CODE_WRONG") && answer.is_wrong("counter_code"));
    }
    assert!(enter(&mut browser, &second).await.leads_to("/claim/activation"));
    let mut again = house.at(Step::FaceConsent).await;
    assert_eq!(enter(&mut again, &second).await.status, 422, "used");
    let third = handed_over(&house, Story::Adult).await;
    house.pass(minutes(24 * 60));
    let mut late = house.at(Step::FaceConsent).await;
    assert_eq!(enter(&mut late, &third).await.status, 422, "expired");
}

async fn five_counter_codes_a_day(t: TestDb) {
    let house = House::build(t).await;
    let code = handed_over(&house, Story::Adult).await;
    let mut browser = house.at(Step::FaceConsent).await;
    for _ in 0..5 {
        assert_eq!(enter(&mut browser, "0000000000").await.status, 422);
    }
    let refused = enter(&mut browser, &code).await;
    assert_eq!((refused.status, refused.step()), (429, "counter-code"));
    assert!(refused.tells("LIMIT_REACHED") && refused.retry_after() > 0);
}

async fn a_counter_code_is_not_spent_on_an_expired_claim(t: TestDb) {
    let house = House::with(t, |config| config.limits.session_idle_min = 600).await;
    let mut browser = house.at_as(Step::Face, Story::FaceNeverMatches).await;
    for _ in 0..3 {
        let page = browser.get("/claim/face").await;
        browser.submit(&page, &[("sample", "same".into())]).await;
    }
    let page = browser.get("/claim/counter-code").await;
    let code = handed_over(&house, Story::FaceNeverMatches).await;
    house.pass(minutes(31));
    let late = browser.submit(&page, &[("counter_code", code.clone())]).await;
    assert_ne!(late.location(), "/claim/activation", "the claim is over");
    assert_eq!(house.count("counter_codes WHERE state = 'issued'").await, 1);
    house.bring(&mut browser, Step::FaceConsent, Story::FaceNeverMatches).await;
    assert!(enter(&mut browser, &code).await.leads_to("/claim/activation"));
}
