//! Revocation and introspection: what was given back is dead at once.

use super::kit::{Scene, error, program, refused, register as add, secret};
use crate::common::db::TestDb;
use crate::common::suite::Suite;
use ecard::domain::client::{Client, ClientAuth};

pub(crate) fn register(suite: &mut Suite) {
    both!(
        suite;
        an_access_token_goes_alone,
        a_refresh_token_takes_its_line_along,
        an_unknown_token_is_fine,
        another_clients_token_stays,
        only_its_client_and_its_resource_learn_of_a_token,
        who_proves_nothing_learns_nothing,
    );
}

fn token(text: &serde_json::Value) -> [(&'static str, String); 1] {
    [("token", text.as_str().unwrap().to_owned())]
}

async fn an_access_token_goes_alone(t: TestDb) {
    let s = Scene::confidential(t).await;
    let tokens = s.tokens().await;
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(s.ask("/oauth/revoke", &token(&tokens["access_token"])).await.status, 200);
    assert!(!s.is_active(access).await);
    let refused = s.userinfo(&format!("Bearer {access}")).await;
    assert_eq!((refused.status, refused.json()["error"].as_str()), (401, Some("invalid_token")));
    assert!(s.is_active(tokens["refresh_token"].as_str().unwrap()).await);
    assert_eq!(s.ask("/oauth/revoke", &token(&tokens["access_token"])).await.status, 200);
    assert_eq!(s.house.count("audit WHERE event = 'token.revoked'").await, 1, "once");
}

async fn a_refresh_token_takes_its_line_along(t: TestDb) {
    let s = Scene::confidential(t).await;
    let tokens = s.tokens().await;
    assert_eq!(s.ask("/oauth/revoke", &token(&tokens["refresh_token"])).await.status, 200);
    assert!(!s.is_active(tokens["refresh_token"].as_str().unwrap()).await);
    assert!(!s.is_active(tokens["access_token"].as_str().unwrap()).await);
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(error(&s.refresh(refresh, &[]).await), refused("invalid_grant"));
}

async fn an_unknown_token_is_fine(t: TestDb) {
    let s = Scene::confidential(t).await;
    for unknown in ["x", "a.b.c", "a.1.c", "eyJhbGciOiJub25lIn0.e30."] {
        let answer = s.ask("/oauth/revoke", &[("token", unknown.to_owned())]).await;
        assert_eq!(answer.status, 200, "{unknown}");
        assert!(!s.is_active(unknown).await);
    }
    assert_eq!(error(&s.ask("/oauth/revoke", &[]).await), refused("invalid_request"));
}

async fn another_clients_token_stays(t: TestDb) {
    let s = Scene::confidential(t).await;
    let tokens = s.tokens().await;
    for name in ["access_token", "refresh_token"] {
        let answer = s.ask_as("other", "/oauth/revoke", &token(&tokens[name])).await;
        assert_eq!(answer.status, 200, "{name}: as if it were unknown");
        assert!(s.is_active(tokens[name].as_str().unwrap()).await, "{name}");
    }
}

async fn only_its_client_and_its_resource_learn_of_a_token(t: TestDb) {
    let s = Scene::confidential(t).await;
    let api = "https://api.example";
    let mut runs = Client::new("api", "接口", ClientAuth::ClientSecretBasic);
    runs.resources = vec![api.to_owned()];
    add(&s.house, runs).await;
    let code = s.code_with(|body| body.resources = vec![api.to_owned()]).await;
    let tokens = s.redeem(&code).await.json();
    let access = token(&tokens["access_token"]);
    let told = s.ask("/oauth/introspect", &access).await.json();
    assert_eq!((&told["active"], &told["aud"]), (&true.into(), &api.into()), "{told}");
    assert_eq!((&told["client_id"], &told["token_type"]), (&"app".into(), &"Bearer".into()));
    assert_eq!(s.ask_as("api", "/oauth/introspect", &access).await.json()["active"], true);
    let stranger = s.ask_as("other", "/oauth/introspect", &access).await.json();
    assert_eq!(stranger, serde_json::json!({"active": false}));
    let refresh = token(&tokens["refresh_token"]);
    assert_eq!(s.ask_as("api", "/oauth/introspect", &refresh).await.json()["active"], false);
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    assert_eq!(s.userinfo(&bearer).await.status, 401, "for another resource");
}

async fn who_proves_nothing_learns_nothing(t: TestDb) {
    let s = Scene::confidential(t).await;
    let tokens = s.tokens().await;
    let access = token(&tokens["access_token"]);
    let mut nobody = program(&s.house);
    assert_eq!(nobody.post("/oauth/introspect", &access).await.status, 401);
    nobody.headers.push(super::kit::basic("app", &secret("other")));
    assert_eq!(nobody.post("/oauth/introspect", &access).await.status, 401);
    let mut bare = program(&s.house);
    add(&s.house, Client::new("bare", "无", ClientAuth::None)).await;
    let fields = [("client_id", "bare".to_owned()), access[0].clone()];
    assert_eq!(bare.post("/oauth/introspect", &fields).await.status, 401);
}
