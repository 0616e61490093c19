//! The service starts, and stops without dropping anybody.

use super::{Server, folder, run, until};
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
