//! The demo's partner app beside the service.

use super::{command, folder};
use crate::common::suite::Suite;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Child;

pub(crate) fn register(suite: &mut Suite) {
    tests!(
        suite;
        the_demo_serves_its_partner_on_another_origin,
        a_partner_port_that_is_taken_is_said_and_the_demo_goes_on,
    );
}

/// A service whose first lines are read up to one that begins like this.
struct Started {
    child: Child,
    line: String,
}

impl Started {
    fn until(folder: &Path, partner: &str, begins: &str) -> Self {
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--partner-listen", partner];
        let mut child = command(folder, &arguments).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let line = { lines }.find(|line| line.starts_with(begins)).unwrap();
        Self { child, line }
    }

    /// What it said to the operator.
    fn stop(mut self) -> String {
        self.child.kill().unwrap();
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        self.child.wait().unwrap();
        said
    }
}

/// What is answered at `host` on this machine's `port`.
fn get(host: &str, path: &str) -> String {
    let (_, port) = host.rsplit_once(':').unwrap();
    let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

async fn the_demo_serves_its_partner_on_another_origin() {
    let folder = folder();
    let started = Started::until(folder.path(), "127.0.0.1:0", "demo partner: ");
    let host = started.line.trim_start_matches("demo partner: http://").trim_end_matches('/');
    assert!(host.starts_with("localhost:"), "{host}");
    let answer = get(host, "/");
    assert!(answer.contains("示范市民中心"), "{answer}");
    let secret = folder.path().join("keys/demo-partner.secret");
    assert_eq!(secret.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    started.stop();
}

async fn a_partner_port_that_is_taken_is_said_and_the_demo_goes_on() {
    let folder = folder();
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = other.local_addr().unwrap().to_string();
    let started = Started::until(folder.path(), &taken, "demo: open ");
    let url = started.line.split(' ').nth(2).unwrap();
    let host = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
    assert!(get(&host, "/healthz").contains("HTTP/1.1 200"));
    assert!(!get(&host, "/demo").contains("http://localhost:"), "no link leads nowhere");
    let said = started.stop();
    assert!(said.contains("partner_listen") && said.contains(&taken), "{said}");
}
