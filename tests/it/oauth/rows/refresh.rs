//! Rows 39, 40, 41 and 43: refresh tokens.

use crate::common::db::TestDb;
use crate::common::house::answer::Answer;
use crate::common::suite::Suite;
use crate::oauth::kit::{
    Call, Key, Partner, TOKEN, World, at_hash, granted, peek, refused, unknown_client,
};

pub(super) fn register(suite: &mut Suite) {
    both!(suite;
        row_39_a_confidential_client_keeps_its_refresh_token,
        row_39_a_public_clients_refresh_token_rotates_and_a_lost_answer_costs_nothing,
        row_39_refreshing_at_once_is_no_replay);
    tests!(suite;
        row_40_refreshing_needs_the_client_and_its_key,
        row_41_a_refresh_never_widens,
        row_43_an_id_token_is_right_after_a_refresh_too);
}

#[track_caller]
fn text(answer: &Answer, name: &str) -> String {
    let json = answer.json();
    json[name].as_str().unwrap_or_else(|| panic!("no {name} in {json}")).to_owned()
}

/// The token a client holds after an answer: the new one, or the old one when none came.
fn kept(answer: &Answer, before: &str) -> String {
    answer.json()["refresh_token"].as_str().unwrap_or(before).to_owned()
}

/// No rotation (FAPI 2.0 §5.3.2.1): the same token works on, whatever answers got lost.
async fn row_39_a_confidential_client_keeps_its_refresh_token(t: TestDb) {
    let world = World::on(t).await;
    for partner in [Partner::fapi("fapi"), Partner::basic("basic")] {
        let partner = world.add(partner).await;
        let given = world.lasting(&partner).await;
        for _ in 0..4 {
            let answer = Call::refresh(&partner, given.refresh()).send(&world).await;
            granted(&answer);
            assert_eq!(kept(&answer, given.refresh()), given.refresh());
            world.pass(200);
        }
    }
}

/// A token may be shown again until its successor was: the successor is the same then. After
/// that it is a replay, and everything of its line is dead.
async fn row_39_a_public_clients_refresh_token_rotates_and_a_lost_answer_costs_nothing(t: TestDb) {
    let world = World::on(t).await;
    let native = world.add(Partner::native("native")).await;
    let given = world.lasting(&native).await;
    let beside = world.lasting(&native).await;
    let first = given.refresh().to_owned();
    let answer = Call::refresh(&native, &first).send(&world).await;
    granted(&answer);
    let second = text(&answer, "refresh_token");
    assert_ne!(first, second, "rotated");
    for _ in 0..2 {
        let again = Call::refresh(&native, &first).send(&world).await;
        granted(&again);
        assert_eq!(text(&again, "refresh_token"), second, "the same successor");
    }
    let answer = Call::refresh(&native, &second).send(&world).await;
    granted(&answer);
    let (third, access) = (text(&answer, "refresh_token"), text(&answer, "access_token"));
    assert_eq!(Call::userinfo(&access, None).send(&world).await.status, 200);
    refused(&Call::refresh(&native, &first).send(&world).await, 400, "invalid_grant");
    for dead in [&first, &second, &third] {
        refused(&Call::refresh(&native, dead).send(&world).await, 400, "invalid_grant");
    }
    assert_eq!(Call::userinfo(&access, None).send(&world).await.status, 401, "and its access");
    granted(&Call::refresh(&native, beside.refresh()).send(&world).await);
    let forged = format!("{}x", beside.refresh());
    refused(&Call::refresh(&native, &forged).send(&world).await, 400, "invalid_grant");
    granted(&Call::refresh(&native, beside.refresh()).send(&world).await);
}

/// Several requests with one token at the same moment, on two instances: all get the same
/// successor, and it works.
async fn row_39_refreshing_at_once_is_no_replay(t: TestDb) {
    let world = World::on(t).await;
    let there = world.house.another_instance().await;
    let native = world.add(Partner::native("native")).await;
    let given = world.lasting(&native).await;
    let mut token = given.refresh().to_owned();
    for _ in 0..3 {
        let calls = (0..6).map(|at| {
            let call = Call::refresh(&native, &token);
            let call = if at % 2 == 0 { call } else { call.at(&there) };
            let world = &world;
            async move { call.send(world).await }
        });
        let answers = futures_util::future::join_all(calls).await;
        answers.iter().for_each(granted);
        let successors: Vec<_> = answers.iter().map(|a| text(a, "refresh_token")).collect();
        assert!(successors.iter().all(|s| *s == successors[0]), "{successors:?}");
        token = successors[0].clone();
    }
    granted(&Call::refresh(&native, &token).send(&world).await);
}

/// Without the client's own proof, with another client's, or with another key: nothing.
async fn row_40_refreshing_needs_the_client_and_its_key() {
    let world = World::open().await;
    let fapi = world.add(Partner::fapi("fapi")).await;
    let other = world.add(Partner::fapi("other")).await;
    let given = world.lasting(&fapi).await;
    let right = Call::refresh(&fapi, given.refresh());
    unknown_client(&right.clone().by_nobody().send(&world).await);
    unknown_client(&right.clone().by_nobody().field("client_id", "fapi").send(&world).await);
    refused(&right.clone().by(&other).send(&world).await, 400, "invalid_grant");
    refused(&right.clone().unproved().send(&world).await, 400, "invalid_dpop_proof");
    let basic = world.add(Partner::basic("basic")).await;
    let theirs = world.lasting(&basic).await;
    let nobody = Call::refresh(&basic, theirs.refresh()).by_nobody();
    unknown_client(&nobody.clone().send(&world).await);
    unknown_client(&nobody.field("client_id", "basic").send(&world).await);
    let native = world.add(Partner::native("native").binding()).await;
    let bound = world.lasting(&native).await;
    let stranger = Key::es256("stranger");
    let stolen = Call::refresh(&native, bound.refresh()).proved_by(&stranger).send(&world).await;
    assert_eq!(stolen.status, 400, "a public client's token is bound (RFC 9449 §5)");
    let naked = Call::refresh(&native, bound.refresh()).unproved().send(&world).await;
    assert_eq!(naked.status, 400, "{}", naked.body);
    let theirs = Call::refresh(&native, given.refresh()).send(&world).await;
    refused(&theirs, 400, "invalid_grant");
    granted(&Call::refresh(&native, bound.refresh()).send(&world).await);
    granted(&right.send(&world).await);
    let none = Call::to(TOKEN).by(&basic).field("grant_type", "refresh_token").send(&world).await;
    refused(&none, 400, "invalid_request");
}

/// Fewer scopes may be asked for, and that does not shrink the next; more may not.
async fn row_41_a_refresh_never_widens() {
    let world = World::open().await;
    for partner in [Partner::basic("basic"), Partner::native("native")] {
        let partner = world.add(partner).await;
        let given = world.lasting(&partner).await;
        let mut token = given.refresh().to_owned();
        for wider in
            ["openid profile identity", "phone", "openid profile offline_access ecard", "x"]
        {
            let call = Call::refresh(&partner, &token).field("scope", wider);
            refused(&call.send(&world).await, 400, "invalid_scope");
        }
        let narrow = Call::refresh(&partner, &token).field("scope", "openid").send(&world).await;
        granted(&narrow);
        assert_eq!(peek(&text(&narrow, "access_token")).text("scope"), "openid");
        token = kept(&narrow, &token);
        let whole = Call::refresh(&partner, &token).send(&world).await;
        granted(&whole);
        let scope = peek(&text(&whole, "access_token")).text("scope").to_owned();
        assert_eq!(scope, "openid profile offline_access");
        token = kept(&whole, &token);
        let other = Call::refresh(&partner, &token).field("resource", "https://other.example/");
        refused(&other.send(&world).await, 400, "invalid_target");
    }
}

/// `sub`, `aud` and `auth_time` are those of the login; `at_hash` is of the new token; `nonce` is
/// the request's or absent (OpenID Connect Core §12.2).
async fn row_43_an_id_token_is_right_after_a_refresh_too() {
    let world = World::open().await;
    for partner in [Partner::basic("basic"), Partner::fapi("fapi"), Partner::basic("rs").rs256()] {
        let partner = world.add(partner).await;
        let given = world.lasting(&partner).await;
        let first = world.open_token(given.id_token()).await;
        assert_eq!(first.text("at_hash"), at_hash(given.access()));
        assert_eq!(first.text("nonce"), given.ask.value("nonce"));
        world.pass(100);
        let answer = Call::refresh(&partner, given.refresh()).send(&world).await;
        granted(&answer);
        let second = world.open_token(&text(&answer, "id_token")).await;
        assert_eq!(second.text("at_hash"), at_hash(&text(&answer, "access_token")));
        assert_ne!(second.text("at_hash"), first.text("at_hash"));
        for same in ["iss", "sub", "aud", "auth_time", "acr", "amr", "sid"] {
            assert_eq!(second.claims[same], first.claims[same], "{same}");
        }
        let nonce = second.claims.get("nonce");
        assert!(nonce.is_none_or(|n| n == given.ask.value("nonce")), "{nonce:?}");
        assert_eq!(second.claims["iat"], world.now());
        assert!(second.claims["exp"].as_i64().unwrap() > world.now());
        assert_eq!(second.header["alg"], first.header["alg"]);
    }
}
