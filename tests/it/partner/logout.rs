//! New tokens for the old, and the two ways of being logged out.

use super::stand_in::{CLIENT, SUBJECT, Scene, now};
use crate::common::house::answer::Answer;
use crate::common::house::browser::{Browser, Field};
use crate::common::suite::Suite;
use serde_json::{Value, json};

pub(super) fn register(suite: &mut Suite) {
    tests!(
        suite;
        new_tokens_come_without_the_citizen,
        a_permission_withdrawn_ends_the_session,
        refreshing_never_changes_who_it_is,
        forms_need_the_sessions_token,
        logging_out_leads_to_the_issuer_and_back,
        a_logout_token_ends_the_session_and_the_page_says_so,
        a_logout_token_counts_once,
        a_bent_logout_token_ends_nothing,
    );
}

fn token_of(page: &Answer) -> [Field; 1] {
    [("csrf", page.hidden_field("csrf"))]
}

async fn new_tokens_come_without_the_citizen() {
    let scene = Scene::open().await;
    let (mut browser, card) = scene.signed_in().await;
    let gone = browser.post("/refresh", &token_of(&card)).await;
    assert!(gone.leads_to("/card?refreshed=1"), "{} {}", gone.status, gone.main());
    assert_eq!(scene.script().redeemed[1]["grant_type"], "refresh_token");
    let page = browser.get("/card?refreshed=1").await;
    assert!(page.body.contains("New tokens have come."), "{}", page.main());
    assert!(page.body.contains("grant_type"));
}

async fn a_permission_withdrawn_ends_the_session() {
    let scene = Scene::open().await;
    let (mut browser, card) = scene.signed_in().await;
    scene.script().refusal = Some((503, "temporarily_unavailable"));
    assert_eq!(browser.post("/refresh", &token_of(&card)).await.status, 502);
    assert_eq!(browser.get("/card").await.status, 200, "an outage signs nobody out");
    scene.script().refusal = Some((400, "invalid_grant"));
    let page = browser.post("/refresh", &token_of(&card)).await;
    assert!(page.status == 200 && page.body.contains("invalid_grant"), "{}", page.main());
    assert!(browser.get("/card").await.leads_to("/social/online"));
}

async fn refreshing_never_changes_who_it_is() {
    let scene = Scene::open().await;
    let (mut browser, card) = scene.signed_in().await;
    let somebody = |value: &mut Value| value["sub"] = json!("somebody-else");
    {
        let mut script = scene.script();
        script.id_token = Some(Box::new(somebody));
        script.card = Some(Box::new(somebody));
        script.userinfo = Some(Box::new(somebody));
    }
    assert_eq!(browser.post("/refresh", &token_of(&card)).await.status, 502);
    let shown = browser.get("/card").await;
    assert!(!shown.body.contains("somebody-else"), "{}", shown.main());
}

async fn forms_need_the_sessions_token() {
    let scene = Scene::open().await;
    let (mut browser, _) = scene.signed_in().await;
    for path in ["/refresh", "/logout"] {
        for fields in [vec![], vec![("csrf", String::new())], vec![("csrf", "x".to_owned())]] {
            assert_eq!(browser.post(path, &fields).await.status, 403, "{path}");
        }
        assert_eq!(scene.browser().post(path, &[("csrf", String::new())]).await.status, 403);
    }
    assert_eq!(browser.get("/card").await.status, 200);
}

async fn logging_out_leads_to_the_issuer_and_back() {
    let scene = Scene::open().await;
    let (mut browser, card) = scene.signed_in().await;
    let gone = browser.post("/logout", &token_of(&card)).await;
    let there = url::Url::parse(gone.location()).unwrap();
    assert!(gone.location().starts_with(&format!("{}/logout?", scene.issuer())));
    let asked: std::collections::BTreeMap<_, _> = there.query_pairs().collect();
    assert_eq!(asked["post_logout_redirect_uri"], "http://localhost:8081/");
    assert_eq!(asked["client_id"], CLIENT);
    assert_eq!(asked["id_token_hint"].split('.').count(), 3);
    let form_action = format!("form-action 'self' {}", scene.issuer());
    let policy = card.header(axum::http::header::CONTENT_SECURITY_POLICY);
    assert!(policy.contains(&form_action), "{policy}");
    let said = "You are logged out here and at the issuer.";
    assert!(!browser.get("/?state=another").await.body.contains(said));
    assert!(browser.get(&format!("/?state={}", asked["state"])).await.body.contains(said));
    assert!(browser.get("/card").await.leads_to("/social/online"));
}

async fn notify(scene: &Scene, token: &str) -> u16 {
    scene.browser().post("/backchannel-logout", &[("logout_token", token.to_owned())]).await.status
}

async fn is_signed_in(browser: &mut Browser) -> bool {
    browser.get("/card").await.status == 200
}

async fn a_logout_token_ends_the_session_and_the_page_says_so() {
    let scene = Scene::open().await;
    let (mut browser, _) = scene.signed_in().await;
    let of_another = scene.logout_token(|_, claims| {
        claims["sid"] = json!("another-session");
        claims["jti"] = json!("1");
    });
    assert_eq!(notify(&scene, &of_another).await, 200);
    assert!(is_signed_in(&mut browser).await, "it was another's session");
    let mine = scene.logout_token(|_, claims| claims["sub"] = json!(SUBJECT));
    assert_eq!(notify(&scene, &mine).await, 200);
    assert!(!is_signed_in(&mut browser).await);
    for path in ["/", "/social/online"] {
        let page = browser.get(path).await;
        assert!(page.body.contains("The issuer told us"), "{}", page.main());
        assert!(page.body.contains("backchannel-logout"), "{}", page.main());
    }
}

async fn a_logout_token_counts_once() {
    let scene = Scene::open().await;
    let (mut browser, _) = scene.signed_in().await;
    let token = scene.logout_token(|_, _| {});
    assert_eq!(notify(&scene, &token).await, 200);
    assert!(scene.sign_in(&mut browser).await.leads_to("/card"));
    assert_eq!(notify(&scene, &token).await, 400);
    assert!(is_signed_in(&mut browser).await);
}

async fn a_bent_logout_token_ends_nothing() {
    type Bend = fn(&mut Value, &mut Value);
    let scene = Scene::open().await;
    let (mut browser, _) = scene.signed_in().await;
    let bends: [(&str, Bend); 12] = [
        ("type", |header, _| header["typ"] = json!("JWT")),
        ("no type", |header, _| drop(header.as_object_mut().unwrap().remove("typ"))),
        ("none", |header, _| header["alg"] = json!("none")),
        ("algorithm", |header, _| header["alg"] = json!("HS256")),
        ("key", |header, _| header["kid"] = json!("k2")),
        ("critical", |header, _| header["crit"] = json!(["b64"])),
        ("issuer", |_, claims| claims["iss"] = json!("http://127.0.0.1:1")),
        ("audience", |_, claims| claims["aud"] = json!(["another-client"])),
        ("event", |_, claims| claims["events"] = json!({ "http://another": {} })),
        ("nonce", |_, claims| claims["nonce"] = json!("n")),
        ("age", |_, claims| claims["iat"] = json!(now() - 3600)),
        ("end", |_, claims| claims["exp"] = json!(now() - 120)),
    ];
    for (what, bend) in bends {
        assert_eq!(notify(&scene, &scene.logout_token(bend)).await, 400, "{what}");
    }
    let token = scene.logout_token(|_, _| {});
    let (signed, _) = token.rsplit_once('.').unwrap();
    let other = scene.logout_token(|_, claims| claims["jti"] = json!("z"));
    let (_, other) = other.rsplit_once('.').unwrap();
    for forged in [format!("{signed}.{other}"), format!("{signed}."), "a.b".into(), String::new()] {
        assert_eq!(notify(&scene, &forged).await, 400, "{forged}");
    }
    assert!(is_signed_in(&mut browser).await);
}
