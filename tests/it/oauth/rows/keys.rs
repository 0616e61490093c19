//! Row 47: published keys, before and after they sign.

use crate::common::suite::Suite;
use crate::oauth::kit::{Partner, World, open, peek};
use ecard::token::signer::SigningAlgorithm;
use serde_json::Value;
use std::collections::BTreeSet;

pub(super) fn register(suite: &mut Suite) {
    tests!(suite;
        row_47_every_key_is_named_and_public,
        row_47_a_new_key_is_known_before_it_signs_and_an_old_one_as_long_as_its_tokens);
}

fn kids(jwks: &Value) -> BTreeSet<String> {
    let keys = jwks["keys"].as_array().unwrap().iter();
    keys.map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

/// `kid`, `alg` and `use` at every key, all names different, no private member anywhere.
async fn row_47_every_key_is_named_and_public() {
    let world = World::open().await;
    let jwks = world.jwks().await;
    let keys = jwks["keys"].as_array().unwrap();
    assert_eq!(kids(&jwks).len(), keys.len(), "no name twice");
    for key in keys {
        for private in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
            assert!(key.get(private).is_none(), "{private}");
        }
        assert_eq!(key["use"], "sig");
        match key["alg"].as_str().unwrap() {
            "ES256" => assert_eq!((&key["kty"], &key["crv"]), (&"EC".into(), &"P-256".into())),
            "RS256" => assert!(key["n"].as_str().unwrap().len() >= 342, "2048 bits"),
            other => panic!("{other}"),
        }
    }
    for partner in [Partner::basic("es"), Partner::basic("rs").rs256()] {
        let partner = world.add(partner).await;
        let given = world.plain(&partner).await;
        for token in [given.id_token(), given.access()] {
            let kid = peek(token).header["kid"].as_str().unwrap().to_owned();
            assert!(kids(&jwks).contains(&kid), "{kid}");
        }
    }
}

/// After a rotation the new key is published for longer than a copy of the key set lives, then it
/// signs; the old one stays until its last token has ended.
async fn row_47_a_new_key_is_known_before_it_signs_and_an_old_one_as_long_as_its_tokens() {
    let world = World::open().await;
    let es = world.add(Partner::basic("es")).await;
    let rs = world.add(Partner::basic("rs").rs256()).await;
    let signer = async |partner: &Partner| {
        let given = world.plain(partner).await;
        let opened = open(&world.jwks().await, given.id_token());
        opened.header["kid"].as_str().unwrap().to_owned()
    };
    for (partner, alg) in [(&es, SigningAlgorithm::Es256), (&rs, SigningAlgorithm::Rs256)] {
        let before = kids(&world.jwks().await);
        let old = signer(partner).await;
        world.house.app.keys.rotate(alg, world.house.now(), false).unwrap();
        let during = kids(&world.jwks().await);
        let new = during.difference(&before).next().expect("published at once").clone();
        assert_eq!(signer(partner).await, old, "known before it signs");
        world.pass(301);
        assert_eq!(signer(partner).await, old, "a copy of the key set lives 300 s");
        world.pass(300);
        assert_eq!(signer(partner).await, new);
        assert!(kids(&world.jwks().await).contains(&old), "still needed");
        world.pass(600);
        assert!(kids(&world.jwks().await).contains(&old), "still needed");
    }
}
