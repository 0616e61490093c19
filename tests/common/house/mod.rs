//! A whole service in the test's own process: its router, its clock, its database.

pub(crate) mod answer;
pub(crate) mod browser;
pub(crate) mod walk;

use super::db::TestDb;
use axum::Router;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use browser::Browser;
use ecard::app::access_tokens::AccessTokens;
use ecard::app::budget::ProofBudget;
use ecard::app::directory::Directory;
use ecard::app::key_sets::KeySets;
use ecard::app::metrics::Metrics;
use ecard::app::owners::Owners;
use ecard::app::pace::Pace;
use ecard::app::refused::Refused;
use ecard::app::revocations::Revocations;
use ecard::app::tally::Tally;
use ecard::app::{App, Demo, Parts, delivery};
use ecard::assembly::{Surroundings, assemble};
use ecard::config::Config;
use ecard::demo_data;
use ecard::domain::demo_story::Story;
use ecard::domain::mobile_number::MobileNumber;
use ecard::domain::time::Timestamp;
use ecard::ports::clock::{Clock as _, FixedClock};
use ecard::ports::entropy::SeededEntropy;
use ecard::simulator::demo_people::{DemoPerson, demo_people};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::Notify;

/// 2026-11-23 10:00 in Shanghai.
pub(crate) const NOW: Timestamp = Timestamp::from_epoch_seconds(1_795_399_200);

/// The service under test.
pub(crate) struct House {
    pub(crate) app: App,
    pub(crate) router: Router,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) t: TestDb,
}

impl House {
    /// The demo as it starts, with cheap hashing.
    pub(crate) async fn build(t: TestDb) -> Self {
        Self::with(t, |_| {}).await
    }

    /// The demo with limits that many walks of one person do not reach.
    pub(crate) async fn roomy(t: TestDb) -> Self {
        Self::with(t, |config| {
            let limits = &mut config.limits;
            limits.sms_resend_s = 0;
            limits.sms_per_hour = 1000;
            limits.sms_per_day = 1000;
            limits.sms_all_per_day = 1000;
            limits.real_name_per_account_day = 1000;
            limits.real_name_per_id_day = 1000;
            limits.face_per_id_day = 1000;
        })
        .await
    }

    /// The demo under another configuration.
    pub(crate) async fn with(t: TestDb, change: impl FnOnce(&mut Config)) -> Self {
        let clock = Arc::new(FixedClock::at(NOW));
        let mut config = Config {
            database: t.url.clone(),
            keys: t.folder.path().join("keys"),
            ..Config::default()
        };
        config.hashing.memory_kib = 8;
        config.hashing.passes = 1;
        // Nothing runs beside the requests here, so that nobody follows the log: tests do.
        config.limits.status_unknown_after_s = 3600;
        change(&mut config);
        let app = start(config, &clock).await;
        app.keys.import(rsa_key().as_bytes(), NOW).unwrap();
        demo_data::seed(&app, NOW).await.unwrap();
        Self { router: ecard::router(app.clone()), app, clock, t }
    }

    /// The router of another instance on the same database and keys.
    pub(crate) async fn another_instance(&self) -> Router {
        ecard::router(self.another_app().await)
    }

    /// Another instance on the same database and keys.
    pub(crate) async fn another_app(&self) -> App {
        start(self.app.config.clone(), &self.clock).await
    }

    /// The same service with some of its parts replaced.
    pub(crate) fn replacing(&self, change: impl FnOnce(&mut Parts)) -> App {
        let app = &self.app;
        let demo = app.demo.as_ref();
        let mut parts = Parts {
            config: app.config.clone(),
            issuer: app.issuer.clone(),
            db: app.db.clone(),
            vault: Arc::clone(&app.vault),
            keys: Arc::clone(&app.keys),
            clock: Arc::clone(&app.clock),
            entropy: Arc::clone(&app.entropy),
            hasher: app.hasher.clone(),
            registry: Arc::clone(&app.registry),
            face: Arc::clone(&app.face),
            sms: Arc::clone(&app.sms),
            status: app.status.clone(),
            directory: Directory::default(),
            key_sets: KeySets::default(),
            outbound: Arc::clone(&app.outbound),
            proofs: ProofBudget::default(),
            revocations: Revocations::default(),
            client_ca: app.client_ca.clone(),
            own_keys: ecard::app::own_keys::OwnKeys::default(),
            access_tokens: AccessTokens::default(),
            tally: Tally::default(),
            metrics: Metrics::default(),
            refused: Refused::default(),
            pace: Pace::default(),
            owners: Owners::default(),
            outbox_wakes: Notify::new(),
            demo: demo.map(|d| Demo { phone: Arc::clone(&d.phone), face: Arc::clone(&d.face) }),
        };
        change(&mut parts);
        App::new(parts)
    }

    /// A browser that was never here.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    /// The demo person of a story.
    pub(crate) fn person(&self, story: Story) -> DemoPerson {
        let people = demo_people(NOW.shanghai_date()).unwrap();
        people.into_iter().find(|person| person.story == story).unwrap()
    }

    /// Moves the clock.
    pub(crate) fn pass(&self, time: Duration) {
        self.clock.advance(time);
    }

    /// What the clock shows.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Delivers what waits in the outbox, as the job beside the requests does.
    pub(crate) async fn deliver(&self) {
        delivery::deliver_due(&self.app, 100).await.unwrap();
    }

    /// The texts a phone received, newest first.
    pub(crate) fn texts(&self, number: &MobileNumber) -> Vec<String> {
        let phone = &self.app.demo.as_ref().unwrap().phone;
        phone.messages(number).into_iter().map(|m| m.text).collect()
    }

    /// The newest code a phone received.
    pub(crate) fn code(&self, number: &MobileNumber) -> String {
        let texts = self.texts(number);
        let coded = texts.iter().find(|text| text.contains("校验码为")).expect("a code was sent");
        coded.split("校验码为").nth(1).unwrap().chars().take(6).collect()
    }

    /// How many rows a condition holds for: `count("cards WHERE state = 'active'")`.
    pub(crate) async fn count(&self, of: &str) -> i64 {
        let sql = format!("SELECT CAST(count(*) AS TEXT) FROM {of}");
        self.t.text(&sql).await.unwrap().parse().unwrap()
    }
}

async fn start(config: Config, clock: &Arc<FixedClock>) -> App {
    static SEED: AtomicU64 = AtomicU64::new(1);
    let entropy = Arc::new(SeededEntropy::new(SEED.fetch_add(1, Ordering::Relaxed)));
    let around = Surroundings { clock: Arc::clone(clock) as _, entropy };
    assemble(config, around).await.unwrap()
}

/// One RSA key for all houses: each would otherwise wait a tenth of a second for its own.
pub(crate) fn rsa_key() -> &'static str {
    static PEM: OnceLock<String> = OnceLock::new();
    PEM.get_or_init(|| {
        let body = STANDARD.encode(&*ecard::crypto::generate_rsa().unwrap());
        format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n")
    })
}

/// So many minutes.
pub(crate) fn minutes(count: u64) -> Duration {
    Duration::from_secs(60 * count)
}
