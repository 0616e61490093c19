//! A surer login at a partner's wish: the holder's face, allowed apart, and never a dead end.

use super::kit::{Ask, Call, End, Partner, Walk, World, send_form, told};
use crate::common::db::{Kind, TestDb};
use crate::common::house::answer::Answer;
use crate::common::house::browser::Browser;
use crate::common::suite::Suite;
use axum::http::header::RETRY_AFTER;
use ecard::domain::demo_story::Story;
use serde_json::json;

pub(super) fn register(suite: &mut Suite) {
    both!(suite; an_essential_face_is_matched_and_the_tokens_say_so);
    tests!(suite;
        acr_values_lead_through_the_face_and_may_be_refused,
        a_refused_or_failed_face_is_told_to_who_must_have_it,
        tries_are_counted_across_authorizations,
        the_right_face_is_not_counted_for_the_day,
        no_picture_passes_for_another_moment,
        what_no_face_reaches_is_refused_at_once);
}

const FACE: &str = "urn:ecard:acr:face";
const LOGIN: &str = "urn:ecard:acr:login";

fn essential(partner: &Partner, acr: &str) -> Ask {
    let wish = json!({"id_token": {"acr": {"essential": true, "values": [acr]}}});
    Ask::of(partner).set("claims", &wish.to_string())
}

/// A browser that is logged in by password alone.
async fn by_password(world: &World, partner: &Partner) -> Browser {
    let mut browser = world.house.browser();
    let end = world.ask_in(&mut browser, partner, &Ask::of(partner), Walk::ALLOW).await;
    end.code();
    browser
}

/// The face-match page of a request, its consent given.
async fn at_the_camera(world: &World, browser: &mut Browser, partner: &Partner) -> End {
    let ask = essential(partner, FACE);
    let end = world.ask_in(browser, partner, &ask, Walk::LOGIN).await;
    assert_eq!(end.last.step(), "face-consent", "{}", end.last.main());
    let next = send_form(browser, &end.last, &[]).await;
    let end = Walk::LOGIN.on(world, browser, next).await;
    assert_eq!(end.last.step(), "face", "{}", end.last.main());
    end
}

async fn an_essential_face_is_matched_and_the_tokens_say_so(t: TestDb) {
    let world = World::on(t).await;
    let partner = world.add(Partner::basic("basic")).await;
    let mut browser = by_password(&world, &partner).await;
    world.pass(100);
    let ask = essential(&partner, FACE);
    let end = world.ask_in(&mut browser, &partner, &ask, Walk::ALLOW).await;
    assert_eq!(end.steps, ["face-consent", "face"]);
    let answer = Call::code(&partner, &end.code(), &ask).send(&world).await.json();
    let token = world.open_token(answer["id_token"].as_str().unwrap()).await;
    assert_eq!(token.text("acr"), FACE);
    assert_eq!(token.claims["amr"], json!(["pwd", "face"]));
    assert_eq!(token.claims["auth_time"], world.now(), "fresh");
    assert_eq!(world.house.count("audit WHERE event = 'authorization.face_matched'").await, 1);
    let given = "consents WHERE purpose = 'face' AND state = 'granted'";
    assert_eq!(world.house.count(given).await, 1, "the newest stands, the claim's is superseded");
    let again = world.ask_in(&mut browser, &partner, &essential(&partner, FACE), Walk::ALLOW).await;
    assert!(again.steps.is_empty(), "the session stays as sure: {:?}", again.steps);
    again.code();
}

async fn acr_values_lead_through_the_face_and_may_be_refused() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    for (walk, reached) in [(Walk::REFUSE, LOGIN), (Walk::ALLOW, FACE)] {
        let mut browser = by_password(&world, &partner).await;
        let ask = Ask::of(&partner).set("acr_values", FACE);
        let end = world.ask_in(&mut browser, &partner, &ask, walk).await;
        assert_eq!(end.steps.first().unwrap(), "face-consent", "{:?}", end.steps);
        let answer = Call::code(&partner, &end.code(), &ask).send(&world).await.json();
        let token = world.open_token(answer["id_token"].as_str().unwrap()).await;
        assert_eq!(token.text("acr"), reached);
    }
    let mut browser = by_password(&world, &partner).await;
    let silent = Ask::of(&partner).set("acr_values", FACE).set("prompt", "none");
    world.ask_in(&mut browser, &partner, &silent, Walk::LOOK).await.code();
    let content = Ask::of(&partner).set("acr_values", &format!("{FACE} {LOGIN}"));
    let end = world.ask_in(&mut browser, &partner, &content, Walk::LOOK).await;
    assert!(end.steps.is_empty(), "one of the values is reached");
    end.code();
}

async fn a_refused_or_failed_face_is_told_to_who_must_have_it() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let mut browser = by_password(&world, &partner).await;
    let unmet = "unmet_authentication_requirements";
    let ask = essential(&partner, FACE);
    let end = world.ask_in(&mut browser, &partner, &ask, Walk::REFUSE).await;
    told(&end, unmet, ask.value("state"), world.issuer());
    for tries in [1, 2] {
        let mut page = at_the_camera(&world, &mut browser, &partner).await.last;
        for _ in 0..tries {
            page = send_form(&mut browser, &page, &[("sample", "other".into())]).await;
            assert_eq!((page.status, page.step()), (422, "face"));
            assert!(page.body.contains("FACE_NOT_MATCHED"), "{}", page.main());
            assert!(!page.main().contains("其他方式"), "there is none: {}", page.main());
        }
        let refused = [("decision", "refuse".into())];
        let answer = send_form(&mut browser, &page, &refused).await;
        let end = Walk::LOOK.on(&world, &mut browser, answer).await;
        assert_eq!(end.error(), unmet);
    }
    assert_eq!(world.house.count("audit WHERE event = 'authorization.face_failed'").await, 3);
}

async fn tries_are_counted_across_authorizations() {
    let world = World::with(TestDb::create(Kind::Sqlite).await, |config| {
        config.limits.face_per_id_day = 5;
    });
    let world = world.await;
    let partner = world.add(Partner::basic("basic")).await;
    let mut browser = by_password(&world, &partner).await;
    let unmet = "unmet_authentication_requirements";
    // What matches is not counted for the day, the claim's neither; an authorization has three
    // tries of its own, and the day five.
    for (failing, status) in [(3, 403), (2, 429)] {
        let mut answer = at_the_camera(&world, &mut browser, &partner).await.last;
        for spent in 1..=failing {
            assert_eq!(answer.step(), "face", "{spent}");
            answer = send_form(&mut browser, &answer, &[("sample", "other".into())]).await;
        }
        told_that_none_is_left(&world, &mut browser, &answer, status, unmet).await;
    }
    let barred = world.ask_in(&mut browser, &partner, &essential(&partner, FACE), Walk::LOOK).await;
    assert!(barred.steps.is_empty(), "no consent is asked for what cannot be: {:?}", barred.steps);
    told_that_none_is_left(&world, &mut browser, &barred.last, 429, unmet).await;
    let content = Ask::of(&partner).set("acr_values", FACE);
    let barred = world.ask_in(&mut browser, &partner, &content, Walk::LOOK).await;
    assert_eq!(barred.last.step(), "face-end");
    let answer = send_form(&mut browser, &barred.last, &[]).await;
    Walk::LOOK.on(&world, &mut browser, answer).await.code();
    world.pass(24 * 3600);
    let ask = essential(&partner, FACE);
    let mut browser = by_password(&world, &partner).await;
    world.ask_in(&mut browser, &partner, &ask, Walk::ALLOW).await.code();
}

/// The page of the end, which cannot be talked round, and what its button tells the partner.
async fn told_that_none_is_left(
    world: &World,
    browser: &mut Browser,
    page: &Answer,
    status: u16,
    error: &str,
) {
    assert_eq!((page.status, page.step()), (status, "face-end"), "{}", page.main());
    assert_eq!(!page.header(RETRY_AFTER).is_empty(), status == 429);
    let again = [("csrf", page.hidden_field("csrf")), ("prompt", "nod".to_owned())];
    let same = again.into_iter().chain([("sample", "same".to_owned())]).collect::<Vec<_>>();
    let still = browser.post(&page.at, &same).await;
    assert_eq!((still.status, still.step()), (status, "face-end"));
    let answer = send_form(browser, &still, &[]).await;
    assert_eq!(Walk::LOOK.on(world, browser, answer).await.error(), error);
}

async fn the_right_face_is_not_counted_for_the_day() {
    let world = World::with(TestDb::create(Kind::Sqlite).await, |config| {
        config.limits.face_per_id_day = 2;
    });
    let world = world.await;
    let partner = world.add(Partner::basic("basic")).await;
    for _ in 0..4 {
        let mut browser = by_password(&world, &partner).await;
        let ask = essential(&partner, FACE);
        world.ask_in(&mut browser, &partner, &ask, Walk::ALLOW).await.code();
    }
}

async fn no_picture_passes_for_another_moment() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let mut browser = by_password(&world, &partner).await;
    let page = at_the_camera(&world, &mut browser, &partner).await.last;
    let csrf = page.hidden_field("csrf");
    let asked = page.hidden_field("prompt");
    let other = if asked == "nod" { "blink" } else { "nod" };
    let fields =
        [("csrf", csrf.clone()), ("prompt", other.to_owned()), ("sample", "same".to_owned())];
    let answer = browser.post(&page.at, &fields).await;
    assert_eq!((answer.status, answer.step()), (422, "face"), "another prompt");
    let answer = browser.upload(&answer, b"no picture".to_vec()).await;
    assert_eq!((answer.status, answer.step()), (422, "face"));
    assert!(answer.body.contains("PORTRAIT_UNUSABLE"), "{}", answer.main());
    let bare = [("prompt", asked), ("sample", "same".to_owned())];
    assert_eq!(browser.post(&page.at, &bare).await.status, 403, "not our own form");
    let mut stranger = world.house.holder(Story::RareCharacter).await;
    let answer = stranger.get(&page.at).await;
    assert_eq!(answer.status, 403, "another browser");
}

async fn what_no_face_reaches_is_refused_at_once() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let mut browser = by_password(&world, &partner).await;
    let unmet = "unmet_authentication_requirements";
    for acr in ["urn:ecard:acr:counter", "urn:example:unknown"] {
        for browser in [&mut browser, &mut world.holder.clone()] {
            let ask = essential(&partner, acr);
            let end = world.ask_in(browser, &partner, &ask, Walk::LOOK).await;
            told(&end, unmet, ask.value("state"), world.issuer());
        }
    }
    let silent = essential(&partner, FACE).set("prompt", "none");
    let end = world.ask_in(&mut browser, &partner, &silent, Walk::LOOK).await;
    told(&end, unmet, silent.value("state"), world.issuer());
}
