//! The demo, served on a port of its own out of a temporary folder.

use super::plug::Plugged;
use crate::common::house::rsa_key;
use ecard::app::App;
use ecard::assembly::{Surroundings, assemble};
use ecard::config::{Config, Hashing};
use ecard::domain::demo_story::Story;
use ecard::domain::mobile_number::MobileNumber;
use ecard::partner::{Partner, Settings};
use ecard::ports::clock::{Clock as _, SystemClock};
use ecard::ports::entropy::SystemEntropy;
use ecard::simulator::demo_people::{DemoPerson, demo_people};
use ecard::simulator::portrait;
use ecard::{demo_data, jobs, router};
use std::future::IntoFuture as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How long anything may take before a test gives up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// How often it is looked whether something has happened.
pub(crate) const GLANCE: Duration = Duration::from_millis(25);

/// A running service.
pub(crate) struct Site {
    /// `http://127.0.0.1:port`.
    pub(crate) url: String,
    /// The partner app, `http://localhost:port`.
    pub(crate) partner: String,
    /// What its handlers use.
    pub(crate) app: App,
    folder: TempDir,
    plug: Arc<AtomicBool>,
    stop: watch::Sender<bool>,
    running: JoinSet<()>,
}

impl Site {
    /// Starts one.
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let listen = listener.local_addr().unwrap();
        let partner = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let config = Config {
            listen,
            partner_listen: Some(partner.local_addr().unwrap()),
            database: format!("sqlite://{}", folder.path().join("ecard.db").display()),
            keys: folder.path().join("keys"),
            hashing: Hashing { memory_kib: 64, passes: 1, at_once: 0 },
            ..Config::default()
        };
        let entropy = Arc::new(SystemEntropy::new().unwrap());
        let around = Surroundings { clock: Arc::new(SystemClock), entropy };
        let app = assemble(config, around).await.unwrap();
        app.keys.import(rsa_key().as_bytes(), app.clock.now()).unwrap();
        demo_data::seed(&app, app.clock.now()).await.unwrap();
        let (stop, stopped) = watch::channel(false);
        let mut running = jobs::start(&app, &stopped);
        let plug = Arc::new(AtomicBool::new(false));
        let listener = Plugged::new(listener, &plug);
        let serve = axum::serve(listener, router(app.clone())).into_future();
        running.spawn(async move { serve.await.unwrap() });
        let url = app.config.partner_url();
        let secret = demo_data::secret(&app, demo_data::PARTNER).unwrap();
        let settings = Settings::new(&app.issuer, &url, demo_data::PARTNER, secret.expose());
        let clock = Box::new(|| SystemClock.now().epoch_seconds());
        let site = ecard::partner::router(Partner::new(settings.unwrap(), clock).unwrap());
        let serve = axum::serve(partner, site).into_future();
        running.spawn(async move { serve.await.unwrap() });
        Self { url: format!("http://{listen}"), partner: url, app, folder, plug, stop, running }
    }

    /// Pulls the network cable, or puts it back: nobody is answered any more, on old connections
    /// or new ones.
    pub(crate) fn unplug(&self, is_out: bool) {
        self.plug.store(is_out, Ordering::SeqCst);
    }

    /// The demo's person of a story.
    pub(crate) fn person(&self, story: Story) -> DemoPerson {
        let today = self.app.clock.now().shanghai_date();
        demo_people(today).unwrap().into_iter().find(|p| p.story == story).unwrap()
    }

    /// A new photo of a person, in a file.
    pub(crate) fn photo(&self, person: &DemoPerson) -> PathBuf {
        let png = portrait::draw_portrait(person.portrait_seed).unwrap();
        let photo = portrait::same(&image::load_from_memory(&png).unwrap()).unwrap();
        let path = self.folder.path().join("photo.jpg");
        std::fs::write(&path, photo).unwrap();
        path
    }

    /// The six digits of the newest message to a number, once it has come.
    pub(crate) async fn code(&self, number: &MobileNumber) -> String {
        let phone = &self.app.demo.as_ref().unwrap().phone;
        let newest = async {
            loop {
                if let Some(message) = phone.messages(number).into_iter().next() {
                    break message.text;
                }
                tokio::time::sleep(GLANCE).await;
            }
        };
        let text = tokio::time::timeout(PATIENCE, newest).await.expect("a message came");
        let digits = text.split(|c: char| !c.is_ascii_digit());
        digits.into_iter().find(|run| run.len() == 6).expect("six digits").to_owned()
    }

    /// Stops serving.
    pub(crate) async fn stop(mut self) {
        self.stop.send_replace(true);
        self.running.shutdown().await;
        self.app.db.close().await;
    }
}
