//! Refresh tokens: nobody is logged out by a lost answer, and nobody stays in by a stolen token.

use super::kit::{Scene, claims, error, refused};
use crate::common::db::TestDb;
use crate::common::suite::Suite;
use futures_util::future::join_all;
use serde_json::Value;

pub(crate) fn register(suite: &mut Suite) {
    both!(
        suite;
        a_confidential_client_keeps_its_token,
        a_scope_is_narrowed_and_never_widened,
        a_lost_answer_is_given_again,
        many_at_once_get_the_same_successor,
        a_token_after_its_successor_ends_the_line,
        a_refresh_token_is_its_clients_alone,
        a_line_ends_with_its_grant_and_its_client,
        without_offline_access_there_is_none,
    );
}

fn token(tokens: &Value) -> &str {
    tokens["refresh_token"].as_str().unwrap()
}

async fn a_confidential_client_keeps_its_token(t: TestDb) {
    let s = Scene::confidential(t).await;
    let first = s.tokens().await;
    for _ in 0..3 {
        let next = s.refresh(token(&first), &[]).await.json();
        assert_eq!(token(&next), token(&first));
        let (old, new) = (claims(&first["id_token"]), claims(&next["id_token"]));
        for same in ["sub", "nonce", "auth_time", "acr", "sid", "region"] {
            assert_eq!(old[same], new[same], "{same}");
        }
        assert_ne!(old["at_hash"], new["at_hash"]);
        assert!(next["ecard_token"].is_string());
    }
    assert_eq!(s.house.count("audit WHERE event = 'token.refreshed'").await, 3);
}

async fn a_scope_is_narrowed_and_never_widened(t: TestDb) {
    let s = Scene::confidential(t).await;
    let first = s.tokens().await;
    let scope = |scope: &str| [("scope", scope.to_owned())];
    let narrow = s.refresh(token(&first), &scope("profile")).await.json();
    assert_eq!(narrow["scope"], "profile");
    assert!(narrow.get("id_token").is_none() && narrow.get("ecard_token").is_none());
    for wider in ["openid phone", "openid medical.settle", "openid nonsense"] {
        let answer = s.refresh(token(&first), &scope(wider)).await;
        assert_eq!(error(&answer), refused("invalid_scope"), "{wider}");
    }
    let whole = s.refresh(token(&first), &[]).await.json();
    assert_eq!(whole["scope"], first["scope"], "what was narrowed once is not lost");
}

async fn a_lost_answer_is_given_again(t: TestDb) {
    let s = Scene::public(t).await;
    let first = s.tokens().await;
    let second = s.refresh(token(&first), &[]).await.json();
    assert_ne!(token(&second), token(&first));
    let again = s.refresh(token(&first), &[]).await.json();
    assert_eq!(token(&again), token(&second), "letter by letter");
    let third = s.refresh(token(&second), &[]).await;
    assert_eq!(third.status, 200);
}

async fn many_at_once_get_the_same_successor(t: TestDb) {
    let s = Scene::public(t).await;
    let first = s.tokens().await;
    let answers = join_all((0..6).map(|_| s.refresh(token(&first), &[]))).await;
    let successors: Vec<String> = answers.iter().map(|a| token(&a.json()).to_owned()).collect();
    assert!(successors.iter().all(|one| *one == successors[0]), "{successors:?}");
}

async fn a_token_after_its_successor_ends_the_line(t: TestDb) {
    let s = Scene::public(t).await;
    let first = s.tokens().await;
    let second = s.refresh(token(&first), &[]).await.json();
    let third = s.refresh(token(&second), &[]).await.json();
    let access = third["access_token"].as_str().unwrap();
    assert!(s.is_active(access).await);
    assert_eq!(error(&s.refresh(token(&first), &[]).await), refused("invalid_grant"));
    assert!(!s.is_active(access).await, "its access tokens too, at once");
    assert_eq!(error(&s.refresh(token(&third), &[]).await), refused("invalid_grant"));
    assert_eq!(s.house.count("audit WHERE event = 'refresh.replayed'").await, 1);
    assert_eq!(s.house.count("grants WHERE state = 'live'").await, 1, "the consent stays");
}

async fn a_refresh_token_is_its_clients_alone(t: TestDb) {
    let s = Scene::confidential(t).await;
    let first = s.tokens().await;
    let fields =
        [("grant_type", "refresh_token".to_owned()), ("refresh_token", token(&first).to_owned())];
    let by_other = s.ask_as("other", "/oauth/token", &fields).await;
    assert_eq!(error(&by_other), refused("invalid_grant"));
    let mut nobody = super::kit::program(&s.house);
    assert_eq!(error(&nobody.post("/oauth/token", &fields).await), (401, "invalid_client".into()));
    let forged = token(&first).replace(".0.", ".1.");
    assert_eq!(error(&s.refresh(&forged, &[]).await), refused("invalid_grant"));
    assert_eq!(s.refresh(token(&first), &[]).await.status, 200);
}

async fn a_line_ends_with_its_grant_and_its_client(t: TestDb) {
    let s = Scene::confidential(t).await;
    let first = s.tokens().await;
    s.house.t.sql("UPDATE cards SET state = 'cancelled_by_holder'").await;
    assert_eq!(error(&s.refresh(token(&first), &[]).await), refused("invalid_grant"));
    assert_eq!(s.house.count("grants WHERE state = 'ended'").await, 1);
    let work = s.house.app.db.write::<_, ecard::app::Fault, _>(|tx| {
        Box::pin(async move {
            let at = ecard::domain::time::Timestamp::from_epoch_seconds(1);
            Ok(ecard::storage::clients::disable(tx, "app", at).await?)
        })
    });
    assert!(work.await.unwrap());
    s.house.app.revocations.follow(&s.house.app.db).await.unwrap();
    let answer = s.ask_as("other", "/oauth/introspect", &[("token", "x".into())]).await;
    assert_eq!(answer.status, 200);
    let fields =
        [("grant_type", "refresh_token".to_owned()), ("refresh_token", token(&first).to_owned())];
    let mut program = super::kit::program(&s.house);
    program.headers.push(super::kit::basic("app", &super::kit::secret("app")));
    assert_eq!(error(&program.post("/oauth/token", &fields).await), (401, "invalid_client".into()));
}

async fn without_offline_access_there_is_none(t: TestDb) {
    let s = Scene::confidential(t).await;
    let code = s
        .code_with(|body| body.scope = ecard::domain::scope::ScopeSet::parse("openid ecard"))
        .await;
    let tokens = s.redeem(&code).await.json();
    assert!(tokens.get("refresh_token").is_none(), "{tokens}");
    assert_eq!(s.house.count("refresh_lines WHERE state = 'live'").await, 0);
}
