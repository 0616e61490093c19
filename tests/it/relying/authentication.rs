//! How clients prove who they are, by every method, where it costs them something.

use super::clients::{ID, ask, asserted, assertion, jwk, register as registered, secrets};
use crate::common::db::{Kind, TestDb};
use crate::common::house::House;
use crate::common::house::browser::{Browser, Field};
use crate::common::suite::Suite;
use axum::Extension;
use axum::http::header;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ecard::auth::certificate::Peer;
use ecard::auth::client::digests;
use ecard::crypto::Es256Key;
use ecard::domain::client::ClientAuth;
use ecard::storage::{DbError, clients};
use rcgen::{CertificateParams, KeyPair, PublicKeyData as _};
use serde_json::json;
use std::time::Duration;

const SECRET: &str = "a-secret-of-some-length";

pub(crate) fn register(suite: &mut Suite) {
    both!(suite; an_assertion_is_used_once_on_every_instance);
    both!(suite; secrets_overlap_until_the_old_one_ends);
    both!(suite; a_client_proves_itself_by_its_registered_method_alone);
    both!(suite; a_change_of_a_client_counts_at_once);
    tests!(suite; wrong_assertions_lock_nobody_out, a_registered_certificate_is_enough);
}

fn post(secret: &str) -> Vec<Field> {
    vec![("client_id", ID.to_owned()), ("client_secret", secret.to_owned())]
}

fn basic(house: &House, secret: &str) -> Browser {
    let mut client = house.browser();
    let credentials = STANDARD.encode(format!("{ID}:{secret}"));
    client.headers.push(("authorization", format!("Basic {credentials}")));
    client
}

async fn by_key(house: &House) -> Es256Key {
    let key = Es256Key::generate().unwrap().1;
    let jwks = json!({"keys": [jwk(&key, "k")]});
    registered(house, ClientAuth::PrivateKeyJwt, &[], |client| client.jwks = Some(jwks)).await;
    key
}

async fn an_assertion_is_used_once_on_every_instance(t: TestDb) {
    let house = House::build(t).await;
    let key = by_key(&house).await;
    let mut here = house.browser();
    let mut there = Browser::new(house.another_instance().await);
    let once = asserted(assertion(&house, &key, "k", "once"));
    assert_eq!(ask(&mut here, &once).await.status, 200);
    for client in [&mut here, &mut there] {
        let again = ask(client, &once).await;
        assert_eq!((again.status, &again.json()["error"]), (401, &json!("invalid_client")));
    }
    assert_eq!(ask(&mut there, &asserted(assertion(&house, &key, "k", "two"))).await.status, 200);
    let stranger = Es256Key::generate().unwrap().1;
    let forged = ask(&mut here, &asserted(assertion(&house, &stranger, "k", "three"))).await;
    assert_eq!(forged.status, 401);
    assert!(!forged.headers.contains_key(header::WWW_AUTHENTICATE), "no header was used");
    let real = asserted(assertion(&house, &key, "k", "three"));
    assert_eq!(ask(&mut here, &real).await.status, 200, "the forged one used nothing up");
    let other_name = asserted(assertion(&house, &key, "other", "four"));
    assert_eq!(ask(&mut here, &other_name).await.status, 401, "a key is called by its name");
}

async fn secrets_overlap_until_the_old_one_ends(t: TestDb) {
    let house = House::build(t).await;
    registered(&house, ClientAuth::ClientSecretPost, &["the-old-secret-of-app"], |_| {}).await;
    let (now, end) = (house.now(), house.now() + Duration::from_secs(3600));
    let digest = digests(&house.app, SECRET).remove(0);
    let done = house.app.db.write::<_, DbError, _>(move |tx| {
        Box::pin(async move { clients::add_secret(tx, ID, &digest, Some(end), now).await })
    });
    done.await.unwrap();
    assert_eq!(secrets(&house).await.len(), 2);
    let mut client = house.browser();
    for secret in ["the-old-secret-of-app", SECRET] {
        assert_eq!(ask(&mut client, &post(secret)).await.status, 200, "{secret}");
    }
    house.pass(Duration::from_secs(3600));
    assert_eq!(ask(&mut client, &post("the-old-secret-of-app")).await.status, 401);
    assert_eq!(ask(&mut client, &post(SECRET)).await.status, 200);
}

async fn a_client_proves_itself_by_its_registered_method_alone(t: TestDb) {
    let house = House::build(t).await;
    registered(&house, ClientAuth::ClientSecretBasic, &[SECRET], |_| {}).await;
    let mut right = basic(&house, SECRET);
    assert_eq!(ask(&mut right, &[]).await.status, 200);
    assert_eq!(ask(&mut right, &[("client_id", ID.to_owned())]).await.status, 200);
    let other = ask(&mut right, &[("client_id", "demo-hospital".to_owned())]).await;
    assert_eq!(other.status, 401, "the form names another client");
    assert!(other.header(header::WWW_AUTHENTICATE).starts_with("Basic"));
    let twice = ask(&mut right, &post(SECRET)).await;
    assert_eq!((twice.status, &twice.json()["error"]), (400, &json!("invalid_request")));
    let mut form = house.browser();
    assert_eq!(ask(&mut form, &post(SECRET)).await.status, 401, "registered for the header");
    assert_eq!(ask(&mut form, &[("client_id", ID.to_owned())]).await.status, 401);
    assert_eq!(ask(&mut form, &[]).await.status, 401);
    assert_eq!(ask(&mut basic(&house, "wrong"), &[]).await.status, 401);
}

async fn a_change_of_a_client_counts_at_once(t: TestDb) {
    let house = House::build(t).await;
    registered(&house, ClientAuth::ClientSecretPost, &[SECRET], |_| {}).await;
    let mut client = house.browser();
    assert_eq!(ask(&mut client, &post(SECRET)).await.status, 200);
    let now = house.now();
    let done = house.app.db.write::<_, DbError, _>(move |tx| {
        Box::pin(async move { clients::disable(tx, ID, now).await })
    });
    assert!(done.await.unwrap());
    house.app.revocations.follow(&house.app.db).await.unwrap();
    assert_eq!(ask(&mut client, &post(SECRET)).await.status, 401);
}

async fn wrong_assertions_lock_nobody_out() {
    let house = House::build(TestDb::create(Kind::Sqlite).await).await;
    let key = by_key(&house).await;
    let stranger = Es256Key::generate().unwrap().1;
    let mut client = house.browser();
    for count in 0..70 {
        let forged = asserted(assertion(&house, &stranger, "k", &format!("f{count}")));
        assert_eq!(ask(&mut client, &forged).await.status, 401);
    }
    let right = asserted(assertion(&house, &key, "k", "right"));
    assert_eq!(ask(&mut client, &right).await.status, 200);
}

async fn a_registered_certificate_is_enough() {
    let house = House::build(TestDb::create(Kind::Sqlite).await).await;
    let (ours, theirs) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let spki = ours.subject_public_key_info();
    let point = &spki[spki.len() - 64..];
    let text = |bytes: &[u8]| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
    let jwk =
        json!({"kty": "EC", "crv": "P-256", "x": text(&point[..32]), "y": text(&point[32..])});
    registered(&house, ClientAuth::SelfSignedTlsClientAuth, &[], |client| {
        client.jwks = Some(json!({ "keys": [jwk] }));
    })
    .await;
    let shows = |key: &KeyPair| {
        let params = CertificateParams::new(vec!["app.example".to_owned()]).unwrap();
        let der = params.self_signed(key).unwrap().der().to_vec();
        let peer = Peer::with_certificates([127, 0, 0, 1].into(), [der]);
        Browser::new(house.router.clone().layer(Extension(peer)))
    };
    let id = [("client_id", ID.to_owned())];
    assert_eq!(ask(&mut shows(&ours), &id).await.status, 200);
    assert_eq!(ask(&mut shows(&theirs), &id).await.status, 401);
    assert_eq!(ask(&mut house.browser(), &id).await.status, 401, "no certificate");
    assert_eq!(ask(&mut shows(&ours), &[]).await.status, 401, "nobody is named");
}
