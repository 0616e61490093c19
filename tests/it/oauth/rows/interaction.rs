//! Rows 51–53: the citizen's side.

use crate::common::db::{Kind, TestDb};
use crate::common::house::browser::Browser;
use crate::common::suite::Suite;
use crate::oauth::kit::{Ask, Call, Partner, Walk, World, granted, send_form, shown, told};
use axum::http::header;

pub(super) fn register(suite: &mut Suite) {
    both!(suite; row_51_double_submit_and_back_give_the_same_redirect);
    tests!(suite;
        row_52_a_cookie_is_of_its_host_and_a_form_may_leave_for_the_partner,
        row_52_a_lost_cookie_ends_on_a_page_that_leads_back,
        row_53_consent_is_remembered_and_only_news_are_asked_for);
}

/// The consent page sent twice, sent again after going back, or opened again: the same redirect,
/// and one grant.
async fn row_51_double_submit_and_back_give_the_same_redirect(t: TestDb) {
    let world = World::on(t).await;
    for (partner, decision) in [
        (Partner::basic("basic"), "allow"),
        (Partner::fapi("fapi"), "allow"),
        (Partner::native("refused"), "refuse"),
    ] {
        let partner = world.add(partner).await;
        let mut browser = world.holder.clone();
        let page = world.ask_in(&mut browser, &partner, &Ask::of(&partner), Walk::LOOK).await.last;
        assert_eq!(page.step(), "consent");
        let fields = [("decision", decision.to_owned())];
        let (mut one, mut two) = (browser.clone(), browser.clone());
        let (first, second) =
            tokio::join!(send_form(&mut one, &page, &fields), send_form(&mut two, &page, &fields));
        let mut places = Vec::new();
        for answer in [first, second] {
            places.push(Walk::LOOK.on(&world, &mut browser, answer).await.back().clone());
        }
        let late = send_form(&mut browser, &page, &fields).await;
        places.push(Walk::LOOK.on(&world, &mut browser, late).await.back().clone());
        let opened = browser.get(&page.at).await;
        places.push(Walk::LOOK.on(&world, &mut browser, opened).await.back().clone());
        assert!(places.iter().all(|place| *place == places[0]), "{places:?}");
        assert_eq!(places[0].params.contains_key("code"), decision == "allow");
        world.pass(120);
        let stale = send_form(&mut browser, &page, &fields).await;
        let end = Walk::LOOK.on(&world, &mut browser, stale).await;
        shown(&end);
        assert!(end.last.main().contains("<a "), "no dead end: {}", end.last.main());
    }
    assert_eq!(world.house.count("grants WHERE state = 'live'").await, 2);
}

async fn set_cookies(browser: &mut Browser, path: &str) -> Vec<String> {
    let answer = browser.get(path).await;
    let lines = answer.headers.get_all(header::SET_COOKIE).iter();
    lines.map(|line| line.to_str().unwrap().to_owned()).collect()
}

/// `__Host-` under https, plain names on loopback http; `form-action` names the redirect's origin
/// on the page that may lead there, and nowhere else.
async fn row_52_a_cookie_is_of_its_host_and_a_form_may_leave_for_the_partner() {
    for issuer in [None, Some("https://card.example".to_owned())] {
        let t = TestDb::create(Kind::Sqlite).await;
        let is_https = issuer.is_some();
        let world = World::with(t, |config| config.issuer = issuer).await;
        let partner = world.add(Partner::basic("basic")).await;
        let mut browser = world.house.browser();
        let first = browser.get(&Ask::of(&partner).path()).await;
        let path = first.location().trim_start_matches(world.issuer()).to_owned();
        let lines =
            [set_cookies(&mut browser, &path).await, set_cookies(&mut browser, "/login").await];
        for line in lines.concat() {
            assert_eq!(line.starts_with("__Host-"), is_https, "{line}");
            assert_eq!(line.contains("Secure"), is_https, "{line}");
            assert!(line.contains("HttpOnly") && line.contains("SameSite=Lax"), "{line}");
            assert!(line.contains("Path=/") && !line.contains("Domain="), "{line}");
        }
        let end = world.ask_in(&mut browser, &partner, &Ask::of(&partner), Walk::LOGIN).await;
        assert_eq!(end.last.step(), "consent");
        let policy = end.last.header(header::CONTENT_SECURITY_POLICY);
        let action = policy.split(';').find(|part| part.trim().starts_with("form-action")).unwrap();
        assert_eq!(action.trim(), "form-action 'self' https://basic.example");
        let card = world.holder.clone().get("/card").await;
        let policy = card.header(header::CONTENT_SECURITY_POLICY);
        assert!(!policy.contains("basic.example"), "{policy}");
        let ask = Ask::of(&partner);
        let posted = browser.send(
            axum::http::Method::POST,
            "/oauth/authorize",
            "application/x-www-form-urlencoded",
            ask.encoded().into_bytes(),
        );
        let posted = posted.await;
        assert_eq!(posted.status, 303, "a cross-site POST goes on by GET: {}", posted.body);
    }
}

/// Without its cookie a browser reads what happened and where to begin again; another's session
/// never takes over a waiting request.
async fn row_52_a_lost_cookie_ends_on_a_page_that_leads_back() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let mut browser = world.holder.clone();
    let page = world.ask_in(&mut browser, &partner, &Ask::of(&partner), Walk::LOOK).await.last;
    assert_eq!(page.step(), "consent");
    let start = partner.client.initiate_login_uri.as_deref().unwrap();
    let mut lost = world.house.browser();
    let answer = send_form(&mut lost, &page, &[("decision", "allow".to_owned())]).await;
    let end = Walk::LOOK.on(&world, &mut lost, answer).await;
    assert!(matches!(end.last.status, 403 | 410), "{}", end.last.main());
    let mut lost = world.house.browser();
    let opened = world.walk(&mut lost, &page.at, Walk::ALLOW).await;
    shown(&opened);
    assert!(opened.last.main().contains(start), "{}", opened.last.main());
    let mut stranger = world.house.holder(ecard::domain::demo_story::Story::RareCharacter).await;
    let answer = send_form(&mut stranger, &page, &[("decision", "allow".to_owned())]).await;
    assert!(matches!(answer.status, 403 | 410), "{} {}", answer.status, answer.location());
    assert_eq!(world.house.count("grants").await, 0);
    let forged = page.body.replace(&page.hidden_field("csrf"), "forged");
    let forged = crate::common::house::answer::Answer { body: forged, ..page };
    let answer = send_form(&mut browser, &forged, &[("decision", "allow".to_owned())]).await;
    assert_eq!(answer.status, 403);
    assert_eq!(world.house.count("grants").await, 0);
}

/// The same or fewer scopes are not asked for again, more only for what is new, `prompt=consent`
/// always; after twelve months, everything.
async fn row_53_consent_is_remembered_and_only_news_are_asked_for() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let mut browser = world.house.browser();
    let mut steps = async |scope: &str, prompt: &str| {
        let ask = Ask::of(&partner).set("scope", scope).set("prompt", prompt);
        let end = world.ask_in(&mut browser, &partner, &ask, Walk::ALLOW).await;
        granted(&Call::code(&partner, &end.code(), &ask).send(&world).await);
        end.steps.join(" ")
    };
    assert_eq!(steps("openid profile", "").await, "login consent");
    assert_eq!(steps("openid profile", "").await, "");
    assert_eq!(steps("openid", "").await, "");
    assert_eq!(steps("openid profile phone", "").await, "consent");
    assert_eq!(steps("openid phone", "").await, "");
    assert_eq!(steps("openid profile", "consent").await, "consent");
    assert_eq!(world.house.count("grants").await, 1, "one grant, widened");
    world.pass(364 * 86400);
    assert_eq!(steps("openid profile phone", "").await, "login");
    world.pass(2 * 86400);
    assert_eq!(steps("openid profile phone", "").await, "login consent", "asked again in time");
    let wider = Ask::of(&partner).set("scope", "openid profile phone identity");
    let end = world.ask_in(&mut world.house.browser(), &partner, &wider, Walk::LOGIN).await;
    assert_eq!(end.last.step(), "consent");
    let person = world.house.person(ecard::domain::demo_story::Story::Adult);
    let id = person.id_number.as_str();
    assert!(!end.last.main().contains(id), "values are shown masked");
    let refused = world.ask(&partner, &wider, Walk::REFUSE).await;
    told(&refused, "access_denied", wider.value("state"), world.issuer());
    assert_eq!(steps("openid profile phone", "").await, "", "what was allowed stays allowed");
}
