//! Activation codes: whom they go to, how long and how often they may be tried, how often sent.

use crate::common::db::TestDb;
use crate::common::house::answer::Answer;
use crate::common::house::browser::Browser;
use crate::common::house::walk::Step;
use crate::common::house::{House, minutes};
use crate::common::suite::Suite;
use async_trait::async_trait;
use ecard::domain::citizen::CitizenFacts;
use ecard::domain::demo_story::Story;
use ecard::domain::id_number::IdNumber;
use ecard::domain::mobile_number::MobileNumber;
use ecard::domain::person_name::PersonName;
use ecard::ports::ProviderDown;
use ecard::ports::registry::{NameCheck, Registry};
use std::sync::Arc;
use std::time::Duration;

pub(crate) fn register(suite: &mut Suite) {
    both!(suite; a_code_goes_to_the_registered_number_alone);
    both!(suite; a_code_is_void_after_five_wrong_tries);
    both!(suite; a_code_is_void_after_five_minutes);
    both!(suite; a_new_code_supersedes_the_one_before);
    both!(suite; a_code_of_another_claim_does_not_fit);
    both!(suite; another_code_waits_a_minute);
    both!(suite; five_codes_an_hour_and_ten_a_day);
    both!(suite; another_code_goes_to_the_number_registered_by_then);
    both!(suite; forty_codes_a_day_over_all_purposes);
}

async fn enter(browser: &mut Browser, code: &str) -> Answer {
    let page = browser.get("/claim/activation").await;
    browser.submit(&page, &[("activation_code", code.to_owned())]).await
}

async fn resend(browser: &mut Browser) -> Answer {
    let page = browser.get("/claim/activation").await;
    browser.submit(&page, &[("resend", "1".to_owned())]).await
}

fn wrong(code: &str) -> String {
    if code == "271828" { "314159".to_owned() } else { "271828".to_owned() }
}

async fn a_code_goes_to_the_registered_number_alone(t: TestDb) {
    let house = House::build(t).await;
    let moved = house.person(Story::MovedPhone);
    let mut browser = house.at_as(Step::Activation, Story::MovedPhone).await;
    assert!(house.texts(&moved.registry_mobile.clone().unwrap()).is_empty(), "not before its page");
    let page = browser.get("/claim/activation").await;
    let registered = moved.registry_mobile.unwrap();
    assert!(page.body.contains(&registered.masked()) && page.body.contains("changed-number"));
    assert!(house.texts(&moved.account_mobile).is_empty());
    let code = house.code(&registered);
    let text = format!(
        "【电子社保卡】您的激活校验码为{code},用于领取电子社保卡,5分钟内有效,请勿告知他人。"
    );
    assert_eq!(house.texts(&registered), [text]);
    browser.get("/claim/activation").await;
    browser.visit("/claim").await;
    assert_eq!(house.texts(&registered).len(), 1, "looking again sends nothing");
    let changed = browser.get("/claim/changed-number").await;
    assert_eq!((changed.status, changed.step()), (200, "changed-number"));
}

async fn a_code_is_void_after_five_wrong_tries(t: TestDb) {
    let house = House::build(t).await;
    let other = house.another_instance().await;
    let (mut browser, _) = house.page_at(Step::Activation).await;
    let code = house.code(&house.person(Story::Adult).registry_mobile.unwrap());
    for n in 0..5 {
        browser.router = if n % 2 == 0 { other.clone() } else { house.router.clone() };
        let answer = enter(&mut browser, &wrong(&code)).await;
        assert_eq!((answer.status, answer.step()), (422, "activation"));
        if n < 4 {
            assert!(answer.tells("CODE_WRONG") && answer.is_wrong("activation_code"));
        } else {
            let offered = answer.body.contains("name=\"activation_code\"");
            assert!(answer.tells("CODE_VOID") && !offered, "only another code helps");
        }
    }
    let void = enter(&mut browser, &code).await;
    assert_eq!((void.status, void.step()), (422, "activation"), "the right code, too late");
    browser.router = house.router.clone();
    house.pass(Duration::from_secs(60));
    assert!(resend(&mut browser).await.leads_to("/claim/activation"));
    let fresh = house.code(&house.person(Story::Adult).registry_mobile.unwrap());
    assert!(enter(&mut browser, &fresh).await.leads_to("/claim/pin"));
}

async fn a_code_is_void_after_five_minutes(t: TestDb) {
    let house = House::build(t).await;
    let (mut browser, _) = house.page_at(Step::Activation).await;
    let code = house.code(&house.person(Story::Adult).registry_mobile.unwrap());
    house.pass(Duration::from_secs(300));
    let late = enter(&mut browser, &code).await;
    assert_eq!((late.status, late.step()), (422, "activation"));
    assert!(resend(&mut browser).await.leads_to("/claim/activation"));
    let fresh = house.code(&house.person(Story::Adult).registry_mobile.unwrap());
    house.pass(Duration::from_secs(299));
    assert!(enter(&mut browser, &fresh).await.leads_to("/claim/pin"));
}

async fn a_new_code_supersedes_the_one_before(t: TestDb) {
    let house = House::build(t).await;
    let mobile = house.person(Story::Adult).registry_mobile.unwrap();
    let (mut browser, _) = house.page_at(Step::Activation).await;
    let first = house.code(&mobile);
    house.pass(Duration::from_secs(60));
    resend(&mut browser).await;
    let second = house.code(&mobile);
    assert_ne!(first, second);
    assert_eq!(enter(&mut browser, &first).await.status, 422);
    assert!(enter(&mut browser, &second).await.leads_to("/claim/pin"));
}

async fn a_code_of_another_claim_does_not_fit(t: TestDb) {
    let house = House::build(t).await;
    let mobile = house.person(Story::Adult).registry_mobile.unwrap();
    let (mut first, _) = house.page_at(Step::Activation).await;
    let code = house.code(&mobile);
    let (mut stranger, _) = house.page_as(Step::Activation, Story::DottedName).await;
    assert_eq!(enter(&mut stranger, &code).await.status, 422, "another person's claim");
    house.pass(Duration::from_secs(60));
    let (mut second, _) = house.page_at(Step::Activation).await;
    let own = house.code(&mobile);
    assert_eq!(enter(&mut second, &code).await.status, 422, "another claim to the same phone");
    assert_eq!(enter(&mut first, &own).await.status, 422);
    assert!(enter(&mut first, &code).await.leads_to("/claim/pin"));
    assert!(enter(&mut second, &own).await.leads_to("/claim/pin"));
}

async fn another_code_waits_a_minute(t: TestDb) {
    let house = House::build(t).await;
    let other = house.another_instance().await;
    let mobile = house.person(Story::Adult).registry_mobile.unwrap();
    let (mut browser, _) = house.page_at(Step::Activation).await;
    let code = house.code(&mobile);
    house.pass(Duration::from_secs(59));
    browser.router = other;
    let soon = resend(&mut browser).await;
    assert_eq!((soon.status, soon.step()), (429, "activation"), "{}", soon.main());
    assert!(soon.tells("LIMIT_REACHED") && soon.retry_after() == 1);
    assert_eq!(house.texts(&mobile).len(), 1);
    assert!(enter(&mut browser, &code).await.leads_to("/claim/pin"), "the old code still stands");
}

/// Sends codes as fast as allowed until a limit; answers how many were sent and the delay told.
async fn send_until_refused(house: &House, browser: &mut Browser) -> (usize, u64) {
    for sent in 0.. {
        house.pass(Duration::from_secs(61));
        let answer = resend(browser).await;
        if answer.status == 429 {
            return (sent, answer.retry_after());
        }
        assert!(answer.leads_to("/claim/activation"), "{} {}", answer.status, answer.main());
    }
    unreachable!()
}

async fn five_codes_an_hour_and_ten_a_day(t: TestDb) {
    let house = House::with(t, |config| {
        config.limits.claim_min = 100_000;
        config.limits.session_idle_min = 100_000;
        config.limits.session_whole_h = 10_000;
    })
    .await;
    let (mut browser, _) = house.page_at(Step::Activation).await;
    let (sent, wait) = send_until_refused(&house, &mut browser).await;
    assert_eq!(sent, 4, "and the first");
    assert!((3000..=3600).contains(&wait), "{wait}");
    house.pass(Duration::from_secs(wait));
    let (sent, wait) = send_until_refused(&house, &mut browser).await;
    assert_eq!(sent, 5);
    house.pass(Duration::from_secs(wait));
    let refused = resend(&mut browser).await;
    assert_eq!(refused.status, 429);
    assert!(refused.retry_after() > 3600, "the day's limit: {}", refused.retry_after());
    house.pass(minutes(24 * 60));
    assert_eq!(resend(&mut browser).await.status, 303);
}

/// Counted beside the limits of each purpose.
async fn forty_codes_a_day_over_all_purposes(t: TestDb) {
    let house = House::roomy(t).await;
    let app = house.replacing(|parts| parts.config.limits.sms_all_per_day = 3);
    let (mut browser, _) = house.page_at(Step::Activation).await;
    browser.router = ecard::router(app.clone());
    assert_eq!(resend(&mut browser).await.status, 303);
    assert_eq!(resend(&mut browser).await.status, 303);
    assert_eq!(resend(&mut browser).await.status, 429);
    let mut newcomer = house.at(Step::Login).await;
    newcomer.router = ecard::router(app);
    let page = newcomer.get("/claim/register").await;
    let account = house.person(Story::Adult).registry_mobile.unwrap().as_str().to_owned();
    let fields = [("account", account), ("password", "a long enough one".to_owned())];
    let refused = newcomer.submit(&page, &fields).await;
    assert_eq!((refused.status, refused.step()), (429, "register"), "{}", refused.main());
    assert_eq!(ecard::config::Limits::default().sms_all_per_day, 40);
}

/// "My number changed": the counter records the new one, and the same claim goes on.
async fn another_code_goes_to_the_number_registered_by_then(t: TestDb) {
    let house = House::roomy(t).await;
    let moved = house.person(Story::MovedPhone);
    let (mut browser, _) = house.page_as(Step::Activation, Story::MovedPhone).await;
    assert_eq!(house.texts(moved.registry_mobile.as_ref().unwrap()).len(), 1);
    let registry = Arc::new(Moved(Arc::clone(&house.app.registry), moved.account_mobile.clone()));
    browser.router = ecard::router(house.replacing(|parts| parts.registry = registry));
    assert!(resend(&mut browser).await.leads_to("/claim/activation"));
    let code = house.code(&moved.account_mobile);
    assert!(enter(&mut browser, &code).await.leads_to("/claim/pin"));
}

/// A registry that holds another mobile number by now.
struct Moved(Arc<dyn Registry>, MobileNumber);

#[async_trait]
impl Registry for Moved {
    async fn check_name(
        &self,
        id: &IdNumber,
        name: &PersonName,
    ) -> Result<NameCheck, ProviderDown> {
        self.0.check_name(id, name).await
    }

    async fn facts(&self, id: &IdNumber) -> Result<Option<CitizenFacts>, ProviderDown> {
        let found = self.0.facts(id).await?;
        Ok(found.map(|facts| CitizenFacts { mobile: Some(self.1.clone()), ..facts }))
    }
}
