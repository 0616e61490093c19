//! The command line, by running the program itself in a folder of its own.

mod clients;
mod commands;
mod keys;
mod mistakes;
mod partner;
mod people;
mod serve;
mod status;
mod tls;
mod verify;

use crate::common::suite::Suite;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

pub(crate) fn register(suite: &mut Suite) {
    clients::register(suite);
    commands::register(suite);
    keys::register(suite);
    mistakes::register(suite);
    partner::register(suite);
    people::register(suite);
    serve::register(suite);
    status::register(suite);
    tls::register(suite);
    verify::register(suite);
}

/// What a command answered.
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    #[track_caller]
    fn ok(self) -> String {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        self.out
    }

    #[track_caller]
    fn refused(self, code: i32, with: &str) {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        assert!(self.err.contains(with), "{with:?} in {:?}", self.err);
    }

    #[track_caller]
    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap()
    }
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ecard"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ECARD_")) {
        command.env_remove(name);
    }
    command
        .args(arguments)
        .current_dir(folder)
        .env("ECARD_HASHING__MEMORY_KIB", "8")
        .env("ECARD_HASHING__PASSES", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn fed(folder: &Path, arguments: &[&str], input: &str) -> Ran {
    let mut child = command(folder, arguments).spawn().unwrap();
    // A command that reads nothing may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let done = child.wait_with_output().unwrap();
    Ran {
        code: done.status.code().unwrap_or(-1),
        out: String::from_utf8(done.stdout).unwrap(),
        err: String::from_utf8(done.stderr).unwrap(),
    }
}

fn run(folder: &Path, arguments: &[&str]) -> Ran {
    fed(folder, arguments, "")
}

/// Waits until something holds.
async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let waiting = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(20), waiting).await.is_ok(), "{what}");
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// A running service; ends with the test.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(folder: &Path) -> Self {
        Self::of(command(folder, &["serve", "--listen", "127.0.0.1:0", "--log", "warn"]))
    }

    /// The service that this command starts.
    fn of(mut command: Command) -> Self {
        let mut child = command.stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        let url = first.strip_prefix("listening on ").unwrap().to_owned();
        // Whoever prints must find a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, url }
    }

    fn address(&self) -> &str {
        self.url.split_once("://").unwrap().1
    }

    fn terminate(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    }

    fn get(&self, path: &str) -> String {
        use std::io::Read as _;
        let mut stream = std::net::TcpStream::connect(self.address()).unwrap();
        let host = self.address();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Gone already when the test stopped it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
