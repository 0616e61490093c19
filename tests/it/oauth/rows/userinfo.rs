//! Rows 44 and 45: userinfo, introspection, revocation.

use crate::common::db::TestDb;
use crate::common::suite::Suite;
use crate::oauth::kit::{
    Ask, Call, Partner, USERINFO, World, challenged, granted, peek, refused, unknown_client,
};
use axum::http::{Method, header};
use ecard::domain::client::TokenAlgorithm;

pub(super) fn register(suite: &mut Suite) {
    tests!(suite;
        row_44_userinfo_answers_get_and_post_about_the_same_person,
        row_44_userinfo_is_signed_for_whom_it_was_registered_so,
        row_44_userinfo_tells_nothing_to_a_bad_token);
    both!(suite; row_45_a_revoked_token_is_dead_at_once_everywhere);
    tests!(suite; row_45_revocation_says_nothing_about_tokens);
}

/// By header and by form, `sub` is the ID token's, and no scope is told that was not granted.
async fn row_44_userinfo_answers_get_and_post_about_the_same_person() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let given = world.plain(&partner).await;
    let sub = world.open_token(given.id_token()).await.claims["sub"].clone();
    let get = Call::userinfo(given.access(), None);
    let post = get.clone().method(Method::POST);
    let form = Call::to(USERINFO).field("access_token", given.access());
    for call in [get, post, form] {
        let answer = call.send(&world).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(answer.header(header::CONTENT_TYPE).starts_with("application/json"));
        assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
        let told = answer.json();
        assert_eq!(told["sub"], sub);
        assert!(told["name_masked"].is_string() && told["region"].is_string(), "{told}");
        for kept in ["name", "id_number", "phone_number", "verified_claims"] {
            assert!(told.get(kept).is_none(), "{kept}: {told}");
        }
    }
    let other = world.add(Partner::basic("other")).await;
    let theirs = world.open_token(world.plain(&other).await.id_token()).await;
    assert_ne!(theirs.claims["sub"], sub, "pairwise");
    let all = Ask::of(&other).set("scope", "openid profile phone identity");
    let given = world.tokens(&other, all).await;
    let told = Call::userinfo(given.access(), None).send(&world).await.json();
    for claim in ["name", "id_number", "phone_number", "name_masked", "region", "verified_claims"] {
        assert!(!told[claim].is_null(), "{claim}: {told}");
    }
    assert_eq!(told["phone_number_verified"], true);
    assert!(told["phone_number"].as_str().unwrap().starts_with("+86"));
    let bare = world.tokens(&other, Ask::of(&other).set("scope", "profile")).await;
    assert!(bare.tokens.get("id_token").is_none(), "no openid, no ID token");
    assert_eq!(Call::userinfo(bare.access(), None).send(&world).await.status, 403);
}

/// `userinfo_signed_response_alg`: a JWT for this client, by a published key.
async fn row_44_userinfo_is_signed_for_whom_it_was_registered_so() {
    let world = World::open().await;
    for (id, alg, name) in
        [("es", TokenAlgorithm::Es256, "ES256"), ("rs", TokenAlgorithm::Rs256, "RS256")]
    {
        let partner = Partner::basic(id).with(|c| c.userinfo_signed_response_alg = Some(alg));
        let partner = world.add(partner).await;
        let given = world.plain(&partner).await;
        let answer = Call::userinfo(given.access(), None).send(&world).await;
        assert!(answer.header(header::CONTENT_TYPE).starts_with("application/jwt"));
        let opened = world.open_token(&answer.body).await;
        assert_eq!(opened.header["alg"], name);
        assert_eq!(opened.text("iss"), world.issuer());
        assert_eq!(opened.text("aud"), id);
        let sub = world.open_token(given.id_token()).await.claims["sub"].clone();
        assert_eq!(opened.claims["sub"], sub);
        assert!(opened.claims["name_masked"].is_string());
    }
}

/// No token, no such token, an expired one, an ID token: 401 with a challenge that says so.
async fn row_44_userinfo_tells_nothing_to_a_bad_token() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let given = world.lasting(&partner).await;
    let none = Call::to(USERINFO).method(Method::GET).send(&world).await;
    assert_eq!(none.status, 401);
    let challenge = none.header(header::WWW_AUTHENTICATE);
    assert!(!challenge.is_empty() && !challenge.contains("error="), "RFC 6750 §3.1: {challenge}");
    let access = given.access().to_owned();
    let (message, signature) = access.rsplit_once('.').unwrap();
    let turned: String = signature.chars().rev().collect();
    for bad in [
        "x",
        "a.b.c",
        given.id_token(),
        given.refresh(),
        &format!("{message}.{turned}"),
        &format!("{message}."),
        &format!("{access}x"),
    ] {
        challenged(&Call::userinfo(bad, None).send(&world).await, "Bearer", "invalid_token");
    }
    let service = world.add(Partner::service("service")).await;
    let own =
        Call::to(crate::oauth::kit::TOKEN).by(&service).field("grant_type", "client_credentials");
    let own = own.send(&world).await;
    granted(&own);
    let own = own.json()["access_token"].as_str().unwrap().to_owned();
    let answer = Call::userinfo(&own, None).send(&world).await;
    assert!(matches!(answer.status, 401 | 403), "a service's token is about nobody");
    assert_eq!(Call::userinfo(&access, None).send(&world).await.status, 200);
    world.pass(301);
    challenged(&Call::userinfo(&access, None).send(&world).await, "Bearer", "invalid_token");
    assert!(!world.is_active(&partner, &access).await);
}

/// Access and refresh tokens, on the instance that was told and on another.
async fn row_45_a_revoked_token_is_dead_at_once_everywhere(t: TestDb) {
    let world = World::on(t).await;
    let there = world.house.another_instance().await;
    for partner in [Partner::basic("basic"), Partner::fapi("fapi"), Partner::native("native")] {
        let partner = world.add(partner).await;
        let given = world.lasting(&partner).await;
        let key = partner.dpop.as_ref();
        if !partner.client.is_public() {
            assert!(world.is_active(&partner, given.access()).await);
            assert!(world.is_active(&partner, given.refresh()).await);
        }
        let revoke = Call::revoke(&partner, given.access());
        assert_eq!(revoke.send(&world).await.status, 200);
        assert_eq!(Call::userinfo(given.access(), key).send(&world).await.status, 401);
        let lived = Call::refresh(&partner, given.refresh()).send(&world).await;
        granted(&lived);
        let access = lived.json()["access_token"].as_str().unwrap().to_owned();
        let refresh = lived.json()["refresh_token"].as_str().unwrap_or(given.refresh()).to_owned();
        let revoke = Call::revoke(&partner, &refresh).field("token_type_hint", "access_token");
        assert_eq!(revoke.send(&world).await.status, 200, "a wrong hint is no hindrance");
        let dead = Call::refresh(&partner, &refresh);
        refused(&dead.send(&world).await, 400, "invalid_grant");
        refused(&dead.at(&there).send(&world).await, 400, "invalid_grant");
        assert_eq!(Call::userinfo(&access, key).send(&world).await.status, 401, "of its line");
        if !partner.client.is_public() {
            assert!(!world.is_active(&partner, &access).await);
            assert!(!world.is_active(&partner, &refresh).await);
        }
        assert!(!peek(&access).text("jti").is_empty());
    }
}

/// 200 for what is unknown, used up or another client's, whose token lives on; an unknown client
/// gets nothing, and introspection tells others nothing.
async fn row_45_revocation_says_nothing_about_tokens() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let other = world.add(Partner::basic("other")).await;
    let given = world.lasting(&partner).await;
    for token in ["unknown", "a.b.c", given.access(), given.refresh(), given.id_token()] {
        let answer = Call::revoke(&other, token).send(&world).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let told = Call::introspect(&other, token).send(&world).await;
        assert_eq!((told.status, told.json()), (200, serde_json::json!({"active": false})));
    }
    assert!(world.is_active(&partner, given.access()).await, "another's revocation is nothing");
    assert!(world.is_active(&partner, given.refresh()).await);
    for _ in 0..2 {
        assert_eq!(Call::revoke(&partner, given.refresh()).send(&world).await.status, 200);
    }
    for call in [Call::revoke(&partner, "x"), Call::introspect(&partner, "x")] {
        let mut thief = partner.clone();
        thief.secret = "guessed".to_owned();
        unknown_client(&call.clone().by(&thief).send(&world).await);
        unknown_client(&call.clone().by_nobody().send(&world).await);
        refused(&call.without("token").send(&world).await, 400, "invalid_request");
    }
}
