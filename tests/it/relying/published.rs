//! Keys, metadata and status lists: for anybody, cacheable, true at once.

use crate::common::db::TestDb;
use crate::common::house::House;
use crate::common::suite::Suite;
use axum::http::header;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ecard::domain::demo_story::Story;
use ecard::domain::ids::CardId;
use ecard::domain::status::StatusValue;
use ecard::storage::status;
use serde_json::Value;

pub(crate) fn register(suite: &mut Suite) {
    both!(suite; keys_and_metadata_are_public_and_cacheable);
    both!(suite; a_status_list_is_signed_for_its_own_address);
    both!(suite; a_status_list_changes_with_the_log_and_its_tag_with_it);
    both!(suite; what_is_not_there_is_not_made_up);
}

async fn keys_and_metadata_are_public_and_cacheable(t: TestDb) {
    let house = House::build(t).await;
    let mut stranger = house.browser();
    let jwks = stranger.get("/oauth/jwks").await;
    assert_eq!(jwks.status, 200);
    assert!(jwks.header(header::CACHE_CONTROL).contains("max-age="));
    assert_eq!(jwks.header(header::CONTENT_TYPE), "application/jwk-set+json");
    let keys = jwks.json()["keys"].as_array().unwrap().clone();
    let mut kinds: Vec<_> = keys.iter().map(|k| (k["kty"].as_str(), k["alg"].as_str())).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, [(Some("EC"), Some("ES256")), (Some("RSA"), Some("RS256"))]);
    for key in &keys {
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(key.get(private).is_none(), "no private part: {key}");
        }
        assert_eq!(key["kid"].as_str().unwrap().len(), 43, "an RFC 7638 thumbprint");
    }
    for path in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"] {
        let metadata = stranger.get(path).await;
        assert_eq!(metadata.json()["issuer"], house.app.issuer, "{path}");
        assert!(metadata.header(header::CACHE_CONTROL).contains("max-age="), "{path}");
        for (name, value) in metadata.json().as_object().unwrap() {
            let Some(uri) = value.as_str().filter(|v| v.starts_with("http")) else { continue };
            let path = uri.strip_prefix(&house.app.issuer).unwrap();
            let status = stranger.get(if path.is_empty() { "/" } else { path }).await.status;
            assert!([200, 400, 401, 405].contains(&status), "{name} leads to {status}");
        }
    }
    assert!(stranger.cookies.is_empty(), "no cookies for programs");
}

async fn of_the_holder(house: &House) -> (CardId, String) {
    house.holder(Story::Adult).await;
    let card = CardId::from_stored(house.t.text("SELECT id FROM cards").await.unwrap());
    let list = house.t.text("SELECT CAST(list AS TEXT) FROM status_entries").await.unwrap();
    (card, format!("/status/{list}"))
}

fn part(token: &str, n: usize) -> Value {
    let decoded = URL_SAFE_NO_PAD.decode(token.split('.').nth(n).unwrap()).unwrap();
    serde_json::from_slice(&decoded).unwrap()
}

async fn a_status_list_is_signed_for_its_own_address(t: TestDb) {
    let house = House::build(t).await;
    let (_, path) = of_the_holder(&house).await;
    let mut stranger = house.browser();
    let list = stranger.get(&path).await;
    assert_eq!(list.status, 200);
    assert_eq!(list.header(header::CONTENT_TYPE), "application/statuslist+jwt");
    assert_eq!(part(&list.body, 0)["typ"], "statuslist+jwt");
    let claims = part(&list.body, 1);
    assert_eq!(claims["sub"], format!("{}{path}", house.app.issuer));
    assert!(claims["exp"].as_i64() > claims["iat"].as_i64() && claims["ttl"].is_i64());
    assert_eq!(claims["status_list"]["bits"], 2);
    let all = stranger.get("/status").await.json();
    let uri = Value::from(format!("{}{path}", house.app.issuer));
    assert!(all["status_lists"].as_array().unwrap().contains(&uri), "{all}");
}

async fn a_status_list_changes_with_the_log_and_its_tag_with_it(t: TestDb) {
    let house = House::build(t).await;
    let (card, path) = of_the_holder(&house).await;
    let mut stranger = house.browser();
    let first = stranger.get(&path).await;
    let tag = first.header(header::ETAG).to_owned();
    assert!(tag.starts_with('"') && first.header(header::CACHE_CONTROL).contains("max-age="));
    let mut caching = stranger.clone();
    caching.headers.push(("if-none-match", tag.clone()));
    let unchanged = caching.get(&path).await;
    assert_eq!((unchanged.status, unchanged.body.as_str()), (304, ""));
    assert_eq!(unchanged.header(header::ETAG), tag);

    let now = house.now();
    let work = house.t.db.write(move |tx| {
        Box::pin(async move { status::log_card(tx, &card, StatusValue::Suspended, now).await })
    });
    work.await.unwrap();
    house.app.status.follow().await.unwrap();
    let changed = caching.get(&path).await;
    assert_eq!(changed.status, 200);
    assert_ne!(changed.header(header::ETAG), tag);
    let lists = [&first, &changed].map(|a| part(&a.body, 1)["status_list"]["lst"].clone());
    assert_ne!(lists[0], lists[1]);
}

async fn what_is_not_there_is_not_made_up(t: TestDb) {
    let house = House::build(t).await;
    let (_, path) = of_the_holder(&house).await;
    let mut stranger = house.browser();
    for unknown in ["/status/999999", "/status/-1", "/status/x", "/status/99999999999999999999"] {
        let answer = stranger.get(unknown).await;
        assert_eq!((answer.status, answer.json()["code"].as_str()), (404, Some("NOT_FOUND")));
    }
    let past = stranger.get(&format!("{path}?time=1700000000")).await;
    assert_eq!(past.status, 501, "lists as of another moment are not kept");
}
