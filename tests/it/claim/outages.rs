//! A provider that is down costs nobody an attempt and loses no message.

use crate::common::db::TestDb;
use crate::common::house::walk::Step;
use crate::common::house::{House, minutes};
use crate::common::suite::Suite;
use async_trait::async_trait;
use ecard::app::delivery;
use ecard::domain::citizen::CitizenFacts;
use ecard::domain::demo_story::Story;
use ecard::domain::id_number::IdNumber;
use ecard::domain::liveness::LivenessPrompt;
use ecard::domain::person_name::PersonName;
use ecard::ports::ProviderDown;
use ecard::ports::face::{FaceAnswer, FaceError, FaceMatcher, Picture};
use ecard::ports::registry::{NameCheck, Registry};
use ecard::ports::sms::{SmsError, SmsGateway, SmsMessage};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub(crate) fn register(suite: &mut Suite) {
    both!(suite; a_registry_that_is_down_spends_no_try_and_keeps_what_was_typed);
    both!(suite; a_registry_that_fails_later_lets_the_citizen_go_on_later);
    both!(suite; a_face_match_that_is_down_spends_no_try);
    both!(suite; a_message_waits_for_its_gateway_and_goes_out_once);
    both!(suite; an_expired_code_is_never_sent);
}

struct Down;

fn down(provider: &'static str) -> ProviderDown {
    let retry_after = Duration::from_secs(60);
    ProviderDown { provider, reason: "out of order".to_owned(), retry_after }
}

#[async_trait]
impl Registry for Down {
    async fn check_name(&self, _: &IdNumber, _: &PersonName) -> Result<NameCheck, ProviderDown> {
        Err(down("registry"))
    }
    async fn facts(&self, _: &IdNumber) -> Result<Option<CitizenFacts>, ProviderDown> {
        Err(down("registry"))
    }
}

#[async_trait]
impl FaceMatcher for Down {
    async fn compare(
        &self,
        _: &IdNumber,
        _: &PersonName,
        _: Picture,
        _: LivenessPrompt,
    ) -> Result<FaceAnswer, FaceError> {
        Err(FaceError::Down(down("face")))
    }
}

/// Notes what it takes.
#[derive(Default)]
struct Gateway(Mutex<Vec<(String, String)>>);

#[async_trait]
impl SmsGateway for Gateway {
    async fn send(&self, message: &SmsMessage) -> Result<(), SmsError> {
        let taken = (message.id.as_str().to_owned(), message.text.expose().to_owned());
        self.0.lock().unwrap().push(taken);
        Ok(())
    }
}

async fn a_registry_that_is_down_spends_no_try_and_keeps_what_was_typed(t: TestDb) {
    let house = House::build(t).await;
    let (mut browser, page) = house.page_as(Step::RealName, Story::RegistryDown).await;
    let fields = house.right(Step::RealName, Story::RegistryDown);
    for _ in 0..12 {
        let answer = browser.submit(&page, &fields).await;
        assert_eq!((answer.status, answer.step()), (503, "real-name"), "{}", answer.main());
        assert!(answer.tells("REGISTRY_UNAVAILABLE") && answer.retry_after() > 0);
        assert_eq!(answer.value("name"), fields[0].1);
        assert_eq!(answer.value("id_number"), fields[1].1);
    }
    let own = house.right(Step::RealName, Story::Adult);
    assert!(browser.submit(&page, &own).await.leads_to("/claim/face-consent"), "none was spent");
}

async fn a_registry_that_fails_later_lets_the_citizen_go_on_later(t: TestDb) {
    let house = House::build(t).await;
    let out = ecard::router(house.replacing(|parts| parts.registry = Arc::new(Down)));
    let mut browser = house.at(Step::Activation).await;
    browser.router = out.clone();
    let answer = browser.get("/claim/activation").await;
    assert_eq!((answer.status, answer.step()), (503, "error"), "{}", answer.main());
    assert!(answer.tells("REGISTRY_UNAVAILABLE") && answer.retry_after() > 0);
    browser.router = house.router.clone();
    assert_eq!(browser.get("/claim/activation").await.status, 200);
    house.take(&mut browser, Step::Activation, Story::Adult).await;

    let page = browser.get("/claim/pin").await;
    browser.router = out;
    let fields = house.right(Step::Pin, Story::Adult);
    let answer = browser.submit(&page, &fields).await;
    assert_eq!(answer.status, 503, "checked again at issuing");
    assert_eq!(house.count("cards").await, 0);
    browser.router = house.router.clone();
    assert!(browser.submit(&page, &fields).await.leads_to("/card"));
}

async fn a_face_match_that_is_down_spends_no_try(t: TestDb) {
    let house = House::build(t).await;
    let out = ecard::router(house.replacing(|parts| parts.face = Arc::new(Down)));
    let (mut browser, page) = house.page_at(Step::Face).await;
    browser.router = out;
    for _ in 0..7 {
        let answer = browser.submit(&page, &[("sample", "same".into())]).await;
        assert_eq!((answer.status, answer.step()), (503, "face"), "{}", answer.main());
        assert!(answer.tells("FACE_UNAVAILABLE") && answer.retry_after() > 0);
    }
    browser.router = house.router.clone();
    let gone = house.take(&mut browser, Step::Face, Story::Adult).await;
    assert!(gone.leads_to("/claim/activation"), "{}", gone.main());
}

async fn a_message_waits_for_its_gateway_and_goes_out_once(t: TestDb) {
    let house = House::build(t).await;
    let mut browser = house.at_as(Step::Activation, Story::SmsDown).await;
    for _ in 0..2 {
        let answer = browser.get("/claim/activation").await;
        assert_eq!((answer.status, answer.step()), (503, "activation"), "{}", answer.main());
        assert!(answer.tells("SMS_UNAVAILABLE") && answer.retry_after() > 0);
    }
    assert_eq!(house.count("outbox WHERE state = 'queued'").await, 1, "asking again queues none");
    let gateway = Arc::new(Gateway::default());
    let back = house.replacing(|parts| parts.sms = Arc::clone(&gateway) as Arc<dyn SmsGateway>);
    house.pass(Duration::from_secs(120));
    for _ in 0..3 {
        delivery::deliver_due(&back, 100).await.unwrap();
        house.pass(Duration::from_secs(10));
    }
    let taken = gateway.0.lock().unwrap().clone();
    assert_eq!(taken.len(), 1, "sent once: {taken:?}");
    let code: String = taken[0].1.split("校验码为").nth(1).unwrap().chars().take(6).collect();
    let page = browser.get("/claim/activation").await;
    assert_eq!((page.status, page.step()), (200, "activation"));
    let gone = browser.submit(&page, &[("activation_code", code)]).await;
    assert!(gone.leads_to("/claim/pin"), "{}", gone.main());
}

async fn an_expired_code_is_never_sent(t: TestDb) {
    let house = House::build(t).await;
    let mut browser = house.at_as(Step::Activation, Story::SmsDown).await;
    browser.get("/claim/activation").await;
    let gateway = Arc::new(Gateway::default());
    let back = house.replacing(|parts| parts.sms = Arc::clone(&gateway) as Arc<dyn SmsGateway>);
    house.pass(minutes(6));
    delivery::deliver_due(&back, 100).await.unwrap();
    assert!(gateway.0.lock().unwrap().is_empty());
    assert_eq!(house.count("outbox WHERE state IN ('queued', 'sending')").await, 0);
    browser.router = ecard::router(back);
    let page = browser.get("/claim/activation").await;
    let again = browser.submit(&page, &[("resend", "1".into())]).await;
    assert!(again.leads_to("/claim/activation"), "{} {}", again.status, again.main());
    assert_eq!(gateway.0.lock().unwrap().len(), 1);
    assert_eq!(browser.get("/claim/activation").await.status, 200);
}
