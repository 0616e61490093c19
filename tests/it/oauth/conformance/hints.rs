//! OpenID Connect Basic: parameters that may be heeded and must not be stumbled over.

use crate::common::suite::Suite;
use crate::oauth::kit::{Ask, Partner, Walk, World, told};
use ecard::domain::demo_story::Story;
use serde_json::json;

pub(super) fn register(suite: &mut Suite) {
    tests!(suite;
        oidcc_display_page_popup, oidcc_login_hint, oidcc_ui_locales, oidcc_claims_locales,
        oidcc_prompt_login, oidcc_prompt_none_not_logged_in, oidcc_prompt_none_logged_in,
        oidcc_max_age_1_and_10000, oidcc_id_token_hint,
        oidcc_ensure_request_with_unknown_parameter_succeeds,
        oidcc_ensure_request_with_acr_values_succeeds,
        oidcc_essential_acr_is_reached_or_refused, oidcc_ensure_registered_redirect_uri);
}

/// A request with one more parameter brings tokens.
async fn passes(name: &str, values: &[&str]) {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    for value in values {
        let given = world.tokens(&partner, Ask::of(&partner).set(name, value)).await;
        assert!(!given.id_token().is_empty(), "{name}={value}");
    }
}

/// `display` is taken, whatever it says.
async fn oidcc_display_page_popup() {
    passes("display", &["page", "popup", "touch", "wap", "unknown"]).await;
}

/// `login_hint` is offered on the login page when it is a number, and harmless when it is not.
async fn oidcc_login_hint() {
    passes("login_hint", &["13800000002", "someone@example.com", "<script>alert(1)</script>"])
        .await;
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let number = world.house.person(Story::Adult).account_mobile;
    let ask = Ask::of(&partner).set("login_hint", number.as_str());
    let end = world.ask_in(&mut world.house.browser(), &partner, &ask, Walk::LOOK).await;
    assert_eq!((end.last.step(), end.last.value("account")), ("login", number.as_str().to_owned()));
    let odd = Ask::of(&partner).set("login_hint", "\"><script>alert(1)</script>");
    let end = world.ask_in(&mut world.house.browser(), &partner, &odd, Walk::LOOK).await;
    assert!(!end.last.body.contains("<script>alert"), "{}", end.last.main());
}

/// `ui_locales` chooses the language of the pages.
async fn oidcc_ui_locales() {
    passes("ui_locales", &["se", "en", "zh-CN", "xx-invalid en", "-"]).await;
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    for (asked, lang) in [("fr en", "en"), ("zh-CN", "zh-CN"), ("en-GB zh", "en")] {
        let ask = Ask::of(&partner).set("ui_locales", asked);
        let end = world.ask_in(&mut world.house.browser(), &partner, &ask, Walk::LOOK).await;
        assert!(end.last.body.contains(&format!("<html lang=\"{lang}\"")), "{asked}");
    }
}

/// `claims_locales` is taken, whatever it says.
async fn oidcc_claims_locales() {
    passes("claims_locales", &["se", "zh-CN en"]).await;
}

/// `prompt=login` asks for the password again, and `auth_time` moves.
async fn oidcc_prompt_login() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let first = world.open_token(world.plain(&partner).await.id_token()).await;
    world.pass(2);
    let second = world.tokens(&partner, Ask::of(&partner).set("prompt", "login")).await;
    let second = world.open_token(second.id_token()).await;
    assert!(second.claims["auth_time"].as_i64() > first.claims["auth_time"].as_i64());
    assert_eq!(second.claims["sub"], first.claims["sub"]);
}

/// `prompt=none` in a browser without a session: `login_required`, no page.
async fn oidcc_prompt_none_not_logged_in() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let ask = Ask::of(&partner).set("prompt", "none");
    let mut browser = world.house.browser();
    let end = world.ask_in(&mut browser, &partner, &ask, Walk::ALLOW).await;
    told(&end, "login_required", ask.value("state"), world.issuer());
    let end = world.post(&mut world.house.browser(), &ask, Walk::ALLOW).await;
    told(&end, "login_required", ask.value("state"), world.issuer());
}

/// `prompt=none` in a browser that was here: a code at once, by GET and by POST.
async fn oidcc_prompt_none_logged_in() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    world.plain(&partner).await;
    let ask = Ask::of(&partner).set("prompt", "none");
    let end = world.ask(&partner, &ask, Walk::LOOK).await;
    assert!(!end.code().is_empty() && end.steps.is_empty());
    world.post(&mut world.holder.clone(), &ask, Walk::LOOK).await.code();
}

/// `max_age=1` logs in again, `max_age=10000` does not; both bring `auth_time`.
async fn oidcc_max_age_1_and_10000() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let first = world.open_token(world.plain(&partner).await.id_token()).await;
    world.pass(2);
    for (age, moved) in [("10000", false), ("1", true)] {
        let given = world.tokens(&partner, Ask::of(&partner).set("max_age", age)).await;
        let opened = world.open_token(given.id_token()).await;
        let (then, now) = (&first.claims["auth_time"], &opened.claims["auth_time"]);
        assert_eq!(now != then, moved, "max_age={age}");
    }
    let strict = Partner::basic("strict").with(|client| client.default_max_age = Some(1));
    let strict = world.add(strict).await;
    let end = world.ask(&strict, &Ask::of(&strict), Walk::ALLOW).await;
    assert_eq!(end.steps, ["login", "consent"], "default_max_age");
}

/// With the hint of the person at the browser, `prompt=none` succeeds and `sub` is the same.
async fn oidcc_id_token_hint() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let given = world.plain(&partner).await;
    let first = world.open_token(given.id_token()).await;
    let ask = Ask::of(&partner).set("prompt", "none").set("id_token_hint", given.id_token());
    let second = world.tokens(&partner, ask).await;
    let second = world.open_token(second.id_token()).await;
    assert_eq!(second.claims["sub"], first.claims["sub"]);
    let wish = |sub: &str| json!({"id_token": {"sub": {"value": sub}}}).to_string();
    let right = Ask::of(&partner).set("prompt", "none").set("claims", &wish(first.text("sub")));
    world.ask(&partner, &right, Walk::LOOK).await.code();
    let wrong = Ask::of(&partner).set("prompt", "none").set("claims", &wish("another"));
    let end = world.ask(&partner, &wrong, Walk::LOOK).await;
    told(&end, "login_required", wrong.value("state"), world.issuer());
}

/// What nobody knows is ignored.
async fn oidcc_ensure_request_with_unknown_parameter_succeeds() {
    passes("extra", &["foobar", "", "<>&"]).await;
}

/// `acr_values` is a wish: what cannot be reached is no hindrance, and `acr` says what was.
async fn oidcc_ensure_request_with_acr_values_succeeds() {
    passes("acr_values", &["1", "urn:ecard:acr:login", "urn:ecard:acr:counter x"]).await;
}

/// An essential `acr` that this service does not know is refused, never ignored (Core §5.5.1.1).
async fn oidcc_essential_acr_is_reached_or_refused() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let wish =
        |acr: &str| json!({"id_token": {"acr": {"essential": true, "values": [acr]}}}).to_string();
    let ask = Ask::of(&partner).set("claims", &wish("urn:ecard:acr:face"));
    let given = world.tokens(&partner, ask).await;
    assert_eq!(world.open_token(given.id_token()).await.text("acr"), "urn:ecard:acr:face");
    let ask = Ask::of(&partner).set("claims", &wish("urn:example:unknown"));
    let end = world.ask(&partner, &ask, Walk::ALLOW).await;
    assert!(["unmet_authentication_requirements", "access_denied"].contains(&end.error()));
}

/// An unregistered redirect URI is shown, also when everything else is right.
async fn oidcc_ensure_registered_redirect_uri() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let ask = Ask::of(&partner).set("redirect_uri", "https://basic.example/cb?unregistered=1");
    for walk in [Walk::LOOK, Walk::ALLOW] {
        crate::oauth::kit::shown(&world.ask(&partner, &ask, walk).await);
    }
}
