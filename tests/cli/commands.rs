//! The small commands, each right and wrong.

use super::{Server, fed, folder, run};
use crate::common::suite::Suite;

pub(crate) fn register(suite: &mut Suite) {
    tests!(
        suite;
        help_names_every_command_and_the_exit_codes,
        an_unknown_command_is_a_usage_error,
        migrate_says_from_and_to,
        a_database_that_cannot_be_reached_is_unavailable,
        a_client_is_added_listed_and_disabled,
        a_secret_is_never_stored_in_clear,
        a_method_nobody_knows_is_refused_by_name,
        an_unknown_review_is_refused,
        a_counter_code_is_made_for_a_valid_number_only,
        check_finds_what_may_not_go_live,
        check_says_that_a_demo_may_not_go_live,
        check_finds_what_a_demo_left,
        a_name_that_begins_with_a_hyphen_is_no_flag,
        a_wrong_setting_is_refused_with_what_may_stand_there,
    );
}

async fn help_names_every_command_and_the_exit_codes() {
    let folder = folder();
    let help = run(folder.path(), &["--help"]).ok();
    for word in [
        "serve",
        "migrate",
        "keys",
        "client",
        "people",
        "review",
        "verify",
        "status",
        "check",
        "Exit codes",
    ] {
        assert!(help.contains(word), "{word}");
    }
    for command in ["keys", "client", "people", "review", "verify", "status", "check"] {
        let help = run(folder.path(), &[command, "--help"]).ok();
        assert!(help.contains("Exit codes") && help.contains("ecard "), "{command}: {help}");
    }
}

async fn an_unknown_command_is_a_usage_error() {
    run(folder().path(), &["fly"]).refused(2, "fly");
    run(folder().path(), &["review", "decide", "x", "--note", "n"]).refused(2, "--approve");
}

async fn migrate_says_from_and_to() {
    let folder = folder();
    assert!(run(folder.path(), &["migrate"]).ok().starts_with("migrated from version 0 to "));
    assert!(run(folder.path(), &["migrate"]).ok().contains("up to date"));
}

async fn a_database_that_cannot_be_reached_is_unavailable() {
    let url = "postgres://nobody@127.0.0.1:1/none";
    run(folder().path(), &["migrate", "--database", url]).refused(2, "--database");
}

async fn a_client_is_added_listed_and_disabled() {
    let folder = folder();
    let add = ["client", "add", "--id", "h1", "--name", "医院", "--name-en", "Hospital", "--json"];
    let added = run(folder.path(), &add);
    assert_eq!(added.json()["client_secret"].as_str().unwrap().len(), 43);
    run(folder.path(), &add).refused(1, "registered already");
    let list = run(folder.path(), &["client", "list", "--json"]).json();
    assert_eq!(list[0]["client_id"], "h1");
    assert_eq!(list[0]["state"], "active");
    run(folder.path(), &["client", "disable", "h1"]).ok();
    run(folder.path(), &["client", "disable", "h1"]).refused(1, "ecard client list");
    let shown = run(folder.path(), &["client", "show", "h1", "--json"]).json();
    assert_eq!(
        (&shown["state"], &shown["client_name#en"]),
        (&"disabled".into(), &"Hospital".into())
    );
    run(folder.path(), &["client", "show", "h2"]).refused(1, "h2");
    run(folder.path(), &["client", "add", "--id", "a b", "--name", "x"]).refused(1, "--id");
}

async fn a_secret_is_never_stored_in_clear() {
    let folder = folder();
    let secret = "correct-horse-battery-staple-42";
    let add = ["client", "add", "--id", "h1", "--name", "x", "--secret-stdin"];
    let told = fed(folder.path(), &add, secret).ok();
    assert!(!told.contains(secret));
    fed(folder.path(), &["client", "add", "--id", "h2", "--name", "x", "--secret-stdin"], "short")
        .refused(1, "shorter");
    for entry in std::fs::read_dir(folder.path().join("data")).unwrap() {
        let content = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!content.windows(secret.len()).any(|part| part == secret.as_bytes()));
    }
}

async fn a_method_nobody_knows_is_refused_by_name() {
    let add = ["client", "add", "--id", "h1", "--name", "x", "--auth", "client_secret_jwt"];
    run(folder().path(), &add).refused(2, "client_secret_basic");
}

async fn an_unknown_review_is_refused() {
    let folder = folder();
    assert_eq!(run(folder.path(), &["review", "list", "--json"]).ok().trim(), "[]");
    let decide = ["review", "decide", "none", "--approve", "--note", "seen"];
    run(folder.path(), &decide).refused(1, "ecard review list");
    run(folder.path(), &["review", "decide", "none", "--approve", "--note", " "])
        .refused(1, "--note");
}

async fn a_counter_code_is_made_for_a_valid_number_only() {
    let folder = folder();
    let made = fed(folder.path(), &["review", "code", "--json"], "11010119900307002X\n");
    assert_eq!(made.json()["code"].as_str().unwrap().len(), 10);
    fed(folder.path(), &["review", "code"], "110101199003070021\n").refused(1, "ID number");
    fed(folder.path(), &["review", "code"], "").refused(2, "standard input");
}

async fn check_finds_what_may_not_go_live() {
    let folder = folder();
    run(folder.path(), &["keys", "list"]).ok();
    let keys = folder.path().join("keys");
    let entry = std::fs::read_dir(&keys)
        .unwrap()
        .flatten()
        .find(|e| e.path().extension().is_some_and(|extension| extension == "pem"));
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    std::fs::set_permissions(entry.unwrap().path(), open).unwrap();
    let checked = run(folder.path(), &["--profile", "production", "check", "--json"]);
    assert_eq!(checked.code, 1);
    for part in ["issuer: not set", "providers.sms.kind", "chmod 600"] {
        let found = checked.json().as_array().unwrap().iter().any(|finding| {
            finding["severity"] == "serious" && finding["text"].as_str().unwrap().contains(part)
        });
        assert!(found, "{part} in {}", checked.out);
    }
}

async fn check_says_that_a_demo_may_not_go_live() {
    let folder = folder();
    let checked = run(folder.path(), &["check"]);
    assert!(checked.out.contains("--profile production"), "{}", checked.out);
    assert!(!checked.out.contains("nothing that may not go live"), "{}", checked.out);
    assert_eq!(checked.code, 1);
    assert!(!folder.path().join("keys").exists(), "a check makes nothing");
    run(folder.path(), &["migrate"]).ok();
    assert!(run(folder.path(), &["check"]).out.contains("every chain holds"));
}

async fn check_finds_what_a_demo_left() {
    let folder = folder();
    drop(Server::start(folder.path()));
    let checked = run(folder.path(), &["--profile", "production", "check"]);
    for part in ["demo-hospital.secret", "client demo-hospital is active", "16 demo people"] {
        assert!(checked.out.contains(part), "{part} in {}", checked.out);
    }
    assert_eq!(checked.code, 1);
}

async fn a_name_that_begins_with_a_hyphen_is_no_flag() {
    let folder = folder();
    run(folder.path(), &["keys", "retire", "-Vx1"]).refused(1, "-Vx1");
    run(folder.path(), &["keys", "retire", "--force", "-Vx1"]).refused(1, "-Vx1");
    run(folder.path(), &["keys", "retire", "-Vx1", "--force"]).refused(1, "-Vx1");
    for decide in [
        ["review", "decide", "-abc", "--approve", "--note", "seen"],
        ["review", "decide", "--approve", "--note", "seen", "-abc"],
    ] {
        run(folder.path(), &decide).refused(1, "-abc");
    }
    let verify = ["verify", "--issuer", "http://127.0.0.1:1", "--offline", "-abc"];
    run(folder.path(), &verify).refused(2, "--jwks");
}

async fn a_wrong_setting_is_refused_with_what_may_stand_there() {
    let folder = folder();
    run(folder.path(), &["migrate", "--log-format", "xml"]).refused(2, "`text` or `json`");
    run(folder.path(), &["migrate", "--listen", "nowhere"]).refused(2, "127.0.0.1:8080");
    run(folder.path(), &["migrate", "--metrics-listen", "nowhere"]).refused(2, "127.0.0.1:9090");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let serve = ["serve", "--listen", "127.0.0.1:0", "--metrics-listen", &address];
    run(folder.path(), &serve).refused(2, "metrics_listen");
}
