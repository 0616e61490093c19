//! Nothing personal in the log or in a copy of the database.

use crate::common::db::TestDb;
use crate::common::house::House;
use crate::common::house::browser::Browser;
use crate::common::house::walk::{PIN, Step};
use crate::common::suite::Suite;
use ecard::domain::demo_story::Story;
use ecard::simulator::demo_people::PASSWORD;
use std::io;
use std::sync::{Mutex, Once, PoisonError};

pub(crate) fn register(suite: &mut Suite) {
    both!(suite; a_whole_claim_leaves_nothing_personal_in_the_log);
    both!(suite; a_copy_of_the_database_shows_nobody);
}

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Log;

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Keeps whatever any part of the service says from here on, at the finest level.
fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_writer(|| Log)
            .with_ansi(false)
            .finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
    });
}

/// What must not be found anywhere.
struct Secrets(Vec<String>);

impl Secrets {
    fn of_everybody(house: &House) -> Self {
        let mut these = vec![PASSWORD.to_owned(), "my own password".to_owned(), PIN.to_owned()];
        for story in Story::ALL {
            let person = house.person(story);
            these.push(person.id_number.as_str().to_owned());
            these.push(person.name.as_typed().to_owned());
            these.push(person.account_mobile.as_str().to_owned());
            these.extend(person.registry_mobile.map(|mobile| mobile.as_str().to_owned()));
        }
        Self(these)
    }

    fn add(&mut self, secret: &str) {
        assert!(secret.len() >= 6, "{secret:?} would be found by chance");
        self.0.push(secret.to_owned());
    }

    fn assert_absent(&self, from: &[u8], what: &str) {
        for secret in &self.0 {
            let found = from.windows(secret.len()).position(|part| part == secret.as_bytes());
            if let Some(at) = found {
                let near = &from[at.saturating_sub(200)..(at + 100).min(from.len())];
                panic!("{what} shows {secret}: {}", String::from_utf8_lossy(near));
            }
        }
    }
}

/// Wrong at every step, then right; a card, its token; a registration; outages.
async fn live(house: &House, secrets: &mut Secrets) {
    let mut browser = house.browser();
    browser.visit("/claim").await;
    let mut seen: Vec<String> = Vec::new();
    for step in Step::ALL {
        let page = browser.get(step.path()).await;
        let right = house.right(step, Story::RareCharacter);
        let wrong: Vec<_> = right
            .iter()
            .map(|(name, value)| {
                (*name, if *name == "name" { "李明".into() } else { format!("{value}0") })
            })
            .collect();
        assert_ne!(browser.submit(&page, &wrong).await.status, 303, "{step:?}");
        assert_eq!(browser.post(step.path(), &right).await.status, 403);
        let page = browser.get(step.path()).await;
        assert!(browser.submit(&page, &right).await.leads_to(step.next()), "{step:?}");
        seen.extend(browser.cookies.values().cloned());
        seen.push(page.hidden_field("csrf"));
        if step == Step::Activation {
            let mobile = house.person(Story::RareCharacter).registry_mobile.unwrap();
            seen.push(house.code(&mobile));
        }
    }
    seen.push(browser.get("/card/token").await.body);
    outages(house).await;
    seen.extend(register_anew(house).await);
    house.deliver().await;
    seen.iter().for_each(|secret| secrets.add(secret));
}

async fn outages(house: &House) {
    let (mut browser, page) = house.page_as(Step::RealName, Story::RegistryDown).await;
    browser.submit(&page, &house.right(Step::RealName, Story::RegistryDown)).await;
    let mut silent = house.at_as(Step::Activation, Story::SmsDown).await;
    assert_eq!(silent.get("/claim/activation").await.status, 503);
    let mut lost = house.at_as(Step::Activation, Story::CardLostByPhone).await;
    lost.get("/claim/activation").await;
    let (mut face, page) = house.page_as(Step::Face, Story::FaceNeverMatches).await;
    face.upload(&page, b"not a picture".to_vec()).await;
    face.get("/claim/face?id_number=110105198506150030&name=%E6%9D%8E%E6%98%8E").await;
    face.get("/nowhere/13800000002").await;
}

async fn register_anew(house: &House) -> Vec<String> {
    let mut browser: Browser = house.at(Step::Login).await;
    let page = browser.get("/claim/register").await;
    let number = "13712345678";
    let fields = [("account", number.to_owned()), ("password", "my own password".to_owned())];
    browser.submit(&page, &fields).await;
    vec![number.to_owned()]
}

async fn a_whole_claim_leaves_nothing_personal_in_the_log(t: TestDb) {
    listen();
    let house = House::build(t).await;
    let mut secrets = Secrets::of_everybody(&house);
    live(&house, &mut secrets).await;
    let log = LOG.lock().unwrap().clone();
    let text = String::from_utf8_lossy(&log);
    for said in ["/claim/pin", "provider unavailable", "message not delivered", "reference="] {
        assert!(text.contains(said), "the log was heard: {said}");
    }
    secrets.assert_absent(&log, "the log");
}

async fn a_copy_of_the_database_shows_nobody(t: TestDb) {
    let house = House::build(t).await;
    let mut secrets = Secrets::of_everybody(&house);
    live(&house, &mut secrets).await;
    let Some(files) = house.t.files() else {
        return tables_show_nobody(&house, &secrets).await;
    };
    assert!(files.len() >= 2, "the journal as well: {files:?}");
    for file in files {
        secrets.assert_absent(&std::fs::read(&file).unwrap(), &file.display().to_string());
    }
}

/// Every row of every table, as text.
async fn tables_show_nobody(house: &House, secrets: &Secrets) {
    let list = "SELECT string_agg(table_name, ' ') FROM information_schema.tables \
                WHERE table_schema = 'public'";
    let tables = house.t.text(list).await.unwrap();
    assert!(tables.split(' ').count() > 15, "{tables}");
    for table in tables.split(' ') {
        let rows = format!("SELECT coalesce(string_agg(r::text, ' '), '') FROM \"{table}\" r");
        secrets.assert_absent(house.t.text(&rows).await.unwrap().as_bytes(), table);
    }
}
