//! Keys that a client publishes at its `jwks_uri`.

use super::clients::{ask, asserted, assertion, jwk, register as registered};
use crate::common::db::{Kind, TestDb};
use crate::common::house::House;
use crate::common::house::browser::Browser;
use crate::common::suite::Suite;
use async_trait::async_trait;
use ecard::crypto::Es256Key;
use ecard::domain::client::ClientAuth;
use ecard::ports::outbound::{Document, Outbound, OutboundError};
use serde_json::json;
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub(crate) fn register(suite: &mut Suite) {
    tests!(suite;
        published_keys_are_fetched_once_and_kept, an_unknown_name_fetches_again_but_not_often,
        an_outage_leaves_the_known_keys_for_a_while);
}

const URI: &str = "https://app.example/jwks.json";

/// A partner's web server: what it answers, and how often it was asked.
#[derive(Default)]
struct Partner {
    answer: Mutex<Option<String>>,
    asked: Mutex<usize>,
}

impl Partner {
    fn publishes(&self, keys: &[(&Es256Key, &str)]) {
        let keys: Vec<_> = keys.iter().map(|(key, kid)| jwk(key, kid)).collect();
        *self.answer.lock().unwrap() = Some(json!({ "keys": keys }).to_string());
    }

    fn is_down(&self) {
        *self.answer.lock().unwrap() = None;
    }

    fn asked(&self) -> usize {
        *self.asked.lock().unwrap()
    }
}

#[async_trait]
impl Outbound for Partner {
    async fn get(&self, uri: &str) -> Result<Document, OutboundError> {
        assert_eq!(uri, URI);
        *self.asked.lock().unwrap() += 1;
        let answer = self.answer.lock().unwrap().clone();
        let body = answer.ok_or(OutboundError::Unreachable("down"))?.into_bytes();
        Ok(Document { body, max_age: Some(Duration::from_secs(600)) })
    }

    async fn post(&self, _: &str, _: &[(&str, &str)]) -> Result<(), OutboundError> {
        Err(OutboundError::Forbidden("not in this test"))
    }

    fn allows(&self, _: &str) -> Result<(), OutboundError> {
        Ok(())
    }
}

struct Scene {
    house: House,
    partner: Arc<Partner>,
    client: Browser,
    key: Es256Key,
    count: usize,
}

impl Scene {
    async fn new() -> Self {
        let house = House::build(TestDb::create(Kind::Sqlite).await).await;
        registered(&house, ClientAuth::PrivateKeyJwt, &[], |client| {
            client.jwks_uri = Some(URI.to_owned());
        })
        .await;
        let partner = Arc::new(Partner::default());
        let app = house.replacing(|parts| parts.outbound = Arc::clone(&partner) as _);
        let key = Es256Key::generate().unwrap().1;
        partner.publishes(&[(&key, "k")]);
        Self { client: Browser::new(ecard::router(app)), house, partner, key, count: 0 }
    }

    /// What an assertion under that name is answered.
    async fn under(&mut self, kid: &str) -> u16 {
        self.count += 1;
        let jti = format!("j{}", self.count);
        let fields = asserted(assertion(&self.house, &self.key, kid, &jti));
        ask(&mut self.client, &fields).await.status
    }

    fn pass(&self, seconds: u64) {
        self.house.pass(Duration::from_secs(seconds));
    }
}

async fn published_keys_are_fetched_once_and_kept() {
    let mut scene = Scene::new().await;
    assert_eq!(scene.partner.asked(), 0, "not before they are needed");
    for _ in 0..3 {
        assert_eq!(scene.under("k").await, 200);
    }
    assert_eq!(scene.partner.asked(), 1);
    scene.pass(600);
    assert_eq!(scene.under("k").await, 200);
    assert_eq!(scene.partner.asked(), 2, "they are as old as their owner allows");
}

async fn an_unknown_name_fetches_again_but_not_often() {
    let mut scene = Scene::new().await;
    assert_eq!(scene.under("k").await, 200);
    scene.pass(10);
    for _ in 0..5 {
        assert_eq!(scene.under("new").await, 401);
    }
    assert_eq!(scene.partner.asked(), 2);
    scene.partner.publishes(&[(&scene.key, "new")]);
    assert_eq!(scene.under("new").await, 401, "too early");
    scene.pass(10);
    assert_eq!(scene.under("new").await, 200);
    assert_eq!(scene.under("k").await, 401, "no longer published");
}

async fn an_outage_leaves_the_known_keys_for_a_while() {
    let mut scene = Scene::new().await;
    assert_eq!(scene.under("k").await, 200);
    scene.partner.is_down();
    scene.pass(3600);
    assert_eq!(scene.under("k").await, 200);
    scene.pass(1200);
    assert_eq!(scene.under("k").await, 401, "nobody knows whether they are still good");
    scene.partner.publishes(&[(&scene.key, "k")]);
    scene.pass(10);
    assert_eq!(scene.under("k").await, 200);
}
