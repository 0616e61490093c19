//! Rows 8, 9, 13 and 14: a pushed request in the browser.

use crate::common::db::TestDb;
use crate::common::suite::Suite;
use crate::oauth::kit::{Ask, End, Partner, Walk, World, shown};
use axum::http::Method;
use std::collections::BTreeSet;

pub(super) fn register(suite: &mut Suite) {
    both!(suite; row_08_a_pushed_request_is_consumed_by_the_authorization_not_by_the_page);
    both!(suite; row_08_a_silent_answer_is_the_same_again_and_only_a_person_gets_it);
    tests!(suite;
        row_09_an_expired_request_is_explained_and_leads_back_to_the_partner,
        row_13_client_and_uri_are_all_a_pushed_request_needs,
        row_14_parameters_beside_a_pushed_request_are_ignored);
}

/// Reloading, logging in and coming back work; when the authorization is complete, the URI is
/// used up for every browser, and the same browser never gets a second code from it.
async fn row_08_a_pushed_request_is_consumed_by_the_authorization_not_by_the_page(t: TestDb) {
    let world = World::on(t).await;
    let partner = world.add(Partner::fapi("fapi")).await;
    let uri = world.push(&partner, &Ask::of(&partner)).await;
    let path = Ask::pushed(partner.id(), &uri).path();
    let mut browser = world.house.browser();
    for _ in 0..3 {
        let end = world.walk(&mut browser, &path, Walk::LOOK).await;
        assert_eq!(end.last.step(), "login", "{}", end.last.main());
    }
    let end = world.walk(&mut browser, &path, Walk::LOGIN).await;
    assert_eq!(end.last.step(), "consent", "{}", end.last.main());
    let end = world.walk(&mut browser, &path, Walk::LOOK).await;
    assert_eq!(end.last.step(), "consent", "{}", end.last.main());
    let code = world.walk(&mut browser, &path, Walk::ALLOW).await.code();

    shown(&world.walk(&mut world.holder.clone(), &path, Walk::ALLOW).await);
    shown(&world.walk(&mut world.house.browser(), &path, Walk::ALLOW).await);
    let again = world.walk(&mut browser, &path, Walk::ALLOW).await;
    assert!(again.is_shown() || again.code() == code, "{:?}", again.back());
    world.pass(61);
    shown(&world.walk(&mut browser, &path, Walk::ALLOW).await);
}

/// Where nobody has to be asked, a reload is answered as before; `HEAD` and a look ahead of time use
/// nothing up; and another browser does not read that nothing was handed out.
async fn row_08_a_silent_answer_is_the_same_again_and_only_a_person_gets_it(t: TestDb) {
    let world = World::on(t).await;
    let partner = world.add(Partner::fapi("fapi")).await;
    let mut browser = world.holder.clone();
    world.ask_in(&mut browser, &partner, &Ask::of(&partner), Walk::ALLOW).await.code();
    let uri = world.push(&partner, &Ask::of(&partner)).await;
    let path = Ask::pushed(partner.id(), &uri).path();
    let head = browser.send(Method::HEAD, &path, "", Vec::new()).await;
    assert_eq!((head.status, head.location()), (405, ""));
    for (name, value) in [("sec-purpose", "prefetch;prerender"), ("purpose", "prefetch")] {
        let mut ahead = browser.clone();
        ahead.headers.push((name, value.to_owned()));
        let answer = ahead.get(&path).await;
        assert_eq!((answer.status, answer.location()), (503, ""), "{name}");
    }
    let loads = (0..10).map(|_| {
        let (mut tab, world, path) = (browser.clone(), &world, path.as_str());
        async move { world.walk(&mut tab, path, Walk::LOOK).await }
    });
    let ends = futures_util::future::join_all(loads).await;
    assert!(ends.iter().all(|end| end.steps.is_empty()), "nobody is asked");
    let codes: BTreeSet<String> = ends.iter().map(End::code).collect();
    assert_eq!(codes.len(), 1, "ten loads at once are one answer");
    let code = codes.into_iter().next().unwrap();
    for _ in 0..3 {
        assert_eq!(world.walk(&mut browser, &path, Walk::LOOK).await.code(), code);
    }
    let elsewhere = world.walk(&mut world.house.browser(), &path, Walk::LOOK).await;
    shown(&elsewhere);
    assert_eq!(elsewhere.last.status, 410);
    assert!(!elsewhere.last.main().contains("没有向该应用提供"), "{}", elsewhere.last.main());
}

/// After its time the citizen reads what happened and finds the way back to the partner's start.
async fn row_09_an_expired_request_is_explained_and_leads_back_to_the_partner() {
    let world = World::open().await;
    let partner = world.add(Partner::fapi("fapi")).await;
    let uri = world.push(&partner, &Ask::of(&partner)).await;
    let path = Ask::pushed(partner.id(), &uri).path();
    world.pass(600);
    let mut browser = world.house.browser();
    let end = world.walk(&mut browser, &path, Walk::LOOK).await;
    shown(&end);
    let start = partner.client.initiate_login_uri.as_deref().unwrap();
    assert!(end.last.main().contains(start), "{}", end.last.main());
    assert!(end.last.main().contains("<h1"), "{}", end.last.main());
    let anew = world.push(&partner, &Ask::of(&partner)).await;
    let path = Ask::pushed(partner.id(), &anew).path();
    world.walk(&mut browser, &path, Walk::ALLOW).await.code();
}

/// `client_id` and `request_uri` alone start the authorization.
async fn row_13_client_and_uri_are_all_a_pushed_request_needs() {
    let world = World::open().await;
    for partner in [Partner::fapi("fapi"), Partner::basic("basic"), Partner::native("native")] {
        let partner = world.add(partner).await;
        let ask = Ask::of(&partner);
        let uri = world.push(&partner, &ask).await;
        let bare = Ask::pushed(partner.id(), &uri);
        let end = world.walk(&mut world.holder.clone(), &bare.path(), Walk::ALLOW).await;
        end.code();
        assert_eq!(end.param("state"), ask.value("state"));
        let uri = world.push(&partner, &ask).await;
        let bare = Ask::pushed(partner.id(), &uri);
        world.post(&mut world.holder.clone(), &bare, Walk::ALLOW).await.code();
    }
}

/// Nothing that stands beside `request_uri` in the browser's address has any weight.
async fn row_14_parameters_beside_a_pushed_request_are_ignored() {
    let world = World::open().await;
    let partner = world.add(Partner::fapi("fapi")).await;
    let ask = Ask::of(&partner);
    let uri = world.push(&partner, &ask).await;
    let beside = Ask::pushed(partner.id(), &uri)
        .set("state", "another")
        .set("nonce", "another")
        .set("scope", "openid identity")
        .set("response_type", "token")
        .set("redirect_uri", "https://evil.example/cb")
        .set("prompt", "none")
        .set("code_challenge_method", "plain");
    let end = world.walk(&mut world.house.browser(), &beside.path(), Walk::ALLOW).await;
    assert_eq!(end.steps, ["login", "consent"], "prompt=none had no weight");
    assert_eq!(
        (end.back().uri.as_str(), end.param("state")),
        (partner.redirect(), ask.value("state"))
    );
    let code = end.code();
    let answer = crate::oauth::kit::Call::code(&partner, &code, &ask).send(&world).await;
    let id_token = answer.json()["id_token"].as_str().unwrap().to_owned();
    let opened = world.open_token(&id_token).await;
    assert_eq!(opened.text("nonce"), ask.value("nonce"));
    let scope = answer.json()["scope"].as_str().unwrap_or("openid profile").to_owned();
    assert_eq!(scope, "openid profile");
}
