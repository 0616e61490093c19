//! A WebDriver of this process alone, which never outlives it.

use crate::common::needs::find_program;
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock};

/// Runs the driver until this process closes the pipe, by ending it or by dying, then ends the
/// whole group: driver and browsers.
const WATCH: &str = r#""$0" --port=0 & cat >/dev/null; kill 0"#;

/// What the driver prints once it listens, before the port.
const READY: &str = "started successfully on port ";

static DRIVER: OnceLock<(Mutex<Child>, u16)> = OnceLock::new();

/// Where the driver listens; starts it on the first call, on a port it finds free by itself.
pub(super) fn url() -> String {
    let (_, port) = DRIVER.get_or_init(start);
    format!("http://127.0.0.1:{port}")
}

fn start() -> (Mutex<Child>, u16) {
    let mut watcher = Command::new("sh")
        .args(["-c", WATCH])
        .arg(find_program("chromedriver").expect("the need was checked"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .expect("a shell starts");
    let mut lines = BufReader::new(watcher.stdout.take().expect("piped")).lines();
    let port = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| line.split_once(READY)?.1.trim_end_matches('.').parse().ok())
        .expect("the driver names its port");
    // Its later lines must go somewhere, or it stops at a full pipe.
    std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
    (Mutex::new(watcher), port)
}

/// Ends the driver, if it was started. Called once all tests are done.
pub(crate) fn stop() {
    if let Some((watcher, _)) = DRIVER.get() {
        let mut watcher = watcher.lock().unwrap();
        drop(watcher.stdin.take());
        let _ = watcher.wait();
    }
}
