//! `ecard status publish`: the lists as files.

use super::{Ran, Server, command, fed, folder, run, until};
use crate::common::db::raw;
use crate::common::suite::Suite;
use ecard::storage::{Db, DbError};
use std::fs;
use std::path::Path;
use std::process::Command;

pub(crate) fn register(suite: &mut Suite) {
    tests!(
        suite;
        lists_are_written_and_only_changed_ones_again,
        a_published_file_is_what_the_service_hands_out_and_what_verify_reads,
        a_folder_of_another_issuer_is_refused,
        what_cannot_be_had_is_unavailable,
        watching_ends_on_a_signal,
    );
}

async fn sql(folder: &Path, sql: &'static str) {
    let url = format!("sqlite://{}", folder.join("data/ecard.db").display());
    let db = Db::open(&url).await.unwrap();
    let work = db.write::<_, DbError, _>(move |tx| Box::pin(async move { raw(tx, sql).await }));
    work.await.unwrap();
    db.close().await;
}

/// A database with two lists.
async fn prepared(folder: &Path) {
    run(folder, &["migrate"]).ok();
    sql(folder, "INSERT INTO status_lists (n, used) VALUES (0, 9), (1, 9)").await;
}

fn publish(folder: &Path) -> Ran {
    run(folder, &["status", "publish", "--out", "out/lists", "--json"])
}

async fn lists_are_written_and_only_changed_ones_again() {
    let folder = folder();
    prepared(folder.path()).await;
    let first = publish(folder.path());
    assert_eq!(
        first.json(),
        serde_json::json!({"lists": 2, "signed": 2, "written": 2, "unchanged": 0})
    );
    let index = fs::read_to_string(folder.path().join("out/lists/index.json")).unwrap();
    let index: serde_json::Value = serde_json::from_str(&index).unwrap();
    assert_eq!(index["status_lists"].as_array().unwrap().len(), 2);
    assert!(index["status_lists"][1].as_str().unwrap().ends_with("/status/1"));

    let one = fs::read(folder.path().join("out/lists/1")).unwrap();
    sql(
        folder.path(),
        "INSERT INTO card_status_log (seq, list, idx, value, at) VALUES (1, 0, 6, 2, 1);
         UPDATE sequences SET value = 1 WHERE name = 'card_status_log'",
    )
    .await;
    let zero = fs::read(folder.path().join("out/lists/0")).unwrap();
    let told = run(folder.path(), &["status", "publish", "--out", "out/lists"]).ok();
    assert_eq!(told, "2 lists: 1 written, 1 unchanged (1 signed anew)\n");
    assert_ne!(fs::read(folder.path().join("out/lists/0")).unwrap(), zero);
    assert_eq!(fs::read(folder.path().join("out/lists/1")).unwrap(), one);
    let mut names: Vec<_> = fs::read_dir(folder.path().join("out/lists"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["0", "0.gz", "1", "1.gz", "index.json"]);
}

async fn a_published_file_is_what_the_service_hands_out_and_what_verify_reads() {
    let folder = folder();
    prepared(folder.path()).await;
    let server = Server::start(folder.path());
    let issuer = server.url.clone();
    let publish = ["--issuer", &issuer, "status", "publish", "--out", "out"];
    run(folder.path(), &publish).ok();
    let answer = server.get("/status/0");
    let body = answer.split_once("\r\n\r\n").unwrap().1;
    assert_eq!(body, fs::read_to_string(folder.path().join("out/0")).unwrap());
    assert!(answer.contains("application/statuslist+jwt"), "{answer}");
    fs::write(folder.path().join("keys.json"), {
        let answer = server.get("/oauth/jwks");
        answer.split_once("\r\n\r\n").unwrap().1.to_owned()
    })
    .unwrap();
    let offline = ["verify", "--jwks", "keys.json", "--status-list", "out/0", "--offline", "-"];
    fed(folder.path(), &offline, "no.token.here").refused(1, "");
}

async fn a_folder_of_another_issuer_is_refused() {
    let folder = folder();
    prepared(folder.path()).await;
    publish(folder.path()).ok();
    let other = ["--issuer", "http://127.0.0.1:9999", "status", "publish", "--out", "out/lists"];
    let before = fs::read(folder.path().join("out/lists/0")).unwrap();
    run(folder.path(), &other).refused(1, "another issuer");
    assert_eq!(fs::read(folder.path().join("out/lists/0")).unwrap(), before);
}

async fn what_cannot_be_had_is_unavailable() {
    let folder = folder();
    run(folder.path(), &["status", "publish"]).refused(2, "--out");
    fs::write(folder.path().join("file"), "").unwrap();
    run(folder.path(), &["status", "publish", "--out", "file"]).refused(2, "--out must be");
    let url = "postgres://nobody@127.0.0.1:1/none";
    let none = ["--database", url, "status", "publish", "--out", "out"];
    run(folder.path(), &none).refused(2, "--database");
}

async fn watching_ends_on_a_signal() {
    let folder = folder();
    prepared(folder.path()).await;
    let watch = ["status", "publish", "--out", "out", "--watch"];
    let mut child = command(folder.path(), &watch).spawn().unwrap();
    until("the lists are written", || folder.path().join("out/index.json").is_file()).await;
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
