//! The service starts, and stops without dropping anybody.

use super::{Server, command, folder, run, until};
use crate::common::suite::Suite;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

pub(crate) fn register(suite: &mut Suite) {
    tests!(
        suite;
        sigterm_finishes_the_open_request_and_exits_0,
        sigterm_waits_for_no_idle_connection,
        production_names_every_unsafe_setting_at_once,
        production_does_not_start_on_what_a_demo_left,
        the_demo_does_not_start_on_what_production_served,
        a_secret_others_can_read_is_refused_by_name,
    );
}

async fn sigterm_finishes_the_open_request_and_exits_0() {
    let folder = folder();
    let mut server = Server::start(folder.path());
    let mut open = TcpStream::connect(server.address()).unwrap();
    let host = server.address().to_owned();
    let secret = std::fs::read_to_string(folder.path().join("keys/demo-hospital.secret")).unwrap();
    let basic = STANDARD.encode(format!("demo-hospital:{}", secret.trim()));
    let head = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 8\r\n";
    let head = format!("{head}Authorization: Basic {basic}\r\nConnection: close\r\n");
    write!(open, "POST /verify HTTP/1.1\r\nHost: {host}\r\n{head}Expect: 100-continue\r\n\r\n")
        .unwrap();
    // Being asked for the body shows that the request is under way.
    let mut asked = [0; 12];
    open.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    open.read_exact(&mut asked).unwrap();
    assert_eq!(&asked, b"HTTP/1.1 100");
    server.terminate();
    until("no new connection is taken", || TcpStream::connect(&host).is_err()).await;
    open.write_all(b"token=ab").unwrap();
    let mut answer = String::new();
    open.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("HTTP/1.1 200"), "{answer}");
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
}

async fn sigterm_waits_for_no_idle_connection() {
    let folder = folder();
    let mut server = Server::start(folder.path());
    let _silent = TcpStream::connect(server.address()).unwrap();
    let mut idle = TcpStream::connect(server.address()).unwrap();
    idle.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    write!(idle, "GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", server.address()).unwrap();
    let mut answered = [0; 12];
    idle.read_exact(&mut answered).unwrap();
    assert_eq!(&answered, b"HTTP/1.1 200");
    server.terminate();
    // Less than an idle connection is left alone while the service runs.
    let gone = until("the service ends", || server.child.try_wait().unwrap().is_some());
    assert!(tokio::time::timeout(Duration::from_secs(8), gone).await.is_ok(), "it waited");
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
}

async fn production_names_every_unsafe_setting_at_once() {
    let refused = run(folder().path(), &["serve", "--profile", "production"]);
    assert!(refused.err.contains("providers.face.kind"), "{}", refused.err);
    refused.refused(1, "issuer: not set");
}

const PRODUCTION: &str = r#"
profile = "production"
issuer = "https://card.example"
listen = "127.0.0.1:0"
[hashing]
memory_kib = 7168
[providers]
registry = { kind = "http", url = "http://127.0.0.1:1/" }
face = { kind = "http", url = "http://127.0.0.1:1/" }
sms = { kind = "http", url = "http://127.0.0.1:1/" }
"#;

async fn production_does_not_start_on_what_a_demo_left() {
    let folder = folder();
    drop(Server::start(folder.path()));
    std::fs::write(folder.path().join("live.toml"), PRODUCTION).unwrap();
    let with = |arguments: &[&str]| {
        let mut command = command(folder.path(), &["--config", "live.toml"]);
        let done = command.args(arguments).env_remove("ECARD_HASHING__MEMORY_KIB").output();
        let done = done.unwrap();
        (done.status.code(), String::from_utf8(done.stderr).unwrap())
    };
    let (code, said) = with(&["serve"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("database: filled by the demo"), "{said}");
    assert!(said.contains("keys: filled by the demo"), "{said}");
    // The command that mends it is not refused.
    for client in ["demo-hospital", "demo-partner"] {
        let (code, said) = with(&["client", "disable", client]);
        assert_eq!(code, Some(0), "{said}");
    }
    let (code, said) = with(&["serve"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(!said.contains("database: filled") && said.contains("keys: filled"), "{said}");
}

/// Whoever forgets the configuration must not fill the real database with people whose password
/// everybody knows; nor fill a register that nobody asks.
async fn the_demo_does_not_start_on_what_production_served() {
    let folder = folder();
    std::fs::write(folder.path().join("live.toml"), PRODUCTION).unwrap();
    let live = || {
        let mut command = command(folder.path(), &["--config", "live.toml"]);
        command.env_remove("ECARD_HASHING__MEMORY_KIB");
        command
    };
    let ran = |mut command: std::process::Command, arguments: &[&str]| {
        let done = command.args(arguments).output().unwrap();
        (done.status.code(), String::from_utf8(done.stderr).unwrap())
    };
    let mut served = live();
    served.args(["serve", "--listen", "127.0.0.1:0"]);
    Server::of(served).terminate();
    run(folder.path(), &["serve", "--listen", "127.0.0.1:0"]).refused(1, "production was served");
    let (code, said) = ran(live(), &["people", "generate", "--count", "1"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("real registry"), "{said}");
    let keys = folder.path().join("keys");
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o777);
    std::fs::set_permissions(&keys, open).unwrap();
    let (code, said) = ran(live(), &["serve"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("others may change"), "{said}");
}

async fn a_secret_others_can_read_is_refused_by_name() {
    let folder = folder();
    drop(Server::start(folder.path()));
    let secret = folder.path().join("keys/demo-hospital.secret");
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    std::fs::set_permissions(secret, open).unwrap();
    run(folder.path(), &["serve", "--listen", "127.0.0.1:0"]).refused(1, "demo-hospital.secret");
}
