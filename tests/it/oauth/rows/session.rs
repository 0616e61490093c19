//! Rows 23–25: who sits at the browser, and how dull it may be.

use crate::common::house::walk::Step;
use crate::common::suite::Suite;
use crate::oauth::kit::{Ask, Call, Partner, Walk, World, told};
use axum::http::header;
use ecard::domain::demo_story::Story;

pub(super) fn register(suite: &mut Suite) {
    tests!(suite;
        row_23_a_request_without_pages_is_answered_at_once,
        row_24_a_login_may_be_too_old,
        row_24_only_the_hinted_person_is_answered_for,
        row_25_the_dullest_browser_gets_through);
}

/// `prompt=none` is `login_required`, `interaction_required` or `consent_required`, each for its
/// reason, and shows nothing; when it succeeds, the login is the old one.
async fn row_23_a_request_without_pages_is_answered_at_once() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let silent = |of: &Partner| Ask::of(of).set("prompt", "none");
    let mut nobody = world.house.browser();
    let mut cardless = world.house.browser();
    let page = cardless.get("/login").await;
    cardless.submit(&page, &world.house.right(Step::Login, Story::DottedName)).await;
    let mut holder = world.holder.clone();
    for (browser, code) in [
        (&mut nobody, "login_required"),
        (&mut cardless, "interaction_required"),
        (&mut holder, "consent_required"),
    ] {
        let ask = silent(&partner);
        let end = world.ask_in(browser, &partner, &ask, Walk::ALLOW).await;
        assert!(end.steps.is_empty(), "{:?}", end.steps);
        told(&end, code, ask.value("state"), world.issuer());
    }
    let first = world.plain(&partner).await;
    let first = world.open_token(first.id_token()).await;
    world.pass(30);
    let ask = silent(&partner);
    let end = world.ask(&partner, &ask, Walk::LOOK).await;
    assert!(end.steps.is_empty());
    let answer = Call::code(&partner, &end.code(), &ask).send(&world).await.json();
    let second = world.open_token(answer["id_token"].as_str().unwrap()).await;
    assert_eq!(first.claims["auth_time"], second.claims["auth_time"]);
    assert_eq!(first.claims["sub"], second.claims["sub"]);
    assert!(second.claims["iat"].as_i64() > first.claims["iat"].as_i64());
    let wider = silent(&partner).set("scope", "openid profile phone");
    let end = world.ask(&partner, &wider, Walk::ALLOW).await;
    told(&end, "consent_required", wider.value("state"), world.issuer());
    let both = silent(&partner).set("prompt", "none login");
    let end = world.ask(&partner, &both, Walk::ALLOW).await;
    told(&end, "invalid_request", both.value("state"), world.issuer());
}

/// `max_age` and `prompt=login` ask for the password again, and the ID token says when.
async fn row_24_a_login_may_be_too_old() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    world.plain(&partner).await;
    let mut browser = world.holder.clone();
    for (name, value, again) in [
        ("max_age", "1", true),
        ("max_age", "0", true),
        ("max_age", "10000", false),
        ("prompt", "login", true),
        ("prompt", "select_account", true),
    ] {
        world.pass(3);
        let ask = Ask::of(&partner).set(name, value);
        let end = world.ask_in(&mut browser, &partner, &ask, Walk::ALLOW).await;
        let steps: &[&str] = if again { &["login"] } else { &[] };
        assert_eq!(end.steps, steps, "{name}={value}");
        let answer = Call::code(&partner, &end.code(), &ask).send(&world).await.json();
        let opened = world.open_token(answer["id_token"].as_str().unwrap()).await;
        let at = opened.claims["auth_time"].as_i64().unwrap();
        assert_eq!(at == world.now(), again, "{name}={value}: {at}");
    }
    world.pass(3);
    for wish in ["1", "0"] {
        let ask = Ask::of(&partner).set("prompt", "none").set("max_age", wish);
        let end = world.ask_in(&mut browser, &partner, &ask, Walk::ALLOW).await;
        told(&end, "login_required", ask.value("state"), world.issuer());
    }
    for bad in ["-1", "x", "1.5"] {
        let ask = Ask::of(&partner).set("max_age", bad);
        let end = world.ask_in(&mut browser, &partner, &ask, Walk::ALLOW).await;
        told(&end, "invalid_request", ask.value("state"), world.issuer());
    }
}

/// `id_token_hint` of another person is `login_required`, silently or after that person did not
/// come; a hint that nobody here signed, or for another client, is no hint.
async fn row_24_only_the_hinted_person_is_answered_for() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let hint = world.plain(&partner).await.id_token().to_owned();
    let mut other = world.house.holder(Story::RareCharacter).await;
    let ask = Ask::of(&partner).set("id_token_hint", &hint);
    let silent = ask.clone().set("prompt", "none");
    let end = world.ask_in(&mut other, &partner, &silent, Walk::ALLOW).await;
    told(&end, "login_required", ask.value("state"), world.issuer());
    let stubborn = Walk::by(Story::RareCharacter);
    let end = world.ask_in(&mut other.clone(), &partner, &ask, stubborn).await;
    assert_eq!(end.steps, ["login"], "the hinted person may come");
    told(&end, "login_required", ask.value("state"), world.issuer());
    let end = world.ask_in(&mut other.clone(), &partner, &ask, Walk::ALLOW).await;
    assert_eq!(end.steps, ["login"], "and is answered for");
    end.code();
    world.pass(600);
    let end = world.ask_in(&mut world.holder.clone(), &partner, &silent, Walk::ALLOW).await;
    end.code();
    for bad in ["x", &format!("{hint}x"), &hint.replacen('.', ".e", 1)] {
        let ask = silent.clone().set("id_token_hint", bad);
        let end = world.ask_in(&mut world.holder.clone(), &partner, &ask, Walk::ALLOW).await;
        assert!(["invalid_request", "login_required"].contains(&end.error()), "{bad}");
    }
}

/// Without script: every page is a form with a button, also the one that posts the answer.
async fn row_25_the_dullest_browser_gets_through() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let ask = Ask::of(&partner).set("response_mode", "form_post");
    let mut browser = world.house.browser();
    for walk in [Walk::LOOK, Walk::LOGIN] {
        let end = world.ask_in(&mut browser, &partner, &ask, walk).await;
        let main = end.last.main();
        assert!(main.contains("<form") && main.contains("method=\"post\""), "{main}");
        assert!(main.contains("type=\"submit\""), "{main}");
        assert!(!main.contains("onclick") && !main.contains("javascript:"), "{main}");
    }
    let end = world.ask_in(&mut browser, &partner, &ask, Walk::ALLOW).await;
    assert!(end.back().by_form, "{:?}", end.back());
    let page = &end.last;
    assert!(
        page.main().contains("type=\"submit\""),
        "a button for who has no script: {}",
        page.main()
    );
    assert_eq!(page.header(header::CACHE_CONTROL), "no-store");
    let policy = page.header(header::CONTENT_SECURITY_POLICY);
    assert!(policy.contains("https://basic.example"), "the form may leave: {policy}");
    assert!(!policy.contains("unsafe-inline"), "{policy}");
}
