//! Rows 38 and 42: where tokens may stand, and how hard they are to guess.

use crate::common::suite::Suite;
use crate::oauth::kit::{Ask, Call, Granted, Partner, TOKEN, USERINFO, World, peek, refused};
use axum::http::Method;
use std::collections::BTreeSet;

pub(super) fn register(suite: &mut Suite) {
    tests!(suite;
        row_38_a_query_carries_no_token_and_no_secret,
        row_42_nothing_can_be_guessed);
}

/// A token in the query is no token (RFC 9700 §2.6), and credentials in a query are none.
async fn row_38_a_query_carries_no_token_and_no_secret() {
    let world = World::open().await;
    let partner = world.add(Partner::post("post")).await;
    let token = world.plain(&partner).await.access().to_owned();
    let mut anyone = world.house.browser();
    let in_query = format!("{USERINFO}?access_token={token}");
    let get = anyone.get(&in_query).await;
    assert!(matches!(get.status, 400 | 401), "{} {}", get.status, get.body);
    let kind = "application/x-www-form-urlencoded";
    let post = anyone.send(Method::POST, &in_query, kind, Vec::new()).await;
    assert!(matches!(post.status, 400 | 401), "{} {}", post.status, post.body);
    let good = Call::userinfo(&token, None).send(&world).await;
    assert_eq!(good.status, 200);
    anyone.headers.push(("authorization", format!("Bearer {token}")));
    let twice =
        anyone.send(Method::POST, USERINFO, kind, format!("access_token={token}").into()).await;
    assert!(matches!(twice.status, 400 | 401), "in two places (RFC 6750 §2): {}", twice.status);

    let (code, ask) = world.code(&partner).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", partner.redirect()),
        ("code_verifier", ask.verifier.as_str()),
        ("client_id", partner.id()),
        ("client_secret", partner.secret.as_str()),
    ];
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let mut server = world.house.browser();
    let answer = server.send(Method::POST, &format!("{TOKEN}?{query}"), kind, Vec::new()).await;
    assert!(matches!(answer.status, 400 | 401), "{}", answer.body);
    assert_eq!(Call::code(&partner, &code, &ask).send(&world).await.status, 200);
    let odd = Call::to(TOKEN).by(&partner).field("grant_type", "implicit").send(&world).await;
    refused(&odd, 400, "unsupported_grant_type");
}

/// The part of a secret that chance made: everything that no two of them share, in letters.
fn chance(values: &BTreeSet<String>) -> usize {
    let all: Vec<Vec<char>> = values.iter().map(|v| v.chars().collect()).collect();
    let shortest = all.iter().map(Vec::len).min().unwrap();
    (0..shortest).filter(|at| all.iter().any(|v| v[*at] != all[0][*at])).count()
}

/// Codes, request URIs, refresh tokens, token names and nonces of one client differ from each
/// other in at least 22 letters of base64url: 128 bits.
async fn row_42_nothing_can_be_guessed() {
    let world = World::open().await;
    let partner = world.add(Partner::fapi("fapi")).await;
    let mut given: Vec<Granted> = Vec::new();
    let (mut uris, mut states) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..12 {
        given.push(world.lasting(&partner).await);
        uris.insert(world.push(&partner, &Ask::of(&partner)).await);
        let end = world.ask(&partner, &Ask::of(&partner), crate::oauth::kit::Walk::ALLOW).await;
        states.insert(end.code());
    }
    let all = |of: &dyn Fn(&Granted) -> String| given.iter().map(of).collect::<BTreeSet<_>>();
    let codes = all(&|g| g.code.clone());
    let refresh = all(&|g| g.refresh().to_owned());
    let names = all(&|g| peek(g.access()).text("jti").to_owned());
    let kinds = [
        ("code", codes),
        ("refresh token", refresh),
        ("jti", names),
        ("uri", uris),
        ("code", states),
    ];
    for (what, values) in kinds {
        assert_eq!(values.len(), 12, "{what}: never the same twice");
        assert!(chance(&values) >= 22, "{what}: {} letters differ: {values:?}", chance(&values));
    }
}
