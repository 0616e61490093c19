//! Exit code 0 valid, 1 not valid, 2 could not tell: against a running service and offline.

use super::{Ran, Server, fed, folder, run};
use crate::common::db::raw;
use crate::common::suite::Suite;
use ecard::domain::time::Timestamp;
use ecard::ports::clock::{Clock as _, SystemClock};
use ecard::storage::{Db, DbError};
use ecard::token::keyring::KeyRing;
use serde_json::{Value, json};
use std::path::Path;
use tempfile::TempDir;

pub(crate) fn register(suite: &mut Suite) {
    tests!(
        suite;
        a_good_token_is_valid_and_a_bad_one_is_not,
        without_an_issuer_nobody_can_tell,
        pinned_keys_need_a_status_list,
        trust_must_be_named,
        a_file_that_cannot_be_taken_in_leaves_it_untold,
        a_token_longer_than_any_is_not_valid,
    );
}

/// A running service with a status list in which the card of index 6 is suspended.
pub(super) struct House {
    folder: TempDir,
    server: Server,
    now: Timestamp,
}

impl House {
    pub(super) async fn open() -> Self {
        let folder = folder();
        run(folder.path(), &["migrate"]).ok();
        let url = format!("sqlite://{}", folder.path().join("data/ecard.db").display());
        let db = Db::open(&url).await.unwrap();
        let sql = "INSERT INTO status_lists (n, used) VALUES (0, 9);
            INSERT INTO card_status_log (seq, list, idx, value, at) VALUES (1, 0, 6, 2, 1);
            UPDATE sequences SET value = 1 WHERE name = 'card_status_log'";
        db.write::<_, DbError, _>(move |tx| Box::pin(async move { raw(tx, sql).await }))
            .await
            .unwrap();
        db.close().await;
        let server = Server::start(folder.path());
        Self { folder, server, now: SystemClock.now() }
    }

    pub(super) fn url(&self) -> &str {
        &self.server.url
    }

    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn token(&self, index: u32, change: impl FnOnce(&mut Value)) -> String {
        let (issuer, now) = (&self.server.url, self.now.epoch_seconds());
        let mut claims = json!({
            "iss": issuer, "sub": "s", "aud": format!("{issuer}/verify"), "jti": "j",
            "iat": now, "nbf": now, "exp": now + 300,
            "card": {"no_masked": "E12******89", "region": "110100", "type": "adult"},
            "functions": ["medical.settle"], "acr": "urn:ecard:acr:face", "amr": ["face"],
            "auth_time": now,
            "status": {"status_list": {"idx": index, "uri": format!("{issuer}/status/0")}},
        });
        change(&mut claims);
        let ring = KeyRing::open_or_create(&self.path().join("keys"), self.now).unwrap();
        ring.sign("ecard+jwt", &claims, self.now).unwrap()
    }

    pub(super) fn verify(&self, token: &str) -> Ran {
        fed(self.path(), &["verify", "--issuer", &self.server.url, "--json", "-"], token)
    }

    pub(super) fn save(&self, name: &str, path: &str) {
        let answer = self.server.get(path);
        std::fs::write(self.path().join(name), answer.split_once("\r\n\r\n").unwrap().1).unwrap();
    }
}

async fn a_good_token_is_valid_and_a_bad_one_is_not() {
    let house = House::open().await;
    let good = house.token(5, |_| {});
    let answer = house.verify(&good);
    assert_eq!(answer.code, 0, "{}", answer.err);
    let said = answer.json();
    assert_eq!((&said["result"], &said["status"]), (&"valid".into(), &"valid".into()));
    assert_eq!(said["claims"]["card"]["region"], "110100");
    let bad = [
        (house.token(6, |_| {}), "revoked"),
        (house.token(5, |c| c["aud"] = json!("another")), "audience"),
        (house.token(5, |c| drop(c.as_object_mut().unwrap().remove("aud"))), "audience"),
        (house.token(5, |c| c["exp"] = json!(5)), "expired"),
        (house.token(5, |c| c["iss"] = json!("https://other.example")), "issuer"),
        (format!("{good}x"), "signature"),
        ("nonsense".to_owned(), "signature"),
    ];
    for (token, reason) in bad {
        let answer = house.verify(&token);
        assert_eq!((answer.code, &answer.json()["reason"]), (1, &reason.into()));
        assert!(answer.err.contains("not valid"), "{}", answer.err);
    }
    let other = ["verify", "--issuer", &house.server.url, "--audience", "h", &good];
    run(house.path(), &other).refused(1, "somebody else");
}

async fn without_an_issuer_nobody_can_tell() {
    let folder = folder();
    let nowhere = ["verify", "--issuer", "http://127.0.0.1:1", "--json", "nonsense"];
    let answer = run(folder.path(), &nowhere);
    assert_eq!((answer.code, &answer.json()["result"]), (2, &"unknown".into()));
    let plain = ["verify", "--issuer", "http://issuer.example", "nonsense"];
    run(folder.path(), &plain).refused(2, "https");
    let offline = ["verify", "--issuer", "https://issuer.example", "--offline", "nonsense"];
    run(folder.path(), &offline).refused(2, "--jwks");
    let house = House::open().await;
    let lost = house.token(5, |c| {
        let uri = format!("{}/status/7", c["iss"].as_str().unwrap());
        c["status"]["status_list"]["uri"] = json!(uri);
    });
    let answer = house.verify(&lost);
    assert_eq!((answer.code, &answer.json()["reason"]), (2, &"status_unavailable".into()));
}

async fn pinned_keys_need_a_status_list() {
    let house = House::open().await;
    let good = house.token(5, |_| {});
    house.save("keys.json", "/oauth/jwks");
    house.save("list.jwt", "/status/0");
    let pinned = ["verify", "--jwks", "keys.json", &good];
    run(house.path(), &pinned).refused(2, "--status-list");
    let all = ["verify", "--offline", "--jwks", "keys.json", "--status-list", "list.jwt", &good];
    assert!(run(house.path(), &all).ok().contains("valid"));
    let suspended = house.token(6, |_| {});
    let all =
        ["verify", "--offline", "--jwks", "keys.json", "--status-list", "list.jwt", &suspended];
    run(house.path(), &all).refused(1, "suspended");
    let forged = format!("{good}x");
    run(house.path(), &["verify", "--jwks", "keys.json", &forged]).refused(1, "not valid");
}

async fn trust_must_be_named() {
    run(folder().path(), &["verify", "x"]).refused(2, "--issuer");
    run(folder().path(), &["verify"]).refused(2, "TOKEN");
    run(folder().path(), &["verify", "--jwks", "missing.json", "x"]).refused(2, "missing.json");
}

async fn a_file_that_cannot_be_taken_in_leaves_it_untold() {
    let folder = folder();
    std::fs::write(folder.path().join("large.json"), " ".repeat(1024 * 1024 + 1)).unwrap();
    run(folder.path(), &["verify", "--jwks", "large.json", "x"]).refused(2, "large.json");
    run(folder.path(), &["verify", "--jwks", ".", "x"]).refused(2, ".:");
    let house = House::open().await;
    house.save("keys.json", "/oauth/jwks");
    let large = vec![b'a'; 4 * 1024 * 1024 + 1];
    std::fs::write(house.path().join("list.jwt"), large).unwrap();
    let good = house.token(5, |_| {});
    let all = ["verify", "--jwks", "keys.json", "--status-list", "list.jwt", &good];
    run(house.path(), &all).refused(2, "list.jwt");
}

async fn a_token_longer_than_any_is_not_valid() {
    let house = House::open().await;
    house.save("keys.json", "/oauth/jwks");
    let pinned = ["verify", "--issuer", &house.server.url, "--jwks", "keys.json", "-"];
    let good = house.token(5, |_| {});
    let hidden = format!("{good}{}x", " ".repeat(64 * 1024));
    for long in ["a".repeat(64 * 1024), hidden] {
        fed(house.path(), &pinned, &long).refused(1, "not valid");
    }
}
