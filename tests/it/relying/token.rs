//! `/card` and `/card/token`: the holder's alone, and verified by a stranger.

use crate::common::db::TestDb;
use crate::common::house::House;
use crate::common::house::walk::Step;
use crate::common::suite::Suite;
use axum::http::header;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ecard::domain::demo_story::Story;
use ecard::verifier::{
    Expectation, ListExpectation, TrustedKeys, Verdict, check_status, verify_card_token,
    verify_status_list,
};
use serde_json::Value;
use std::time::Duration;

pub(crate) fn register(suite: &mut Suite) {
    both!(suite; only_the_holder_gets_card_and_token);
    both!(suite; a_stranger_verifies_the_token_from_public_data);
    both!(suite; the_token_names_nobody);
    both!(suite; a_card_out_of_use_shows_no_functions);
}

async fn only_the_holder_gets_card_and_token(t: TestDb) {
    let house = House::build(t).await;
    house.holder(Story::Adult).await;
    let mut nobody = house.browser();
    assert!(nobody.get("/card").await.leads_to("/login"));
    let refused = nobody.get("/card/token").await;
    assert_eq!(refused.status, 403);
    assert_eq!(refused.json()["code"], "NOT_YOURS");
    let mut without = house.browser();
    let login = without.get("/login").await;
    without.submit(&login, &house.right(Step::Login, Story::DottedName)).await;
    assert!(without.get("/card").await.leads_to("/claim"), "whoever has none may claim one");
    assert_eq!(without.get("/card/token").await.status, 404);
}

async fn a_stranger_verifies_the_token_from_public_data(t: TestDb) {
    let house = House::build(t).await;
    let mut holder = house.holder(Story::Adult).await;
    let answer = holder.get("/card/token").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/jwt");
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");

    let mut stranger = house.browser();
    let metadata = stranger.get("/.well-known/oauth-authorization-server").await.json();
    let issuer = metadata["issuer"].as_str().unwrap().to_owned();
    let jwks_uri = metadata["jwks_uri"].as_str().unwrap().to_owned();
    let jwks = stranger.get(jwks_uri.strip_prefix(&issuer).unwrap()).await;
    let keys = TrustedKeys::from_jwks(&jwks.bytes).unwrap();
    let audience = format!("{issuer}/verify");
    let expect = Expectation { issuer: &issuer, audiences: &[&audience] };
    let now = house.now() + Duration::from_secs(1);
    let verified = verify_card_token(&answer.body, &keys, &expect, now).unwrap();
    assert_eq!(verified.functions.len(), 7);
    assert_eq!(verified.acr.as_deref(), Some("urn:ecard:acr:face"));

    let uri = verified.status.uri.clone();
    let list = stranger.get(uri.strip_prefix(&issuer).unwrap()).await;
    let wanted = ListExpectation { issuer: &issuer, uri: &uri, known: None };
    let list = verify_status_list(&list.body, &keys, &wanted, now).unwrap();
    assert!(matches!(check_status(&verified, Ok(&list), now), Verdict::Valid { .. }));
    let late = house.now() + Duration::from_secs(301);
    assert!(verify_card_token(&answer.body, &keys, &expect, late).is_err());
}

async fn the_token_names_nobody(t: TestDb) {
    let house = House::build(t).await;
    let mut holder = house.holder(Story::Adult).await;
    let first = holder.get("/card/token").await.body;
    let second = holder.get("/card/token").await.body;
    let person = house.person(Story::Adult);
    let read = |token: &str| -> Value {
        let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
        serde_json::from_slice(&claims).unwrap()
    };
    let (one, two) = (read(&first), read(&second));
    for secret in [person.id_number.as_str(), person.name.as_typed(), "13800000002"] {
        assert!(!one.to_string().contains(secret), "{one}");
    }
    assert_ne!(one["jti"], two["jti"]);
    let header = URL_SAFE_NO_PAD.decode(first.split('.').next().unwrap()).unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    assert_eq!(
        (header["typ"].as_str(), header["alg"].as_str()),
        (Some("ecard+jwt"), Some("ES256"))
    );
}

async fn a_card_out_of_use_shows_no_functions(t: TestDb) {
    let house = House::build(t).await;
    let mut holder = house.holder(Story::Adult).await;
    house.t.sql("UPDATE cards SET state = 'suspended'").await;
    let page = holder.get("/card").await;
    assert_eq!(page.status, 200, "{}", page.main());
    let token = holder.get("/card/token").await;
    if token.status == 200 {
        let claims = URL_SAFE_NO_PAD.decode(token.body.split('.').nth(1).unwrap()).unwrap();
        let claims: Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(claims["functions"], serde_json::json!([]));
    }
    house.t.sql("UPDATE cards SET state = 'ended'").await;
    assert_eq!(holder.get("/card/token").await.status, 404);
}
