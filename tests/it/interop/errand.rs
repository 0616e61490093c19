//! One partner's whole way: registered, run, told what it found.

use super::callback::Callback;
use super::citizen;
use super::program::Program;
use super::report::Report;
use crate::browser::phone::{ENGLISH, with_phone};
use crate::common::runtimes::Runtime;
use ecard::app::App;
use ecard::domain::client::Client;
use ecard::domain::demo_story::Story;
use ecard::storage::DbError;
use ecard::storage::clients::{self, ClientRow};
use ecard::storage::vault::Purpose;
use serde_json::json;

/// Everything a citizen can allow.
pub(super) const SCOPE: &str = "openid profile phone identity ecard offline_access";

/// What is run, and as whom.
pub(super) struct Errand {
    pub(super) runtime: Runtime,
    /// The program, by its name in its folder.
    pub(super) program: &'static str,
    /// Its registration; keys and redirect URI are its own affair.
    pub(super) client: Client,
    pub(super) secret: Option<&'static str>,
}

impl Errand {
    /// Runs the program with a citizen who holds a card, and checks what it found.
    pub(super) async fn run(self, check: impl FnOnce(&Report)) {
        with_phone(ENGLISH, async |phone| {
            let person = phone.site.person(Story::Adult);
            citizen::hold_a_card(&phone.site, &person).await;
            let mut callback = Callback::open().await;
            let mut program = Program::start(self.runtime, self.program);
            let mut client = self.client;
            let jwks = program.next().await["jwks"].take();
            client.jwks = Some(jwks).filter(|jwks| jwks["keys"] != json!([]));
            client.redirect_uris = vec![callback.uri.clone()];
            register(&phone.site.app, &client, self.secret).await;
            program.answer(&json!({
                "issuer": phone.site.url, "client_id": client.client_id,
                "client_secret": self.secret, "redirect_uri": callback.uri, "scope": SCOPE,
            }));
            let mut report = Report::new(&phone.site.url, &client.client_id);
            let name = client.name(true);
            loop {
                let said = program.next().await;
                if let Some(url) = said["authorize"].as_str() {
                    let back = citizen::allow(phone, &person, url, name, &mut callback).await;
                    program.answer(&json!({ "callback": back }));
                } else if let Some(url) = said["verify"].as_str() {
                    citizen::allow_terminal(phone, &person, url, name).await;
                    program.answer(&json!({}));
                } else if said["step"] == "done" {
                    break;
                } else {
                    report.add(said);
                }
            }
            report.is_of(&person);
            check(&report);
        })
        .await;
    }
}

/// Registers a client, with its secret if it has one.
pub(super) async fn register(app: &App, client: &Client, secret: Option<&str>) {
    let now = app.clock.now();
    let row = ClientRow {
        id: client.client_id.clone(),
        body: serde_json::to_string(client).unwrap(),
        state: "active".to_owned(),
        created_at: now,
    };
    let digest = secret.map(|secret| app.vault.index(Purpose::ClientSecret, secret));
    let work = app.db.write::<_, DbError, _>(move |tx| {
        let (row, digest) = (row.clone(), digest.clone());
        Box::pin(async move {
            assert!(clients::insert(tx, &row).await?, "the identifier is free");
            if let Some(digest) = digest {
                clients::add_secret(tx, &row.id, &digest, None, now).await?;
            }
            Ok(())
        })
    });
    work.await.unwrap();
}
