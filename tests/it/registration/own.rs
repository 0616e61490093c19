//! What a client that registered itself may change, and what only an operator may.

use super::{acme, call, post, refused, token};
use crate::common::db::TestDb;
use crate::common::house::answer::Answer;
use crate::common::house::{House, NOW};
use crate::common::suite::Suite;
use axum::http::Method;
use ecard::auth::registration::{self, Actor};
use ecard::domain::demo_story::Story;
use serde_json::{Value, json};
use std::time::Duration;

pub(super) fn register(suite: &mut Suite) {
    both!(suite; what_an_operator_changed_the_client_leaves_alone);
    both!(suite; a_registration_becomes_no_weaker_by_itself);
    both!(suite; other_words_are_other_consents);
}

/// A client that registered itself, and where it looks after itself.
struct Own {
    id: String,
    token: String,
    path: String,
}

async fn own(house: &House, body: &Value) -> Own {
    let answer = post(house, &token(house, 1).await, body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let told = answer.json();
    let text = |member: &str| told[member].as_str().unwrap().to_owned();
    let id = text("client_id");
    Own { path: format!("/oauth/register/{id}"), token: text("registration_access_token"), id }
}

impl Own {
    async fn put(&self, house: &House, mut body: Value) -> Answer {
        body["client_id"] = json!(self.id);
        call(house, Method::PUT, &self.path, &self.token, &body).await
    }

    async fn read(&self, house: &House) -> Value {
        call(house, Method::GET, &self.path, &self.token, &Value::Null).await.json()
    }
}

async fn what_an_operator_changed_the_client_leaves_alone(t: TestDb) {
    let house = House::build(t).await;
    let own = own(&house, &acme()).await;
    assert_eq!(own.read(&house).await["ecard_keeper"], "itself");
    let before = house.app.directory.client(&house.app, &own.id).await.unwrap().unwrap();
    let mut narrowed = (*before.client).clone();
    narrowed.scope = ecard::domain::scope::ScopeSet::parse("openid");
    let narrowed = narrowed.kept_by_operator(&before.client, NOW);
    registration::change(&house.app, &narrowed, None, Actor::Operator, NOW).await.unwrap();
    refused(&own.put(&house, acme()).await, 403, "access_denied");
    let read = own.read(&house).await;
    assert_eq!(
        (read["scope"].as_str(), read["ecard_keeper"].as_str()),
        (Some("openid"), Some("taken_over"))
    );
    let ended = call(&house, Method::DELETE, &own.path, &own.token, &Value::Null).await;
    assert_eq!(ended.status, 204, "it may still go");
}

async fn a_registration_becomes_no_weaker_by_itself(t: TestDb) {
    let house = House::build(t).await;
    let mut strict = acme();
    strict["require_pushed_authorization_requests"] = json!(true);
    strict["dpop_bound_access_tokens"] = json!(true);
    let own = own(&house, &strict).await;
    let weaker = own.put(&house, acme()).await;
    refused(&weaker, 400, "invalid_client_metadata");
    for member in ["require_pushed_authorization_requests", "dpop_bound_access_tokens"] {
        assert!(weaker.body.contains(member), "{}", weaker.body);
    }
    let mut public = strict.clone();
    public["token_endpoint_auth_method"] = json!("none");
    refused(&own.put(&house, public).await, 400, "invalid_client_metadata");
    let mut renamed = strict.clone();
    renamed["client_name"] = json!("Acme 2");
    assert_eq!(own.put(&house, renamed).await.status, 200);
    let entity = json!("国家机关");
    strict["legal_entity"] = entity;
    refused(&own.put(&house, strict).await, 400, "invalid_client_metadata");
}

async fn other_words_are_other_consents(t: TestDb) {
    let house = House::build(t).await;
    let own = own(&house, &acme()).await;
    let mut holder = house.holder(Story::Adult).await;
    let ask = format!(
        "/oauth/authorize?client_id={}&redirect_uri=https%3A%2F%2Facme.example%2Fcb\
         &response_type=code&scope=openid&nonce=n&state=s",
        own.id
    );
    let page = holder.visit(&ask).await;
    assert_eq!(page.step(), "consent", "{}", page.main());
    assert!(page.main().contains("未经本服务核实"), "{}", page.main());
    holder.submit(&page, &[("decision", "allow".into())]).await;
    assert!(holder.get(&ask).await.location().contains("code="), "allowed before");
    house.pass(Duration::from_secs(60));
    let mut renamed = acme();
    renamed["client_name"] = json!("国家医保服务平台");
    assert_eq!(own.put(&house, renamed).await.status, 200);
    let page = holder.visit(&ask).await;
    assert_eq!(page.step(), "consent", "nobody allowed that one anything: {}", page.main());
    house.pass(Duration::from_secs(60));
    holder.submit(&page, &[("decision", "allow".into())]).await;
    assert!(holder.get(&ask).await.location().contains("code="), "and once is enough");
}
