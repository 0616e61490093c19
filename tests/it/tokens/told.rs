//! What userinfo tells, and to whom.

use super::kit::{Scene, claims, program, refused};
use crate::common::db::TestDb;
use crate::common::suite::Suite;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE,
};
use ecard::domain::client::TokenAlgorithm;
use serde_json::Value;

pub(crate) fn register(suite: &mut Suite) {
    both!(
        suite;
        userinfo_tells_what_was_allowed_by_get_and_by_post,
        a_narrowed_token_tells_less,
        a_field_left_out_is_not_told,
        a_token_in_the_url_or_none_is_refused,
        a_signed_answer_where_it_is_registered,
        a_withdrawn_grant_tells_nothing,
    );
}

fn bearer(tokens: &Value) -> String {
    format!("bearer {}", tokens["access_token"].as_str().unwrap())
}

async fn userinfo_tells_what_was_allowed_by_get_and_by_post(t: TestDb) {
    let s = Scene::confidential(t).await;
    let tokens = s.tokens().await;
    let answer = s.userinfo(&bearer(&tokens)).await;
    assert_eq!((answer.status, answer.header(CACHE_CONTROL)), (200, "no-store"));
    assert_eq!(answer.header(ACCESS_CONTROL_ALLOW_ORIGIN), "*");
    let told = answer.json();
    assert_eq!(told["sub"], claims(&tokens["id_token"])["sub"]);
    assert!(told["name_masked"].is_string() && told["id_number"].is_string());
    assert_eq!(told["verified_claims"]["verification"]["trust_framework"], "cn_ecard");
    assert!(told.get("phone_number").is_none(), "never asked for");
    let mut program = program(&s.house);
    let field = ("access_token", tokens["access_token"].as_str().unwrap().to_owned());
    assert_eq!(program.post("/oauth/userinfo", &[field]).await.json(), told);
    program.headers.push(("authorization", bearer(&tokens)));
    assert_eq!(program.post("/oauth/userinfo", &[]).await.json(), told);
}

async fn a_narrowed_token_tells_less(t: TestDb) {
    let s = Scene::confidential(t).await;
    let tokens = s.tokens().await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let narrow = s.refresh(refresh, &[("scope", "openid profile".into())]).await.json();
    let told = s.userinfo(&bearer(&narrow)).await.json();
    assert!(told["name_masked"].is_string() && told.get("name").is_none(), "{told}");
    let other = s.refresh(refresh, &[("scope", "profile".into())]).await.json();
    let answer = s.userinfo(&bearer(&other)).await;
    assert_eq!(answer.status, 403);
    assert!(answer.header(WWW_AUTHENTICATE).contains("insufficient_scope"));
}

async fn a_field_left_out_is_not_told(t: TestDb) {
    let s = Scene::confidential(t).await;
    s.house.t.sql("UPDATE grants SET fields = 'name_masked phone_number'").await;
    let tokens = s.tokens().await;
    let told = s.userinfo(&bearer(&tokens)).await.json();
    assert!(told["name_masked"].is_string() && told["phone_number"].is_string(), "{told}");
    assert!(told.get("region").is_none() && told.get("name").is_none(), "{told}");
    let card = claims(&tokens["ecard_token"]);
    assert!(card["name_masked"].is_string() && card.get("name").is_none(), "{card}");
    assert!(claims(&tokens["id_token"]).get("region").is_none());
}

async fn a_token_in_the_url_or_none_is_refused(t: TestDb) {
    let s = Scene::confidential(t).await;
    let tokens = s.tokens().await;
    let mut program = program(&s.house);
    let token = tokens["access_token"].as_str().unwrap();
    let answer = program.get(&format!("/oauth/userinfo?access_token={token}")).await;
    assert_eq!(super::kit::error(&answer), refused("invalid_request"));
    let answer = program.get("/oauth/userinfo").await;
    assert_eq!((answer.status, answer.body.as_str()), (401, ""));
    assert!(answer.header(WWW_AUTHENTICATE).contains("resource_metadata="));
    for wrong in ["Bearer nonsense".to_owned(), format!("DPoP {token}")] {
        assert_eq!(s.userinfo(&wrong).await.status, 401, "{wrong}");
    }
    let id = tokens["id_token"].as_str().unwrap();
    assert_eq!(s.userinfo(&format!("Bearer {id}")).await.status, 401, "an ID token is none");
}

async fn a_signed_answer_where_it_is_registered(t: TestDb) {
    let s = Scene::confidential(t).await;
    let known = s.house.app.directory.client(&s.house.app, "app").await.unwrap().unwrap();
    let mut client = ecard::domain::client::Client::clone(&known.client);
    client.userinfo_signed_response_alg = Some(TokenAlgorithm::Rs256);
    client.id_token_signed_response_alg = TokenAlgorithm::Rs256;
    let (body, now) = (serde_json::to_string(&client).unwrap(), s.house.now());
    let work = s.house.app.db.write::<_, ecard::app::Fault, _>(move |tx| {
        Box::pin(async move { Ok(ecard::storage::clients::update(tx, "app", &body, now).await?) })
    });
    assert!(work.await.unwrap());
    s.house.app.revocations.follow(&s.house.app.db).await.unwrap();
    let tokens = s.tokens().await;
    assert_eq!(super::kit::header(&tokens["id_token"])["alg"], "RS256");
    assert_eq!(super::kit::header(&tokens["access_token"])["alg"], "ES256");
    let answer = s.userinfo(&bearer(&tokens)).await;
    assert_eq!(answer.header(CONTENT_TYPE), "application/jwt");
    let token = Value::from(answer.body);
    assert_eq!(super::kit::header(&token)["alg"], "RS256");
    let told = claims(&token);
    assert_eq!((&told["aud"], &told["iss"]), (&"app".into(), &s.house.app.issuer.as_str().into()));
    assert_eq!(told["sub"], claims(&tokens["id_token"])["sub"]);
}

async fn a_withdrawn_grant_tells_nothing(t: TestDb) {
    let s = Scene::confidential(t).await;
    let tokens = s.tokens().await;
    let (id, now) = (s.grant.id.clone(), s.house.now());
    let work = s.house.app.db.write::<_, ecard::app::Fault, _>(move |tx| {
        Box::pin(async move {
            let state = ecard::domain::grant::GrantState::Withdrawn;
            Ok(ecard::storage::grants::end(tx, &id, state, now).await?)
        })
    });
    assert!(work.await.unwrap());
    assert_eq!(s.userinfo(&bearer(&tokens)).await.status, 401, "the row says so");
    s.house.app.revocations.follow(&s.house.app.db).await.unwrap();
    assert!(!s.is_active(tokens["access_token"].as_str().unwrap()).await);
}
