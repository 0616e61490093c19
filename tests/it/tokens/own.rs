//! Tokens of clients for themselves.

use super::kit::{Scene, claims, error, refused};
use crate::common::db::TestDb;
use crate::common::suite::Suite;
use std::collections::BTreeMap;

pub(crate) fn register(suite: &mut Suite) {
    both!(
        suite;
        a_client_gets_its_functions_and_leaves_no_row,
        a_client_gets_nothing_of_a_citizens,
        a_client_without_a_secret_gets_none,
        an_unknown_grant_is_named_as_such,
    );
}

const OWN: (&str, &str) = ("grant_type", "client_credentials");

fn own(more: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    std::iter::once(&OWN).chain(more).map(|(n, v)| (*n, (*v).to_owned())).collect()
}

async fn a_client_gets_its_functions_and_leaves_no_row(t: TestDb) {
    let s = Scene::confidential(t).await;
    let before = s.house.count("audit").await;
    let tokens = s.ask("/oauth/token", &own(&[])).await.json();
    assert_eq!(tokens["scope"], "medical.settle pharmacy.pay");
    let claims = claims(&tokens["access_token"]);
    assert_eq!((&claims["sub"], &claims["client_id"]), (&"app".into(), &"app".into()));
    assert!(claims.get("acr").is_none() && claims.get("auth_time").is_none());
    let one = s.ask("/oauth/token", &own(&[("scope", "pharmacy.pay")])).await.json();
    assert_eq!(one["scope"], "pharmacy.pay");
    assert!(s.is_active(one["access_token"].as_str().unwrap()).await);
    assert_eq!(s.house.count("audit").await, before);
    assert_eq!(s.house.app.tally.take(), BTreeMap::from([("app".to_owned(), 2)]));
}

async fn a_client_gets_nothing_of_a_citizens(t: TestDb) {
    let s = Scene::confidential(t).await;
    for scope in ["openid", "ecard", "transit.ride", "nonsense", "pharmacy.pay openid"] {
        let answer = s.ask("/oauth/token", &own(&[("scope", scope)])).await;
        assert_eq!(error(&answer), refused("invalid_scope"), "{scope}");
    }
    let elsewhere = own(&[("resource", "https://elsewhere.example")]);
    assert_eq!(error(&s.ask("/oauth/token", &elsewhere).await), refused("invalid_target"));
    let tokens = s.ask("/oauth/token", &own(&[])).await.json();
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    assert_eq!(s.userinfo(&bearer).await.status, 403);
}

async fn a_client_without_a_secret_gets_none(t: TestDb) {
    let s = Scene::public(t).await;
    assert_eq!(error(&s.ask("/oauth/token", &own(&[])).await), refused("unauthorized_client"));
}

async fn an_unknown_grant_is_named_as_such(t: TestDb) {
    let s = Scene::confidential(t).await;
    let ask = |kind: &str| [("grant_type", kind.to_owned())];
    let answer = s.ask("/oauth/token", &ask("password")).await;
    assert_eq!(error(&answer), refused("unsupported_grant_type"));
    assert_eq!(error(&s.ask("/oauth/token", &[]).await), refused("invalid_request"));
    let twice = [("grant_type", "x".to_owned()), ("grant_type", "y".to_owned())];
    assert_eq!(error(&s.ask("/oauth/token", &twice).await), refused("invalid_request"));
}
