//! What the registry says of a person: no usable card, unknown, deceased, refused by the citizen.

use crate::common::db::TestDb;
use crate::common::house::House;
use crate::common::house::answer::Answer;
use crate::common::house::walk::Step;
use crate::common::suite::Suite;
use async_trait::async_trait;
use ecard::domain::citizen::{CitizenFacts, PhysicalCardState, VitalState};
use ecard::domain::demo_story::Story;
use ecard::domain::id_number::IdNumber;
use ecard::domain::person_name::PersonName;
use ecard::ports::ProviderDown;
use ecard::ports::registry::{NameCheck, Registry};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

pub(crate) fn register(suite: &mut Suite) {
    both!(suite; unknown_wrong_and_deceased_are_told_alike);
    both!(suite; every_reason_for_no_card_is_named_after_the_face);
    both!(suite; a_card_blocked_on_the_way_is_not_issued_on);
    both!(suite; refusing_leaves_no_trace_of_a_person);
}

/// Another registry's answer, changed on the way; counts what is asked.
struct Changed {
    inner: Arc<dyn Registry>,
    asked: AtomicUsize,
    change: Mutex<fn(&mut CitizenFacts)>,
}

#[async_trait]
impl Registry for Changed {
    async fn check_name(
        &self,
        id: &IdNumber,
        name: &PersonName,
    ) -> Result<NameCheck, ProviderDown> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.inner.check_name(id, name).await
    }

    async fn facts(&self, id: &IdNumber) -> Result<Option<CitizenFacts>, ProviderDown> {
        let change = *self.change.lock().unwrap();
        let mut facts = self.inner.facts(id).await?;
        facts.iter_mut().for_each(change);
        Ok(facts)
    }
}

fn changed(house: &House, change: fn(&mut CitizenFacts)) -> Arc<Changed> {
    let inner = Arc::clone(&house.app.registry);
    Arc::new(Changed { inner, asked: AtomicUsize::new(0), change: Mutex::new(change) })
}

/// The page without what differs between any two visits: tokens, references, what was typed.
fn bare(answer: &Answer, csrf: &str, typed: [&str; 2]) -> String {
    let text = answer.body.replace(csrf, "").replace(typed[0], "").replace(typed[1], "");
    let is_reference = |word: &str| {
        word.len() == 10 && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    };
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !is_reference(word)).collect()
}

async fn unknown_wrong_and_deceased_are_told_alike(t: TestDb) {
    let house = House::roomy(t).await;
    let registry = changed(&house, |_| {});
    let app = house.replacing(|parts| parts.registry = Arc::clone(&registry) as Arc<dyn Registry>);
    let [dead, adult] = [Story::Deceased, Story::Adult].map(|story| house.person(story));
    let tries = [
        ("蒋德福", dead.id_number.as_str()),
        ("李明", "110101199201010036"),
        ("王五", adult.id_number.as_str()),
    ];
    let mut told = Vec::new();
    for (name, number) in tries {
        let (mut browser, page) = house.page_as(Step::RealName, Story::DottedName).await;
        browser.router = ecard::router(app.clone());
        let before = registry.asked.load(Ordering::SeqCst);
        let fields = [("name", name.to_owned()), ("id_number", number.to_owned())];
        let answer = browser.submit(&page, &fields).await;
        assert_eq!((answer.status, answer.step()), (422, "real-name"), "{name}");
        assert!(answer.tells("REAL_NAME_MISMATCH") && answer.value("id_number") == number);
        assert_eq!(registry.asked.load(Ordering::SeqCst) - before, 1, "{name}");
        told.push(bare(&answer, &page.hidden_field("csrf"), [name, number]));
    }
    assert!(told.iter().all(|one| *one == told[0]));
}

fn card_state(facts: &mut CitizenFacts, state: PhysicalCardState) {
    facts.physical_card.as_mut().unwrap().state = state;
}

type Case = (Story, fn(&mut CitizenFacts), &'static str);

const CASES: [Case; 9] = [
    (Story::NoPhysicalCard, |_| {}, "no physical social security card of yours"),
    (Story::CardSealed, |_| {}, "not been activated yet"),
    (Story::CardLostByPhone, |_| {}, "reported lost by phone"),
    (Story::Adult, |f| card_state(f, PhysicalCardState::Applied), "is being made"),
    (Story::Adult, |f| card_state(f, PhysicalCardState::Lost), "lost in writing"),
    (Story::Adult, |f| card_state(f, PhysicalCardState::MinorExpired), "minor card has stopped"),
    (Story::Adult, |f| card_state(f, PhysicalCardState::Cancelled), "been cancelled"),
    (
        Story::Adult,
        |f| f.physical_card.as_mut().unwrap().region = "440100".into(),
        "another region",
    ),
    (Story::Adult, |f| f.vital = VitalState::Emigrated, "neither a local household"),
];

async fn every_reason_for_no_card_is_named_after_the_face(t: TestDb) {
    let house = House::roomy(t).await;
    for (story, change, words) in CASES {
        let registry = changed(&house, change);
        let app = house.replacing(|parts| {
            parts.registry = registry;
            parts.config.regions = vec!["11".to_owned()];
        });
        let mobile = house.person(story).account_mobile;
        let received = house.texts(&mobile).len();
        let mut browser = house.at_as(Step::Activation, story).await;
        browser.router = ecard::router(app);
        browser.headers.push(("accept-language", "en".to_owned()));
        for _ in 0..2 {
            let answer = browser.visit("/claim").await;
            assert_eq!((answer.status, answer.step()), (200, "no-usable-card"), "{words}");
            assert!(answer.tells("NO_USABLE_CARD") && answer.body.contains(words), "{words}");
        }
        assert_eq!(house.texts(&mobile).len(), received, "no code is sent");
        if story == Story::Adult {
            browser.router = house.router.clone();
            let page = browser.visit("/claim").await;
            assert_eq!(page.step(), "activation", "mended meanwhile, the claim goes on");
        }
    }
    assert_eq!(house.count("cards").await, 0);
}

async fn a_card_blocked_on_the_way_is_not_issued_on(t: TestDb) {
    let house = House::build(t).await;
    let (mut browser, page) = house.page_at(Step::Pin).await;
    let lost = changed(&house, |facts| card_state(facts, PhysicalCardState::TemporarilyLost));
    browser.router = ecard::router(house.replacing(|parts| parts.registry = lost));
    let answer = browser.submit(&page, &house.right(Step::Pin, Story::Adult)).await;
    assert_eq!((answer.status, answer.step()), (200, "no-usable-card"));
    assert_eq!(house.count("cards").await, 0);
}

async fn refusing_leaves_no_trace_of_a_person(t: TestDb) {
    let house = House::build(t).await;
    let accounts = house.count("accounts").await;
    let (mut browser, page) = house.page_at(Step::Consent).await;
    let gone = browser.submit(&page, &[("decision", "refuse".into())]).await;
    assert!(gone.leads_to("/claim/refused"), "{}", gone.location());
    let shown = browser.get("/claim/refused").await;
    assert_eq!((shown.status, shown.step()), (200, "refused"));
    assert!(shown.body.contains("您已取消授权，未处理任何信息。"), "{}", shown.main());
    for step in Step::ALL {
        assert!(browser.get(step.path()).await.leads_to("/claim/refused"), "{step:?}");
    }
    for table in ["citizens", "consents", "cards", "audit", "outbox", "verified_names"] {
        assert_eq!(house.count(table).await, 0, "{table}");
    }
    assert_eq!(house.count("accounts").await, accounts);
    assert_eq!(browser.visit("/claim").await.step(), "consent", "and may begin again");
}
