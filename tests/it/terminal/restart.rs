//! What a terminal still knows after the power was cut.

use super::kit::{Issuer, told};
use crate::common::suite::Suite;
use ecard::terminal::{refresh, upload};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;

pub(super) fn register(suite: &mut Suite) {
    tests!(
        suite;
        keys_lists_codes_and_queue_outlive_a_restart,
        the_folder_is_private_and_holds_no_name,
        what_others_could_write_is_not_used,
    );
}

async fn keys_lists_codes_and_queue_outlive_a_restart() {
    let mut issuer = Issuer::start().await;
    let folder = tempfile::tempdir().unwrap();
    let code = issuer.code(5, 1);
    {
        let counter = issuer.terminal(folder.path());
        assert!(refresh(&counter.terminal).await);
        issuer.pull().await;
        assert_eq!(counter.scan(&code).await, told("green", "valid"));
    }
    issuer.pass(60);
    let cut_short =
        std::fs::OpenOptions::new().append(true).open(folder.path().join("queue.jsonl"));
    cut_short.unwrap().write_all(b"{\"id\":\"cut sho").unwrap();
    let counter = issuer.terminal(folder.path());
    assert_eq!(counter.state().await["status_age"], 60, "as old as it was before");
    assert_eq!(counter.scan(&code).await, told("red", "replayed"));
    assert_eq!(counter.scan(&issuer.code(5, 2)).await, told("green", "valid"));
    assert_eq!(counter.state().await["waiting"], 2);
    issuer.plug().await;
    issuer.pass(600);
    let late = issuer.terminal(folder.path());
    assert!(refresh(&late.terminal).await);
    assert_eq!(late.state().await["status_age"], 0, "what is old is asked for at once");
    assert!(upload(&counter.terminal).await);
    assert_eq!(issuer.known.handed_in.lock().unwrap().len(), 2);
}

async fn the_folder_is_private_and_holds_no_name() {
    let mut issuer = Issuer::start().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("terminal");
    let counter = issuer.terminal(&path);
    assert!(refresh(&counter.terminal).await);
    issuer.pull().await;
    counter.scan(&issuer.code(5, 1)).await;
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o700);
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&path).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(mode(&entry.path()), 0o600, "{:?}", entry.path());
        let text = String::from_utf8_lossy(&std::fs::read(entry.path()).unwrap()).into_owned();
        assert!(!text.contains("*明"), "{:?}", entry.path());
        names.push(entry.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(names, ["confirmed.json", "keys.json", "queue.jsonl", "seen", "status-0.jwt"]);
}

async fn what_others_could_write_is_not_used() {
    let issuer = Issuer::start().await;
    let folder = tempfile::tempdir().unwrap();
    drop(issuer.terminal(folder.path()));
    let seen = folder.path().join("seen");
    std::fs::set_permissions(&seen, std::fs::Permissions::from_mode(0o666)).unwrap();
    let opened =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| issuer.terminal(folder.path())));
    assert!(opened.is_err());
}
