//! The fifteen mistakes of verifiers, against the library and `POST /verify`: the table is
//! `docs/verifier-mistakes.md`. `tests/cli/mistakes.rs` shows the same to `ecard verify`.

use super::kit::{a_token, ask, hospital};
use crate::common::db::TestDb;
use crate::common::forger::{Forger, claims_of};
use crate::common::house::House;
use crate::common::suite::Suite;
use ecard::verifier::{Expectation, TrustedKeys, verify_card_token};
use std::fs;
use std::path::Path;

const TABLE: &str = include_str!("../../../docs/verifier-mistakes.md");

pub(crate) fn register(suite: &mut Suite) {
    both!(suite; no_mistake_lets_a_token_pass);
    tests!(suite; the_table_of_mistakes_names_tests_that_are_there);
}

async fn no_mistake_lets_a_token_pass(t: TestDb) {
    let house = House::build(t).await;
    let claims = claims_of(&a_token(&house).await);
    let forger = Forger::of(&house.app.config.keys);
    let keys = serde_json::to_vec(&house.app.keys.jwks()).unwrap();
    let keys = TrustedKeys::from_jwks(&keys).unwrap();
    let audience = format!("{}/verify", house.app.issuer);
    let expect = Expectation { issuer: &house.app.issuer, audiences: &[&audience] };
    let mut client = hospital(&house).await;

    let honest = forger.honest(&claims);
    assert!(verify_card_token(&honest, &keys, &expect, house.now()).is_ok());
    let good = ask(&mut client, &[("token", honest)]).await.json();
    assert_eq!(good["active"], true, "what is refused below is refused for its mistake: {good}");
    assert_eq!(good["holder_bound"], false, "15: a token says nothing of who holds it");

    for hostile in forger.hostile(&claims) {
        let (number, what) = (hostile.mistake, hostile.what);
        let refused = verify_card_token(&hostile.token, &keys, &expect, house.now());
        assert_eq!(refused.unwrap_err().code(), hostile.reason, "{number} {what}");
        let answer = ask(&mut client, &[("token", hostile.token)]).await.json();
        assert_eq!(answer["active"], false, "{number} {what}");
        assert_eq!(answer["reason"], hostile.reason, "{number} {what}");
        assert!(answer.get("sub").is_none(), "{number} {what}: nothing is told of anybody");
    }
}

/// Every test the table names, as `file.rs::test`, is in that file.
async fn the_table_of_mistakes_names_tests_that_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let rows: Vec<&str> = TABLE.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    assert_eq!(rows.len(), 15);
    for (number, row) in (1..).zip(rows) {
        assert!(row.starts_with(&format!("| {number} ")), "{row}");
        let quoted = row.split('`').skip(1).step_by(2);
        let named: Vec<(&str, &str)> = quoted.filter_map(|name| name.split_once("::")).collect();
        assert!(!named.is_empty(), "{number} names no test");
        for (file, test) in named.into_iter().filter(|(file, _)| file.ends_with(".rs")) {
            let text = fs::read_to_string(root.join(file))
                .unwrap_or_else(|e| panic!("{number} {file}: {e}"));
            assert!(text.contains(&format!("fn {test}(")), "{number}: no {test} in {file}");
        }
    }
}
