//! One private PostgreSQL cluster for the tests of this process.
//!
//! It listens on a socket in a temporary folder only. A shell waits at the end of a pipe that
//! this process holds: however the process ends, the pipe closes, and the shell stops the server
//! and removes the folder.

use super::needs::find_program;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock};

/// Where Debian and Ubuntu keep the servers, a folder a version.
const DEBIAN: &str = "/usr/lib/postgresql";
/// Whom the server runs as when the tests run as root, which it refuses to be.
const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];

const WATCH: &str = r#"cat >/dev/null; "$@" -m immediate stop >/dev/null 2>&1; rm -rf "$FOLDER""#;

static CLUSTER: OnceLock<Result<PathBuf, String>> = OnceLock::new();
static WATCHER: Mutex<Option<Child>> = Mutex::new(None);

/// Why there can be no cluster here.
pub(crate) fn absence() -> Option<String> {
    let Some(programs) = programs() else {
        return Some(format!("no PostgreSQL server in PATH or {DEBIAN}/*/bin"));
    };
    (is_root() && runner(&programs.join("initdb")).is_none())
        .then(|| "no setpriv, or no unprivileged user, to run PostgreSQL as".to_owned())
}

/// The address of a database in the cluster, which is started on first use.
pub(crate) fn url(database: &str) -> String {
    let folder = CLUSTER.get_or_init(start).as_ref().expect("PostgreSQL starts");
    format!("postgres://ecard@localhost/{database}?host={}", folder.display())
}

/// Stops the cluster, if one was started, and waits until nothing is left of it.
pub(crate) fn stop() {
    let watcher = WATCHER.lock().unwrap().take();
    if let Some(mut watcher) = watcher {
        drop(watcher.stdin.take());
        watcher.wait().expect("the watcher ends");
    }
}

fn programs() -> Option<PathBuf> {
    let complete = |folder: &Path| {
        ["initdb", "pg_ctl", "postgres"].iter().all(|program| folder.join(program).is_file())
    };
    let in_path = find_program("initdb").and_then(|p| p.parent().map(Path::to_owned));
    let versions = std::fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = versions.map(|entry| entry.path().join("bin")).collect();
    versions.sort();
    in_path.into_iter().chain(versions.into_iter().rev()).find(|folder| complete(folder))
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// User and group ids of an unprivileged user.
fn unprivileged() -> Option<(u32, u32)> {
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    let ids = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    UNPRIVILEGED.iter().find_map(|name| ids(name))
}

/// The words to run a program with: as another user when this one is root.
fn runner(program: &Path) -> Option<Vec<String>> {
    let program = program.to_str()?.to_owned();
    if !is_root() {
        return Some(vec![program]);
    }
    let (user, group) = unprivileged()?;
    let setpriv = find_program("setpriv")?.to_str()?.to_owned();
    let user = format!("--reuid={user}");
    let group = format!("--regid={group}");
    Some(vec![setpriv, user, group, "--clear-groups".to_owned(), program])
}

fn start() -> Result<PathBuf, String> {
    let programs = programs().ok_or("no programs")?;
    let folder = tempfile::Builder::new().prefix("ecard-pg-").tempdir().map_err(text)?.keep();
    if is_root() {
        let (user, group) = unprivileged().ok_or("no unprivileged user")?;
        std::os::unix::fs::chown(&folder, Some(user), Some(group)).map_err(text)?;
    }
    let data = folder.join("data");
    let data = data.to_str().ok_or("a temporary folder in UTF-8")?;
    let control = runner(&programs.join("pg_ctl")).ok_or("no way to run pg_ctl")?;
    watch(&folder, [control.as_slice(), &["-D".to_owned(), data.to_owned()]].concat())?;

    let initialise = runner(&programs.join("initdb")).ok_or("no way to run initdb")?;
    let options = ["--username=ecard", "--auth=trust", "--encoding=UTF8", "--locale=C"];
    run(&folder, &initialise, &[&["-D", data, "--no-sync"], options.as_slice()].concat())?;
    let server = format!(
        "-c listen_addresses='' -c unix_socket_directories='{}' -c max_connections=300 \
         -c fsync=off -c full_page_writes=off -c deadlock_timeout=200ms",
        folder.display()
    );
    let log = format!("{}/log", folder.display());
    run(&folder, &control, &["-D", data, "-w", "-l", &log, "-o", &server, "start"])?;
    Ok(folder)
}

fn text(error: io::Error) -> String {
    error.to_string()
}

fn command(folder: &Path, words: &[String]) -> Command {
    let mut command = Command::new(&words[0]);
    // A group of its own: Ctrl-C ends the tests, and the closed pipe does the rest.
    command.args(&words[1..]).current_dir(folder).env("FOLDER", folder).process_group(0);
    command
}

fn watch(folder: &Path, control: Vec<String>) -> Result<(), String> {
    let shell = ["sh", "-c", WATCH, "watch"].map(str::to_owned);
    let mut command = command(folder, &[shell.as_slice(), &control].concat());
    let child = command
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    *WATCHER.lock().unwrap() = Some(child.map_err(text)?);
    Ok(())
}

fn run(folder: &Path, program: &[String], arguments: &[&str]) -> Result<(), String> {
    let mut command = command(folder, program);
    let output = command.args(arguments).stdin(Stdio::null()).output().map_err(text)?;
    if output.status.success() {
        return Ok(());
    }
    let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
    Err(format!("{program:?}: {}{log}", String::from_utf8_lossy(&output.stderr)))
}
