//! What an attacker was seen to try.

use super::kit::{Ask, Call, Partner, Walk, World, refused, send_form, shown, told};
use crate::common::suite::Suite;
use axum::http::Method;

pub(super) fn register(suite: &mut Suite) {
    tests!(suite;
        an_authorization_is_bound_to_the_browser_whose_cookie_began_it,
        a_posted_id_token_hint_is_in_no_address,
        a_state_too_long_is_not_passed_on,
        an_openid_request_says_where_its_answer_goes,
        a_form_of_another_site_changes_nothing);
}

async fn an_authorization_is_bound_to_the_browser_whose_cookie_began_it() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let mut browser = world.holder.clone();
    let begun = browser.get(&Ask::of(&partner).path()).await;
    let path = begun.location().trim_start_matches(world.issuer()).to_owned();
    let mut thief = world.house.browser();
    assert_eq!(thief.get(&path).await.status, 403, "the address alone is worth nothing");
    assert_eq!(browser.get(&path).await.step(), "consent");
}

async fn a_posted_id_token_hint_is_in_no_address() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let hint = world.plain(&partner).await.id_token().to_owned();
    let out = "https://basic.example/out";
    let fields = [
        ("id_token_hint", hint.clone()),
        ("post_logout_redirect_uri", out.to_owned()),
        ("state", "kept".to_owned()),
    ];
    let mut outside = world.house.browser();
    let answer = outside.post("/oauth/logout", &fields).await;
    assert_eq!(answer.status, 303);
    assert!(!answer.location().contains(&hint), "{}", answer.location());
    let path = answer.location().to_owned();
    assert!(world.house.t.text("SELECT body FROM pushed_requests").await.is_some());
    let readable = format!("pushed_requests WHERE body LIKE '%{}%'", &hint[..30]);
    assert_eq!(world.house.count(&readable).await, 0, "sealed as it rests");
    let mut browser = world.holder.clone();
    let end = browser.get(&path).await;
    assert_eq!(end.location(), format!("{out}?state=kept"));
    assert_ne!(browser.get("/card").await.status, 200, "logged out");
    world.pass(601);
    let mut late = world.house.holder(ecard::domain::demo_story::Story::RareCharacter).await;
    assert_eq!(late.get(&path).await.status, 200, "asked, since nothing is kept any more");
    let wrong = [("id_token_hint", format!("{hint}x"))];
    assert_eq!(outside.post("/oauth/logout", &wrong).await.status, 400);
}

async fn a_state_too_long_is_not_passed_on() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let ask = Ask::of(&partner).set("state", &"s".repeat(1025));
    let end = world.ask(&partner, &ask, Walk::ALLOW).await;
    told(&end, "invalid_request", "", world.issuer());
    assert!(!end.back().params.contains_key("state"));
}

async fn an_openid_request_says_where_its_answer_goes() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let ask = Ask::of(&partner).without("redirect_uri");
    shown(&world.ask(&partner, &ask, Walk::ALLOW).await);
    refused(&Call::push(&partner, &ask).send(&world).await, 400, "invalid_request");
    let plain = ask.set("scope", "profile");
    let end = world.ask(&partner, &plain, Walk::ALLOW).await;
    assert_eq!(end.back().uri, partner.redirect(), "OAuth alone may leave it out");
}

async fn a_form_of_another_site_changes_nothing() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let page = world.ask(&partner, &Ask::of(&partner), Walk::LOOK).await.last;
    assert_eq!(page.step(), "consent");
    let mut browser = world.holder.clone();
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
    ] {
        browser.headers = vec![(name, value.to_owned())];
        let answer = send_form(&mut browser, &page, &[("decision", "allow".to_owned())]).await;
        assert_eq!(answer.status, 403, "{name}: {value}");
        assert!(answer.body.contains("FORM_NOT_OURS"), "{}", answer.main());
        let logout = browser.post("/logout", &[("csrf", page.hidden_field("csrf"))]).await;
        assert_eq!(logout.status, 403, "{name}: {value}");
        let begun = Ask::of(&partner).encoded().into_bytes();
        let kind = "application/x-www-form-urlencoded";
        let begun = browser.send(Method::POST, "/oauth/authorize", kind, begun).await;
        assert_eq!(begun.status, 303, "a partner's own form is another site's");
    }
    assert_eq!(world.house.count("grants").await, 0);
    for headers in [
        vec![("origin", "null".to_owned())],
        vec![("sec-fetch-site", "same-origin".to_owned()), ("origin", "null".to_owned())],
    ] {
        browser.headers = headers;
        let answer = send_form(&mut browser, &page, &[("decision", "allow".to_owned())]).await;
        assert_eq!(answer.status, 303, "{}", answer.main());
    }
}
