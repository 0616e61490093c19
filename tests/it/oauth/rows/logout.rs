//! Rows 49 and 50: logging out, begun by a partner, and told to partners.

use crate::common::db::TestDb;
use crate::common::house::browser::Browser;
use crate::common::suite::Suite;
use crate::oauth::kit::{
    Ask, Call, End, LOGOUT, Listener, Partner, Walk, World, granted, peek, refused, send_form,
    shown,
};
use ecard::domain::demo_story::Story;
use serde_json::json;

pub(super) fn register(suite: &mut Suite) {
    tests!(suite;
        row_49_a_partner_may_end_the_session_it_knows,
        row_49_nothing_doubtful_redirects,
        row_49_without_a_hint_the_citizen_is_asked);
    both!(suite; row_50_partners_are_told_by_tokens_that_fit_nothing_else);
}

fn query(fields: &[(&str, &str)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    format!("{LOGOUT}?{query}")
}

async fn leave(world: &World, browser: &mut Browser, fields: &[(&str, &str)]) -> End {
    world.walk(browser, &query(fields), Walk::LOOK).await
}

async fn is_logged_in(browser: &Browser) -> bool {
    browser.clone().get("/card").await.status == 200
}

/// With the ID token and a registered URI: the session is over, `state` returned, also when the
/// ID token has expired, by GET and by POST.
async fn row_49_a_partner_may_end_the_session_it_knows() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let out = "https://basic.example/out";
    let mut browser = world.house.browser();
    for (by_post, state) in [(false, Some("a state & more")), (true, Some("s")), (false, None)] {
        let ask = Ask::of(&partner);
        let end = world.ask_in(&mut browser, &partner, &ask, Walk::ALLOW).await;
        let tokens = Call::code(&partner, &end.code(), &ask).send(&world).await.json();
        let hint = tokens["id_token"].as_str().unwrap();
        assert!(is_logged_in(&browser).await);
        world.pass(400);
        let mut fields = vec![("id_token_hint", hint), ("post_logout_redirect_uri", out)];
        fields.extend(state.map(|state| ("state", state)));
        let end = if by_post {
            let path = query(&fields);
            let body = path.split_once('?').unwrap().1.as_bytes().to_vec();
            let kind = "application/x-www-form-urlencoded";
            let answer = browser.send(axum::http::Method::POST, LOGOUT, kind, body).await;
            Walk::LOOK.on(&world, &mut browser, answer).await
        } else {
            leave(&world, &mut browser, &fields).await
        };
        assert_eq!((end.back().uri.as_str(), end.param("state")), (out, state.unwrap_or("")));
        assert!(!is_logged_in(&browser).await);
    }
    let metadata = world.metadata().await;
    assert_eq!(metadata["end_session_endpoint"], format!("{}{LOGOUT}", world.issuer()));
}

/// A hint that was touched, of another issuer or no ID token; a URI that is not registered, or
/// another client's, or with a query added: the citizen stays, and nobody is redirected.
async fn row_49_nothing_doubtful_redirects() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let other = world.add(Partner::basic("other")).await;
    let given = world.plain(&partner).await;
    let hint = given.id_token();
    let theirs = world.plain(&other).await.id_token().to_owned();
    let out = "https://basic.example/out";
    let (message, signature) = hint.rsplit_once('.').unwrap();
    let turned = format!("{message}.{}", signature.chars().rev().collect::<String>());
    let unsigned = format!("{message}.");
    let foreign = Partner::assertion("foreign")
        .key
        .sign(&json!({"alg": "ES256", "kid": peek(hint).header["kid"]}), &peek(hint).claims);
    for bad in [turned.as_str(), &unsigned, &foreign, "x", given.access()] {
        let fields =
            [("id_token_hint", bad), ("post_logout_redirect_uri", out), ("client_id", "basic")];
        shown(&leave(&world, &mut world.holder.clone(), &fields).await);
    }
    for uri in [
        "https://basic.example/",
        "https://basic.example/out?x=1",
        "https://basic.example/cb",
        "https://basic.example/out/",
        "https://basic.example/out#f",
        "https://evil.example/",
        "https://other.example/out",
        "javascript:alert(1)",
    ] {
        let fields = [("id_token_hint", hint), ("post_logout_redirect_uri", uri), ("state", "s")];
        shown(&leave(&world, &mut world.holder.clone(), &fields).await);
    }
    let mixed = [
        ("id_token_hint", theirs.as_str()),
        ("client_id", "basic"),
        ("post_logout_redirect_uri", out),
    ];
    shown(&leave(&world, &mut world.holder.clone(), &mixed).await);
    assert!(is_logged_in(&world.holder).await, "nothing was ended");
    let fields = [("id_token_hint", hint), ("post_logout_redirect_uri", out)];
    let mut someone = world.house.holder(Story::RareCharacter).await;
    let end = leave(&world, &mut someone, &fields).await;
    assert_eq!(end.last.status, 200, "another person's session is not ended unasked");
    assert!(is_logged_in(&someone).await);
}

/// Nothing at all, a state, a client or a registered URI without an ID token: a page with a
/// question, which ends on a page of the service.
async fn row_49_without_a_hint_the_citizen_is_asked() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let given = world.plain(&partner).await;
    let out = "https://basic.example/out";
    let wishes: [&[(&str, &str)]; 4] = [
        &[],
        &[("state", "s")],
        &[("client_id", "basic")],
        &[("client_id", "basic"), ("post_logout_redirect_uri", out), ("state", "s")],
    ];
    for fields in wishes {
        let mut browser = world.house.browser();
        world.ask_in(&mut browser, &partner, &Ask::of(&partner), Walk::ALLOW).await.code();
        let page = leave(&world, &mut browser, fields).await.last;
        assert_eq!(page.status, 200, "{}", page.main());
        assert!(page.main().contains("<form"), "{}", page.main());
        assert!(is_logged_in(&browser).await, "asked first");
        let mut stranger = browser.clone();
        stranger.cookies.clear();
        send_form(&mut stranger, &page, &[("decision", "allow".to_owned())]).await;
        assert!(is_logged_in(&browser).await, "who answers is who was asked");
        let answer = send_form(&mut browser, &page, &[("decision", "allow".to_owned())]).await;
        let end = Walk::LOOK.on(&world, &mut browser, answer).await;
        assert!(!is_logged_in(&browser).await);
        assert_eq!(end.last.status, 200, "nobody vouches for a way back: {}", end.last.main());
    }
    let alone = [("post_logout_redirect_uri", out)];
    let end = leave(&world, &mut world.holder.clone(), &alone).await;
    assert!(end.is_shown() || end.last.status == 200, "whose URI is it? {}", end.last.main());
    let hint = [("id_token_hint", given.id_token())];
    let end = leave(&world, &mut world.holder.clone(), &hint).await;
    assert_eq!(end.last.status, 200, "a hint without a URI ends on a page: {}", end.last.main());
}

/// `typ: logout+jwt`, `events`, `jti`, `sub` and `sid`, no `nonce`; signed like the client's ID
/// tokens; refresh tokens without `offline_access` end with the session.
async fn row_50_partners_are_told_by_tokens_that_fit_nothing_else(t: TestDb) {
    let world = World::on(t).await;
    for partner in [Partner::basic("es"), Partner::basic("rs").rs256(), Partner::fapi("fapi")] {
        let listener = Listener::start().await;
        let uri = listener.uri.clone();
        let partner = partner.with(|client| client.backchannel_logout_uri = Some(uri));
        let partner = world.add(partner).await;
        let mut browser = world.house.browser();
        let ask = Ask::of(&partner);
        let end = world.ask_in(&mut browser, &partner, &ask, Walk::ALLOW).await;
        let answer = Call::code(&partner, &end.code(), &ask).send(&world).await;
        granted(&answer);
        let id_token = world.open_token(answer.json()["id_token"].as_str().unwrap()).await;
        let hint = answer.json()["id_token"].as_str().unwrap().to_owned();
        leave(&world, &mut browser, &[("id_token_hint", &hint)]).await;
        assert!(!is_logged_in(&browser).await);
        world.deliver_logouts().await;
        let told = listener.next().await;
        let token = told.strip_prefix("logout_token=").expect(&told);
        let opened = world.open_token(token).await;
        assert_eq!(opened.header["typ"], "logout+jwt");
        assert_eq!(opened.header["alg"], id_token.header["alg"]);
        for same in ["iss", "sub", "aud", "sid"] {
            assert_eq!(opened.claims[same], id_token.claims[same], "{same}");
        }
        assert!(opened.claims.get("nonce").is_none());
        let event = "http://schemas.openid.net/event/backchannel-logout";
        assert_eq!(opened.claims["events"][event], json!({}));
        assert!(opened.text("jti").len() >= 22);
        let lives = opened.claims["exp"].as_i64().unwrap() - opened.claims["iat"].as_i64().unwrap();
        assert!((1..=300).contains(&lives), "{lives} s");
        let as_hint = Ask::of(&partner).set("id_token_hint", token).set("prompt", "none");
        let end = world.ask(&partner, &as_hint, Walk::ALLOW).await;
        assert_ne!(end.error(), "", "a logout token is no ID token");
        let as_access = Call::userinfo(token, partner.dpop.as_ref()).send(&world).await;
        assert_eq!(as_access.status, 401, "nor an access token");
        if let Some(refresh) = answer.json()["refresh_token"].as_str() {
            let call = Call::refresh(&partner, refresh).send(&world).await;
            refused(&call, 400, "invalid_grant");
        }
    }
}
