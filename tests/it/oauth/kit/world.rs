//! A service with a citizen who holds a card, and what partners do with it.

use super::jwt::Opened;
use super::{Ask, Call, End, Partner, Walk, open};
use crate::common::db::{Kind, TestDb};
use crate::common::house::House;
use crate::common::house::answer::Answer;
use crate::common::house::browser::Browser;
use axum::http::{HeaderName, Method};
use ecard::app::back_channel;
use ecard::config::Config;
use ecard::domain::demo_story::Story;
use ecard::storage::DbError;
use ecard::storage::clients::{self, ClientRow};
use ecard::storage::vault::Purpose;
use serde_json::Value;
use std::sync::Mutex;
use std::time::Duration;

/// The service, a holder's browser, and the newest DPoP nonce.
pub(crate) struct World {
    pub(crate) house: House,
    /// Logged in, with a card.
    pub(crate) holder: Browser,
    nonce: Mutex<Option<String>>,
}

/// What an authorization brought a partner.
pub(crate) struct Granted {
    pub(crate) ask: Ask,
    pub(crate) code: String,
    /// The token answer.
    pub(crate) tokens: Value,
}

impl Granted {
    /// A member of the token answer.
    #[track_caller]
    pub(crate) fn text(&self, name: &str) -> &str {
        let value = self.tokens[name].as_str();
        value.unwrap_or_else(|| panic!("no {name} in {}", self.tokens))
    }

    pub(crate) fn access(&self) -> &str {
        self.text("access_token")
    }

    pub(crate) fn refresh(&self) -> &str {
        self.text("refresh_token")
    }

    pub(crate) fn id_token(&self) -> &str {
        self.text("id_token")
    }
}

impl World {
    /// On a database of its own.
    pub(crate) async fn on(t: TestDb) -> Self {
        Self::with(t, |_| {}).await
    }

    /// On SQLite.
    pub(crate) async fn open() -> Self {
        Self::on(TestDb::create(Kind::Sqlite).await).await
    }

    /// Under another configuration.
    pub(crate) async fn with(t: TestDb, change: impl FnOnce(&mut Config)) -> Self {
        let house = House::with(t, change).await;
        let holder = house.holder(Story::Adult).await;
        Self { house, holder, nonce: Mutex::new(None) }
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.house.app.issuer
    }

    /// Moves the clock.
    pub(crate) fn pass(&self, seconds: u64) {
        self.house.pass(Duration::from_secs(seconds));
    }

    /// Seconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        self.house.now().epoch_seconds()
    }

    /// Registers a partner.
    pub(crate) async fn add(&self, partner: Partner) -> Partner {
        let now = self.house.now();
        let row = ClientRow {
            id: partner.id().to_owned(),
            body: serde_json::to_string(&partner.client).unwrap(),
            state: "active".to_owned(),
            created_at: now,
        };
        let has_secret = partner.client.token_endpoint_auth_method.has_secret();
        let digest = self.house.app.vault.index(Purpose::ClientSecret, &partner.secret);
        let work = self.house.t.db.write::<_, DbError, _>(move |tx| {
            Box::pin(async move {
                assert!(clients::insert(tx, &row).await?, "the name is free");
                if has_secret {
                    clients::add_secret(tx, &row.id, &digest, None, now).await?;
                }
                Ok(())
            })
        });
        work.await.unwrap();
        partner
    }

    /// Opens a request in a browser and walks on from there.
    pub(crate) async fn walk(&self, browser: &mut Browser, path: &str, walk: Walk) -> End {
        let answer = browser.get(path).await;
        walk.on(self, browser, answer).await
    }

    /// A request of a partner in the holder's browser, pushed if the partner must.
    pub(crate) async fn ask(&self, partner: &Partner, ask: &Ask, walk: Walk) -> End {
        self.ask_in(&mut self.holder.clone(), partner, ask, walk).await
    }

    /// The same in another browser.
    pub(crate) async fn ask_in(
        &self,
        browser: &mut Browser,
        partner: &Partner,
        ask: &Ask,
        walk: Walk,
    ) -> End {
        if !partner.client.must_push() {
            return self.walk(browser, &ask.path(), walk).await;
        }
        let uri = self.push(partner, ask).await;
        self.walk(browser, &Ask::pushed(partner.id(), &uri).path(), walk).await
    }

    /// Pushes a request that is taken; its `request_uri`.
    pub(crate) async fn push(&self, partner: &Partner, ask: &Ask) -> String {
        let answer = Call::push(partner, ask).send(self).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.json()["request_uri"].as_str().unwrap().to_owned()
    }

    /// A code for the plain request, and the request.
    pub(crate) async fn code(&self, partner: &Partner) -> (String, Ask) {
        let ask = Ask::of(partner);
        (self.ask(partner, &ask, Walk::ALLOW).await.code(), ask)
    }

    /// Tokens for a request.
    pub(crate) async fn tokens(&self, partner: &Partner, ask: Ask) -> Granted {
        let code = self.ask(partner, &ask, Walk::ALLOW).await.code();
        let answer = Call::code(partner, &code, &ask).send(self).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        Granted { tokens: answer.json(), code, ask }
    }

    /// Tokens for the plain request.
    pub(crate) async fn plain(&self, partner: &Partner) -> Granted {
        self.tokens(partner, Ask::of(partner)).await
    }

    /// Tokens that outlast the citizen's presence.
    pub(crate) async fn lasting(&self, partner: &Partner) -> Granted {
        let ask = Ask::of(partner).set("scope", "openid profile offline_access");
        self.tokens(partner, ask.set("prompt", "consent")).await
    }

    /// What introspection says of a token to its own client.
    pub(crate) async fn is_active(&self, partner: &Partner, token: &str) -> bool {
        let answer = Call::introspect(partner, token).send(self).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["active"].as_bool().unwrap()
    }

    /// The published keys.
    pub(crate) async fn jwks(&self) -> Value {
        self.house.browser().get("/oauth/jwks").await.json()
    }

    /// A token that a published key signed.
    pub(crate) async fn open_token(&self, token: &str) -> Opened {
        open(&self.jwks().await, token)
    }

    /// The OpenID provider's metadata.
    pub(crate) async fn metadata(&self) -> Value {
        self.house.browser().get("/.well-known/openid-configuration").await.json()
    }

    /// Keeps the nonce an answer brings.
    pub(crate) fn note_nonce(&self, answer: &Answer) {
        let nonce = answer.header(HeaderName::from_static("dpop-nonce"));
        if !nonce.is_empty() {
            *self.nonce.lock().unwrap() = Some(nonce.to_owned());
        }
    }

    /// The newest nonce.
    pub(crate) fn nonce(&self) -> Option<String> {
        self.nonce.lock().unwrap().clone()
    }

    /// Goes on without a nonce.
    pub(crate) fn forget_nonce(&self) {
        *self.nonce.lock().unwrap() = None;
    }

    /// Gets a nonce that is good now, as a proof without one does.
    pub(crate) async fn renew_nonce(&self, partner: &Partner) {
        self.forget_nonce();
        let key = partner.dpop.as_ref().expect("the partner uses DPoP");
        let call = Call::refresh(partner, "none").proved_by(key).once();
        call.send(self).await;
    }

    /// Delivers the logout tokens that wait, as the job beside the requests does.
    pub(crate) async fn deliver_logouts(&self) {
        back_channel::deliver_due(&self.house.app, 16).await.unwrap();
    }

    /// Posts an authorization request, as a partner's page may.
    pub(crate) async fn post(&self, browser: &mut Browser, ask: &Ask, walk: Walk) -> End {
        let kind = "application/x-www-form-urlencoded";
        let body = ask.encoded().into_bytes();
        let answer = browser.send(Method::POST, super::AUTHORIZE, kind, body).await;
        walk.on(self, browser, answer).await
    }
}
