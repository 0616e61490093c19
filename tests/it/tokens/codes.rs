//! Authorization codes: good once, for who asked for them, for a minute.

use super::kit::{Scene, VERIFIER, claims, error, header, refused};
use crate::common::db::TestDb;
use crate::common::suite::Suite;
use axum::http::header::{CACHE_CONTROL, PRAGMA};
use ecard::token::id::at_hash;
use ecard::verifier::{Expectation, TrustedKeys, verify_card_token};
use futures_util::future::join_all;
use std::time::Duration;

pub(crate) fn register(suite: &mut Suite) {
    both!(
        suite;
        a_code_gives_every_token_and_each_says_the_right_thing,
        a_used_code_voids_what_came_of_it,
        two_at_once_one_wins,
        a_failed_check_leaves_the_code_to_its_owner,
        a_code_is_good_for_a_minute,
        a_code_bound_to_a_key_needs_its_proof,
        a_verifier_nobody_asked_for_is_refused,
        a_card_out_of_use_gives_no_card_token,
        an_ended_card_ends_the_grant,
        an_ended_grant_gives_nothing,
    );
}

async fn a_code_gives_every_token_and_each_says_the_right_thing(t: TestDb) {
    let s = Scene::confidential(t).await;
    let answer = s.redeem(&s.code().await).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!((answer.header(CACHE_CONTROL), answer.header(PRAGMA)), ("no-store", "no-cache"));
    let tokens = answer.json();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 300);
    assert_eq!(tokens["scope"], "openid profile identity ecard offline_access");

    let (access, id) = (claims(&tokens["access_token"]), claims(&tokens["id_token"]));
    assert_eq!(header(&tokens["access_token"])["typ"], "at+jwt");
    assert_eq!(access["aud"], s.house.app.issuer.as_str());
    assert_eq!(access["client_id"], "app");
    assert!(access["jti"].as_str().unwrap().starts_with(s.grant.id.as_str()));
    assert_eq!(id["aud"], "app");
    assert_eq!(id["sub"], access["sub"]);
    assert_ne!(id["sub"], s.grant.citizen.as_str());
    assert_eq!(id["nonce"].as_str().unwrap().len(), 384);
    assert_eq!(id["at_hash"], at_hash(tokens["access_token"].as_str().unwrap()).as_str());
    assert_eq!(id["acr"], "urn:ecard:acr:login");
    assert_eq!((&id["amr"][0], &id["sid"]), (&"pwd".into(), &"s".into()));
    assert_eq!(id["auth_time"], s.house.now().epoch_seconds());
    assert!(id["region"].is_string(), "asked for by claim");
    assert!(id.get("name").is_none(), "not asked for here");

    let keys = serde_json::to_vec(&s.house.app.keys.jwks()).unwrap();
    let keys = TrustedKeys::from_jwks(&keys).unwrap();
    let expected = Expectation { issuer: &s.house.app.issuer, audiences: &["app"] };
    let card = tokens["ecard_token"].as_str().unwrap();
    let verified = verify_card_token(card, &keys, &expected, s.house.now()).unwrap();
    assert_eq!(verified.subject, id["sub"].as_str().unwrap());
    assert_eq!(i64::from(verified.status.idx), s.grant.place.index);
    let card = claims(&tokens["ecard_token"]);
    assert!(card["name"].is_string() && card["id_number"].is_string());
    assert_eq!(s.house.count("audit WHERE event = 'token.issued'").await, 1);
    assert_eq!(s.house.count("refresh_lines WHERE state = 'live'").await, 1);
    assert_eq!(s.house.count("grants WHERE last_used_at IS NOT NULL").await, 1);
}

async fn a_used_code_voids_what_came_of_it(t: TestDb) {
    let s = Scene::confidential(t).await;
    let code = s.code().await;
    let tokens = s.redeem(&code).await.json();
    let access = tokens["access_token"].as_str().unwrap();
    assert!(s.is_active(access).await);
    assert_eq!(error(&s.redeem(&code).await), refused("invalid_grant"));
    assert!(!s.is_active(access).await, "at once");
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(error(&s.refresh(refresh, &[]).await), refused("invalid_grant"));
    assert_eq!(s.house.count("audit WHERE event = 'code.reused'").await, 1);
    let another = s.tokens().await;
    let another = another["access_token"].as_str().unwrap();
    assert!(s.is_active(another).await, "the grant lives on");
}

async fn two_at_once_one_wins(t: TestDb) {
    let s = Scene::confidential(t).await;
    let code = s.code().await;
    let answers = join_all((0..4).map(|_| s.redeem(&code))).await;
    let mut statuses: Vec<u16> = answers.iter().map(|a| a.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400, 400, 400]);
}

async fn a_failed_check_leaves_the_code_to_its_owner(t: TestDb) {
    let s = Scene::confidential(t).await;
    let code = s.code().await;
    let stolen = [
        ("grant_type", "authorization_code".to_owned()),
        ("code", code.clone()),
        ("redirect_uri", super::kit::REDIRECT.to_owned()),
        ("code_verifier", VERIFIER.to_owned()),
    ];
    let by_other = s.ask_as("other", "/oauth/token", &stolen).await;
    assert_eq!(error(&by_other), refused("invalid_grant"));
    for (field, value) in [
        ("code_verifier", VERIFIER.to_lowercase()),
        ("code_verifier", String::new()),
        ("redirect_uri", "https://app.example/other".to_owned()),
        ("redirect_uri", String::new()),
        ("code", format!("{code}x")),
    ] {
        let answer = s.redeem_with(&code, &[(field, value.clone())]).await;
        assert_eq!(error(&answer), refused("invalid_grant"), "{field} {value}");
    }
    let answer = s.redeem_with(&code, &[("resource", "https://elsewhere.example".into())]).await;
    assert_eq!(error(&answer), refused("invalid_target"));
    assert_eq!(error(&s.redeem_with(&code, &[("code", String::new())]).await).1, "invalid_request");
    assert_eq!(s.redeem(&code).await.status, 200);
}

async fn a_code_is_good_for_a_minute(t: TestDb) {
    let s = Scene::confidential(t).await;
    let (one, two) = (s.code().await, s.code().await);
    s.house.pass(Duration::from_secs(59));
    assert_eq!(s.redeem(&one).await.status, 200);
    s.house.pass(Duration::from_secs(1));
    assert_eq!(error(&s.redeem(&two).await), refused("invalid_grant"));
}

async fn a_code_bound_to_a_key_needs_its_proof(t: TestDb) {
    let s = Scene::confidential(t).await;
    let code = s.code_with(|body| body.dpop_jkt = Some("k".repeat(43))).await;
    assert_eq!(error(&s.redeem(&code).await), refused("invalid_grant"));
}

async fn a_verifier_nobody_asked_for_is_refused(t: TestDb) {
    let s = Scene::confidential(t).await;
    let code = s.code_with(|body| body.code_challenge = None).await;
    assert_eq!(error(&s.redeem(&code).await), refused("invalid_grant"));
    let without = s.redeem_with(&code, &[("code_verifier", String::new())]).await;
    assert_eq!(without.status, 200);
}

async fn a_card_out_of_use_gives_no_card_token(t: TestDb) {
    let s = Scene::confidential(t).await;
    s.house.t.sql("UPDATE cards SET state = 'suspended'").await;
    let tokens = s.tokens().await;
    assert!(tokens.get("ecard_token").is_none());
    assert!(tokens["id_token"].is_string());
}

async fn an_ended_card_ends_the_grant(t: TestDb) {
    let s = Scene::confidential(t).await;
    let before = s.tokens().await;
    s.house.t.sql("UPDATE cards SET state = 'ended'").await;
    let code = s.code().await;
    assert_eq!(error(&s.redeem(&code).await), refused("invalid_grant"));
    assert_eq!(s.house.count("grants WHERE state = 'ended'").await, 1);
    assert!(!s.is_active(before["access_token"].as_str().unwrap()).await);
}

async fn an_ended_grant_gives_nothing(t: TestDb) {
    let s = Scene::confidential(t).await;
    let code = s.code().await;
    s.house.t.sql("UPDATE grants SET state = 'withdrawn'").await;
    assert_eq!(error(&s.redeem(&code).await), refused("invalid_grant"));
}
