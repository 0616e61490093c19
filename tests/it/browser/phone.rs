//! A phone in somebody's hand: a fresh browser on a service of its own, every page looked over.

use super::driver;
use super::site::{GLANCE, PATIENCE, Site};
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use futures_util::FutureExt as _;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;
use url::{ParseError, Url};

/// A test that takes longer has stopped.
const LONGEST_TEST: Duration = Duration::from_secs(120);

/// Names a folder that a picture of every page goes to, called after its step.
const SCREENSHOTS: &str = "ECARD_TEST_SCREENSHOTS";

const LOOK_OVER: &str = include_str!("look_over.js");

/// What kind of phone.
#[derive(Clone, Copy)]
pub(crate) struct Make {
    /// The language the browser asks for.
    pub(crate) lang: &'static str,
    /// Whether pages may run scripts.
    pub(crate) scripts: bool,
    /// CSS pixels across.
    pub(crate) width: u32,
}

/// A common phone that asks for Chinese.
pub(crate) const CHINESE: Make = Make { lang: "zh-CN", scripts: true, width: 390 };

/// The same phone that asks for English.
pub(crate) const ENGLISH: Make = Make { lang: "en", ..CHINESE };

/// The browser, and the service it talks to.
pub(crate) struct Phone {
    pub(crate) client: Client,
    pub(crate) site: Site,
    make: Make,
    _profile: TempDir,
}

/// A command of this make of browser alone.
#[derive(Debug)]
struct Vendor(&'static str, Value);

impl WebDriverCompatibleCommand for Vendor {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.0))
    }

    fn method_and_body(&self, _: &Url) -> (axum::http::Method, Option<String>) {
        (axum::http::Method::POST, Some(self.1.to_string()))
    }
}

/// Runs a test with a phone, which is put away whatever happens.
pub(crate) async fn with_phone(make: Make, test: impl AsyncFnOnce(&Phone)) {
    let phone = Phone::start(make).await;
    let bounded = async {
        tokio::time::timeout(LONGEST_TEST, test(&phone)).await.expect("the test ends in time");
    };
    let outcome = AssertUnwindSafe(bounded).catch_unwind().await;
    let Phone { client, site, .. } = phone;
    client.close().await.unwrap();
    site.stop().await;
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

impl Phone {
    async fn start(make: Make) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let folder = profile.path().display();
        let mut arguments = vec![
            "--headless=new".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--use-fake-device-for-media-stream".to_owned(),
            "--use-fake-ui-for-media-stream".to_owned(),
            format!("--user-data-dir={folder}"),
            format!("--lang={}", make.lang),
            format!("--accept-lang={}", make.lang),
        ];
        if !make.scripts {
            arguments.push("--blink-settings=scriptEnabled=false".to_owned());
        }
        // The driver's touches need scripts; without them it is a mouse that presses.
        let (width, touch) = (make.width, make.scripts);
        let metrics = json!({
            "width": width, "height": 844, "pixelRatio": 2, "touch": touch, "mobile": touch,
        });
        let capabilities = json!({
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": {
                "args": arguments,
                "mobileEmulation": { "deviceMetrics": metrics },
            },
        });
        let site = Site::start().await;
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities.as_object().unwrap().clone())
            .connect(&driver::url())
            .await
            .unwrap();
        Self { client, site, make, _profile: profile }
    }

    /// Opens a page, and looks it over.
    pub(crate) async fn open(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.site.url)).await.unwrap();
        self.look_over().await;
    }

    /// Opens a page of the partner app, and looks it over.
    pub(super) async fn open_partner(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.site.partner)).await.unwrap();
        self.look_over().await;
    }

    /// The step the page shows.
    pub(crate) async fn step(&self) -> String {
        let main = self.client.find(Locator::Css("main")).await.unwrap();
        main.attr("data-step").await.unwrap().unwrap()
    }

    /// The page must be at a step.
    pub(crate) async fn expect(&self, step: &str) {
        let text = self.text("main").await;
        assert_eq!(self.step().await, step, "{text}");
    }

    /// What an element says.
    pub(crate) async fn text(&self, css: &str) -> String {
        let found = self.client.find(Locator::Css(css)).await;
        found.unwrap_or_else(|e| panic!("{css}: {e}")).text().await.unwrap()
    }

    /// Whether there is such an element.
    pub(crate) async fn has(&self, css: &str) -> bool {
        !self.client.find_all(Locator::Css(css)).await.unwrap().is_empty()
    }

    /// Types over what a field holds.
    pub(crate) async fn fill(&self, css: &str, text: &str) {
        let field = self.client.find(Locator::Css(css)).await.unwrap();
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Chooses a file.
    pub(crate) async fn attach(&self, css: &str, file: &Path) {
        let field = self.client.find(Locator::Css(css)).await.unwrap();
        field.send_keys(file.to_str().unwrap()).await.unwrap();
    }

    /// Presses what leaves the page as it is.
    pub(crate) async fn tap(&self, css: &str) {
        let found = self.client.find(Locator::Css(css)).await;
        found.unwrap_or_else(|e| panic!("{css}: {e}")).click().await.unwrap();
    }

    /// Presses what leads to another page, waits for it, and looks it over.
    pub(crate) async fn press(&self, css: &str) {
        self.leave(async || self.tap(css).await).await;
    }

    /// Does what leads to another page, waits for it, and looks it over.
    pub(crate) async fn leave(&self, act: impl AsyncFnOnce()) {
        let old = self.client.find(Locator::Css("main")).await.unwrap();
        act().await;
        let gone = async {
            while old.attr("data-step").await.is_ok() {
                tokio::time::sleep(GLANCE).await;
            }
        };
        tokio::time::timeout(PATIENCE, gone).await.expect("another page opens");
        self.client.wait().at_most(PATIENCE).for_element(Locator::Css("footer")).await.unwrap();
        self.look_over().await;
    }

    /// Waits until an element is there.
    pub(crate) async fn wait_for(&self, css: &str) {
        let wait = self.client.wait().at_most(PATIENCE);
        wait.for_element(Locator::Css(css)).await.unwrap_or_else(|e| panic!("{css}: {e}"));
    }

    /// Runs a script of the test's own.
    pub(crate) async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// Turns the dark colours on.
    pub(crate) async fn darken(&self) {
        let dark = json!({ "name": "prefers-color-scheme", "value": "dark" });
        let params = json!({ "features": [dark] });
        let command = json!({ "cmd": "Emulation.setEmulatedMedia", "params": params });
        self.client.issue_cmd(Vendor("goog/cdp/execute", command)).await.unwrap();
        // Colours that change by and by have arrived.
        self.run(
            "return Promise.all(document.getAnimations().map((a) => a.finished)).then(() => 0);",
        )
        .await;
    }

    /// Everything that must hold for every page, and a console without complaints.
    pub(crate) async fn look_over(&self) {
        let place = self.client.current_url().await.unwrap();
        let log =
            self.client.issue_cmd(Vendor("se/log", json!({ "type": "browser" }))).await.unwrap();
        let complaints: Vec<_> = log
            .as_array()
            .unwrap()
            .iter()
            .filter(|line| line["level"] == "SEVERE" || line["level"] == "WARNING")
            .filter_map(|line| line["message"].as_str())
            // A page that says what to mend has its status: 422 and the like.
            .filter(|line| !line.contains("the server responded with a status of 4"))
            .collect();
        assert!(complaints.is_empty(), "{place}: {complaints:#?}");
        if let Some(folder) = std::env::var_os(SCREENSHOTS) {
            let file = Path::new(&folder).join(format!("{}.png", self.step().await));
            std::fs::write(file, self.client.screenshot().await.unwrap()).unwrap();
        }
        let found = self.run(LOOK_OVER).await;
        assert_eq!(found, json!([]), "{place} at {} px", self.make.width);
    }
}
