//! Rows 26–30: authorization codes.

use crate::common::db::TestDb;
use crate::common::suite::Suite;
use crate::oauth::kit::{
    Ask, Assertion, Call, Key, Partner, Proof, USERINFO, Walk, World, challenged, granted, refused,
    unknown_client,
};

pub(super) fn register(suite: &mut Suite) {
    tests!(suite;
        row_26_a_code_lives_sixty_seconds,
        row_27_a_code_belongs_to_its_client_its_verifier_and_its_redirect_uri);
    both!(suite;
        row_28_a_reused_code_ends_what_came_of_it,
        row_29_of_two_redemptions_at_once_one_wins,
        row_30_a_failed_check_consumes_no_code,
        row_30_a_failed_check_consumes_no_refresh_token);
}

/// Good for 59 seconds, not for 61.
async fn row_26_a_code_lives_sixty_seconds() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    for (seconds, good) in [(0, true), (59, true), (61, false), (600, false)] {
        let (code, ask) = world.code(&partner).await;
        world.pass(seconds);
        let answer = Call::code(&partner, &code, &ask).send(&world).await;
        if good { granted(&answer) } else { refused(&answer, 400, "invalid_grant") }
    }
}

/// Another client, another or no verifier, another or no redirect URI: `invalid_grant`.
async fn row_27_a_code_belongs_to_its_client_its_verifier_and_its_redirect_uri() {
    let world = World::open().await;
    let wanted = "a-verifier-that-is-long-enough-but-not-the-one-of-this-code";
    for partner in [Partner::basic("basic"), Partner::fapi("fapi"), Partner::native("native")] {
        let partner = world.add(partner).await;
        let mut other = partner.clone();
        other.client.client_id = format!("other-{}", partner.id());
        other.secret = format!("{}-of-another", partner.secret);
        let other = world.add(other).await;
        let (code, ask) = world.code(&partner).await;
        let right = Call::code(&partner, &code, &ask);
        let verifier = ask.verifier.clone();
        let wrong = [
            Call::code(&other, &code, &ask),
            right.clone().instead("code_verifier", wanted),
            right.clone().instead("code_verifier", &verifier.to_uppercase()),
            right.clone().instead("code_verifier", ask.value("code_challenge")),
            right.clone().without("code_verifier"),
            right.clone().instead("code_verifier", ""),
            right.clone().instead("redirect_uri", &format!("{}/", partner.redirect())),
            right.clone().instead("redirect_uri", other.redirect()).instead("redirect_uri", "x:y"),
            right.clone().without("redirect_uri"),
            right.clone().instead("code", &format!("{code}x")),
            right.clone().instead("code", "made-up"),
        ];
        for call in wrong {
            refused(&call.send(&world).await, 400, "invalid_grant");
        }
        refused(&right.clone().without("code").send(&world).await, 400, "invalid_request");
        let odd = right.clone().instead("grant_type", "password").send(&world).await;
        refused(&odd, 400, "unsupported_grant_type");
        let none = right.clone().without("grant_type").send(&world).await;
        refused(&none, 400, "invalid_request");
        granted(&right.send(&world).await);
    }
}

/// A code used twice is `invalid_grant`, and its access and refresh tokens are dead at once, on
/// every instance.
async fn row_28_a_reused_code_ends_what_came_of_it(t: TestDb) {
    let mut world = World::on(t).await;
    for partner in [Partner::basic("basic"), Partner::fapi("fapi"), Partner::native("native")] {
        let partner = world.add(partner).await;
        let given = world.lasting(&partner).await;
        let beside = world.lasting(&partner).await;
        let again = Call::code(&partner, &given.code, &given.ask).send(&world).await;
        refused(&again, 400, "invalid_grant");
        let refresh = Call::refresh(&partner, given.refresh()).send(&world).await;
        refused(&refresh, 400, "invalid_grant");
        let scheme = if partner.dpop.is_some() { "DPoP" } else { "Bearer" };
        let asked = Call::userinfo(given.access(), partner.dpop.as_ref()).send(&world).await;
        challenged(&asked, scheme, "invalid_token");
        if !partner.client.is_public() {
            assert!(!world.is_active(&partner, given.access()).await);
        }
        let other = Call::userinfo(beside.access(), partner.dpop.as_ref()).send(&world).await;
        assert_eq!(other.status, 200, "what came of another code lives: {}", other.body);
        granted(&Call::refresh(&partner, beside.refresh()).send(&world).await);
    }
    let partner = world.add(Partner::basic("late")).await;
    let given = world.lasting(&partner).await;
    world.house.router = world.house.another_instance().await;
    world.pass(120);
    let again = Call::code(&partner, &given.code, &given.ask).send(&world).await;
    refused(&again, 400, "invalid_grant");
    assert!(!world.is_active(&partner, given.access()).await, "also after the code's time");
}

/// Two redemptions at the same moment, on two instances: one set of tokens at the most.
async fn row_29_of_two_redemptions_at_once_one_wins(t: TestDb) {
    let here = World::on(t).await;
    let there = here.house.another_instance().await;
    let partner = here.add(Partner::fapi("fapi")).await;
    here.renew_nonce(&partner).await;
    for _ in 0..4 {
        let (code, ask) = here.code(&partner).await;
        let calls = (0..6).map(|at| {
            let call = Call::code(&partner, &code, &ask);
            let call = if at % 2 == 0 { call } else { call.at(&there) };
            let here = &here;
            async move { call.send(here).await }
        });
        let answers = futures_util::future::join_all(calls).await;
        let won = answers.iter().filter(|a| a.status == 200).count();
        let lost = answers.iter().filter(|a| a.status == 400).count();
        assert_eq!(
            (won, lost),
            (1, 5),
            "{:?}",
            answers.iter().map(|a| &a.body).collect::<Vec<_>>()
        );
    }
}

/// Everything about the sender that may be wrong, tried on a call that is right otherwise.
async fn try_everything_wrong(world: &World, partner: &Partner, right: &Call) {
    let key = partner.dpop.as_ref().unwrap();
    let stranger = Key::es256(&partner.key.kid);
    let proof = || Proof::of(world, key, "POST", "/oauth/token");
    let assertion = Assertion::of(world, partner).signed_by(&stranger).made();
    unknown_client(&right.clone().asserting(&assertion).send(world).await);
    unknown_client(&right.clone().by_nobody().field("client_id", partner.id()).send(world).await);
    let old = proof().claim("iat", world.now() - 7200).made();
    refused(&right.clone().proof(&old).send(world).await, 400, "invalid_dpop_proof");
    let elsewhere = Proof::of(world, key, "POST", USERINFO).made();
    refused(&right.clone().proof(&elsewhere).send(world).await, 400, "invalid_dpop_proof");
    let nonceless = right.clone().proof(&proof().without("nonce").made()).send(world).await;
    refused(&nonceless, 400, "use_dpop_nonce");
    let stale = right.clone().proof(&proof().claim("nonce", "stale").made()).send(world).await;
    refused(&stale, 400, "use_dpop_nonce");
    let unproved = right.clone().unproved().send(world).await;
    refused(&unproved, 400, "invalid_dpop_proof");
}

/// Client, proof and nonce are checked before the code is touched: it is good afterwards.
async fn row_30_a_failed_check_consumes_no_code(t: TestDb) {
    let world = World::on(t).await;
    let partner = world.add(Partner::fapi("fapi")).await;
    world.renew_nonce(&partner).await;
    let (code, ask) = world.code(&partner).await;
    let right = Call::code(&partner, &code, &ask);
    try_everything_wrong(&world, &partner, &right).await;
    let assertion = Assertion::of(&world, &partner).made();
    world.forget_nonce();
    let first = right.clone().asserting(&assertion).once().send(&world).await;
    refused(&first, 400, "use_dpop_nonce");
    granted(&right.asserting(&assertion).send(&world).await);
    let basic = world.add(Partner::basic("basic")).await;
    let (code, ask) = world.code(&basic).await;
    let mut thief = basic.clone();
    thief.secret = "guessed".to_owned();
    unknown_client(&Call::code(&thief, &code, &ask).send(&world).await);
    granted(&Call::code(&basic, &code, &ask).send(&world).await);
}

/// The same for refresh tokens, whether or not they rotate.
async fn row_30_a_failed_check_consumes_no_refresh_token(t: TestDb) {
    let world = World::on(t).await;
    let partner = world.add(Partner::fapi("fapi")).await;
    let given = world.lasting(&partner).await;
    let right = Call::refresh(&partner, given.refresh());
    try_everything_wrong(&world, &partner, &right).await;
    granted(&right.send(&world).await);
    let native = world.add(Partner::native("native").binding()).await;
    let given = world.lasting(&native).await;
    let right = Call::refresh(&native, given.refresh());
    for _ in 0..3 {
        world.forget_nonce();
        let refusal = right.clone().once().send(&world).await;
        refused(&refusal, 400, "use_dpop_nonce");
    }
    let answer = right.send(&world).await;
    granted(&answer);
    let next = answer.json()["refresh_token"].as_str().unwrap().to_owned();
    granted(&Call::refresh(&native, &next).send(&world).await);
    let end = world.ask(&native, &Ask::of(&native), Walk::ALLOW).await;
    end.code();
}
