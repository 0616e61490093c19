//! There and back: what is asked, and which answers count.

use super::stand_in::{ACCESS_TOKEN, CLIENT, REFRESH_TOKEN, SECRET, Scene, now, partner};
use crate::common::house::browser::Browser;
use crate::common::suite::Suite;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

pub(super) fn register(suite: &mut Suite) {
    tests!(
        suite;
        the_way_to_the_button_is_links,
        the_request_is_pushed_and_the_browser_carries_a_reference_alone,
        a_sign_in_shows_the_card_and_every_step,
        no_token_or_secret_is_on_a_page,
        an_answer_counts_once_and_in_its_own_browser,
        an_answer_of_another_issuer_is_refused,
        refusing_gives_a_friendly_page,
        a_bent_id_token_is_refused,
        a_bent_card_token_is_refused,
        data_about_somebody_else_are_refused,
        an_issuer_that_does_not_answer_is_not_the_citizens_fault,
        only_the_issuer_may_send_citizens_to_the_start,
    );
}

async fn the_way_to_the_button_is_links() {
    let scene = Scene::open().await;
    let mut browser = scene.browser();
    for (path, step, next) in [
        ("/", "partner-home", "/social"),
        ("/social", "partner-social", "/social/online"),
        ("/social/online", "partner-online", "/start"),
    ] {
        let page = browser.get(path).await;
        assert_eq!((page.status, page.step()), (200, step));
        assert!(page.body.contains(&format!("href=\"{next}\"")), "{}", page.main());
    }
    assert_eq!(browser.get("/nothing").await.status, 404);
    assert!(browser.get("/card").await.leads_to("/social/online"));
    assert!(scene.script().pushed.is_empty(), "nothing was asked of the issuer");
}

async fn the_request_is_pushed_and_the_browser_carries_a_reference_alone() {
    let scene = Scene::open().await;
    let gone = scene.browser().get("/start").await;
    let expected =
        format!("{}/authorize?client_id={CLIENT}&request_uri=urn%3Ar%3A1", scene.issuer());
    assert_eq!((gone.status, gone.location()), (303, expected.as_str()));
    let script = scene.script();
    let pushed = &script.pushed[0];
    let names: Vec<_> = pushed.keys().map(String::as_str).collect();
    let all = "client_id code_challenge code_challenge_method nonce redirect_uri response_type \
               scope state ui_locales";
    assert_eq!(names.join(" "), all);
    assert_eq!(pushed["code_challenge_method"], "S256");
    assert_eq!(pushed["scope"], "openid profile phone ecard offline_access");
    assert_eq!(pushed["redirect_uri"], "http://localhost:8081/callback");
    let encoded = SECRET.replace('+', "%2B").replace('/', "%2F");
    let basic = STANDARD.encode(format!("{CLIENT}:{encoded}"));
    assert_eq!(script.credentials[0], format!("Basic {basic}"));
}

async fn a_sign_in_shows_the_card_and_every_step() {
    let scene = Scene::open().await;
    let (_, card) = scene.signed_in().await;
    for shown in ["A1****678", "王*", "110000", "+86138****0001", "invalid", "http://lists/1"] {
        let there = card.body.contains(shown);
        assert_eq!(there, shown != "invalid", "{shown}: {}", card.main());
    }
    assert_eq!(card.body.matches("<details>").count(), 8, "{}", card.main());
    let redeemed = scene.script().redeemed[0].clone();
    assert_eq!(redeemed["grant_type"], "authorization_code");
    assert_eq!(redeemed["code"], "the-code");
    assert!(redeemed["code_verifier"].len() >= 43);
}

async fn no_token_or_secret_is_on_a_page() {
    let scene = Scene::open().await;
    let (_, card) = scene.signed_in().await;
    let (state, redeemed) = (scene.state(), scene.script().redeemed[0].clone());
    let verifier = redeemed["code_verifier"].as_str();
    for secret in [ACCESS_TOKEN, REFRESH_TOKEN, SECRET, "13800000001", &state, verifier] {
        assert!(!card.body.contains(secret), "{secret}");
    }
}

async fn an_answer_counts_once_and_in_its_own_browser() {
    let scene = Scene::open().await;
    let (mut mine, mut others) = (scene.browser(), scene.browser());
    mine.get("/start").await;
    let answer = scene.right_answer();
    others.get("/start").await;
    for browser in [&mut others, &mut scene.browser()] {
        let refused = browser.get(&answer).await;
        assert_eq!((refused.status, refused.step()), (400, "partner-error"));
    }
    let before = mine.cookies.clone();
    // The answer of the sign-in begun first still fits, though another began after it.
    scene.script().id_token = Some(Box::new(|claims| claims["nonce"] = json!("another")));
    assert_eq!(mine.get(&answer).await.status, 502, "the nonce is that of its own sign-in");
    scene.script().id_token = None;
    assert_eq!(mine.get(&answer).await.status, 400, "used up");
    mine.get("/start").await;
    let answer = scene.right_answer();
    assert!(mine.get(&answer).await.leads_to("/card"));
    assert_ne!(mine.cookies["partner_session"], before["partner_session"], "a new session");
    assert!(mine.get(&answer).await.leads_to("/card"), "going back leads on");
    assert_eq!(scene.script().redeemed.len(), 2, "and redeems nothing");
}

async fn an_answer_of_another_issuer_is_refused() {
    let scene = Scene::open().await;
    let mut browser = scene.browser();
    for iss in ["", "&iss=http://127.0.0.1:1"] {
        browser.get("/start").await;
        let refused = browser.get(&format!("/callback?code=c&state={}{iss}", scene.state())).await;
        assert_eq!((refused.status, refused.step()), (502, "partner-error"), "{iss}");
    }
    assert!(scene.script().redeemed.is_empty(), "no code went to anybody");
}

async fn refusing_gives_a_friendly_page() {
    let scene = Scene::open().await;
    let mut browser = scene.browser();
    browser.get("/start").await;
    let back = |error: &str| {
        format!("/callback?error={error}&state={}&iss={}", scene.state(), scene.issuer())
    };
    let page = browser.get(&back("access_denied")).await;
    assert_eq!((page.status, page.step()), (200, "partner-refused"));
    assert!(page.body.contains("href=\"/start\""), "{}", page.main());
    browser.get("/start").await;
    let page = browser.get(&back("temporarily_unavailable")).await;
    assert_eq!((page.status, page.step()), (502, "partner-error"));
    assert!(page.body.contains("temporarily_unavailable"), "{}", page.main());
    assert!(browser.get("/card").await.leads_to("/social/online"));
}

/// Comes back with tokens that are bent, and must not be signed in.
async fn refused(scene: &Scene, browser: &mut Browser, what: &str) {
    let back = scene.sign_in(browser).await;
    assert_eq!((back.status, back.step()), (502, "partner-error"), "{what}: {}", back.main());
    assert!(browser.get("/card").await.leads_to("/social/online"), "{what}");
}

async fn a_bent_id_token_is_refused() {
    let scene = Scene::open().await;
    let mut browser = scene.browser();
    let bends: [(&str, Value); 5] = [
        ("nonce", json!("another")),
        ("aud", json!("another-client")),
        ("iss", json!("http://127.0.0.1:1")),
        ("exp", json!(now() - 1)),
        ("at_hash", json!("AAAA")),
    ];
    for (name, value) in bends {
        scene.script().id_token = Some(Box::new(move |claims| claims[name] = value.clone()));
        refused(&scene, &mut browser, name).await;
    }
}

async fn a_bent_card_token_is_refused() {
    let scene = Scene::open().await;
    let mut browser = scene.browser();
    let bends: [(&str, Value); 5] = [
        ("sub", json!("somebody-else")),
        ("aud", json!("another-client")),
        ("iss", json!("http://127.0.0.1:1")),
        ("exp", json!(now() - 120)),
        ("iat", json!(now() + 120)),
    ];
    for (name, value) in bends {
        scene.script().card = Some(Box::new(move |claims| claims[name] = value.clone()));
        refused(&scene, &mut browser, name).await;
    }
}

async fn data_about_somebody_else_are_refused() {
    let scene = Scene::open().await;
    scene.script().userinfo = Some(Box::new(|told| told["sub"] = json!("somebody-else")));
    refused(&scene, &mut scene.browser(), "userinfo").await;
}

async fn an_issuer_that_does_not_answer_is_not_the_citizens_fault() {
    // Nobody listens there.
    let mut browser = Browser::new(partner("http://127.0.0.1:1"));
    let page = browser.get("/start").await;
    assert_eq!((page.status, page.step()), (503, "partner-error"));
    assert!(page.body.contains("issuer_unreachable"));
    let scene = Scene::open().await;
    scene.script().metadata =
        Some(Box::new(|document| document["issuer"] = json!("http://another.example")));
    let page = scene.browser().get("/start").await;
    assert_eq!((page.status, page.step()), (502, "partner-error"), "another issuer's metadata");
}

async fn only_the_issuer_may_send_citizens_to_the_start() {
    let scene = Scene::open().await;
    let mut browser = scene.browser();
    assert_eq!(browser.get(&format!("/start?iss={}", scene.issuer())).await.status, 303);
    assert_eq!(browser.get("/start?iss=http://127.0.0.1:1").await.status, 502);
    assert_eq!(scene.script().pushed.len(), 1);
}
