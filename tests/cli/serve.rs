//! The service starts, and stops without dropping anybody.

use super::{Server, folder, run, until};
use crate::common::suite::Suite;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

pub(crate) fn register(suite: &mut Suite) {
    tests!(
        suite;
        sigterm_finishes_the_open_request_and_exits_0,
        production_names_every_unsafe_setting_at_once,
    );
}

async fn sigterm_finishes_the_open_request_and_exits_0() {
    let folder = folder();
    let mut server = Server::start(folder.path());
    let mut open = TcpStream::connect(server.address()).unwrap();
    let host = server.address().to_owned();
    let head = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 8\r\n";
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
    assert!(answer.contains("HTTP/1.1 401"), "{answer}");
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
}

async fn production_names_every_unsafe_setting_at_once() {
    let refused = run(folder().path(), &["serve", "--profile", "production"]);
    assert!(refused.err.contains("providers.face.kind"), "{}", refused.err);
    refused.refused(1, "issuer: not set");
}
