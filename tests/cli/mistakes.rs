//! The fifteen mistakes of verifiers, shown to `ecard verify`.

use super::verify::House;
use crate::common::forger::Forger;
use crate::common::suite::Suite;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ecard::token::keyring::KeyRing;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use serde_json::{Value, json};
use std::io::Write as _;

pub(crate) fn register(suite: &mut Suite) {
    tests!(suite; no_mistake_lets_a_token_pass_the_command, no_list_that_proves_nothing_is_taken);
}

async fn no_mistake_lets_a_token_pass_the_command() {
    let house = House::open().await;
    let claims = crate::common::forger::claims_of(&house.token(5, |_| {}));
    let forger = Forger::of(&house.path().join("keys"));
    assert_eq!(house.verify(&forger.honest(&claims)).code, 0);
    for hostile in forger.hostile(&claims) {
        let answer = house.verify(&hostile.token);
        let (number, what) = (hostile.mistake, hostile.what);
        assert_eq!(answer.code, 1, "{number} {what}: {}", answer.err);
        assert_eq!(answer.json()["reason"], hostile.reason, "{number} {what}");
    }
}

/// Mistakes 10, 11 and 12: what cannot be had, is another's, older, or unreadable is no list.
async fn no_list_that_proves_nothing_is_taken() {
    let house = House::open().await;
    house.save("keys.json", "/oauth/jwks");
    let good = house.token(5, |_| {});
    let uri = format!("{}/status/0", house.url());
    let ring = KeyRing::open_or_create(&house.path().join("keys"), house.now()).unwrap();
    let verify = |list: Option<&str>| {
        let mut arguments = vec!["verify", "--jwks", "keys.json", "--offline", "--json"];
        let audience = format!("{}/verify", house.url());
        arguments.extend(["--audience", &audience]);
        if let Some(list) = list {
            std::fs::write(house.path().join("list.jwt"), list).unwrap();
            arguments.extend(["--status-list", "list.jwt"]);
        }
        arguments.push("-");
        super::fed(house.path(), &arguments, &good).code
    };
    let sign = |typ: &str, claims: &Value| ring.sign(typ, claims, house.now()).unwrap();
    let claims = |sub: &str, lst: &str, end: i64| {
        let now = house.now().epoch_seconds();
        json!({"sub": sub, "iat": now, "exp": now + end, "ttl": 300,
            "status_list": {"bits": 2, "lst": lst}})
    };
    let bits = packed(&[0; 64]);
    assert_eq!(verify(Some(&sign("statuslist+jwt", &claims(&uri, &bits, 300)))), 0);
    let elsewhere = format!("{}/status/1", house.url());
    let lists = [
        ("another list", sign("statuslist+jwt", &claims(&elsewhere, &bits, 300))),
        ("another kind", sign("ecard+jwt", &claims(&uri, &bits, 300))),
        ("past its end", sign("statuslist+jwt", &claims(&uri, &bits, -1))),
        ("too short for the index", sign("statuslist+jwt", &claims(&uri, &packed(&[0]), 300))),
        ("a bomb", sign("statuslist+jwt", &claims(&uri, &packed(&vec![0; 64 << 20]), 300))),
        ("no zlib", sign("statuslist+jwt", &claims(&uri, "AAAA", 300))),
        ("nothing", String::new()),
    ];
    for (what, list) in lists {
        assert_eq!(verify(Some(&list)), 2, "{what}");
    }
    assert_eq!(verify(None), 2, "no list at all");
    // The lowest bits first: entry 5 is the third pair of the second byte.
    let suspended = packed(&[0, 0b0000_1000]);
    assert_eq!(verify(Some(&sign("statuslist+jwt", &claims(&uri, &suspended, 300)))), 1);
}

fn packed(bytes: &[u8]) -> String {
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
    zlib.write_all(bytes).unwrap();
    URL_SAFE_NO_PAD.encode(zlib.finish().unwrap())
}
