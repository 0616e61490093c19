//! A WebDriver of this process alone, gone when the tests end.

use crate::common::needs::find_program;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock};

/// What chromedriver prints once it listens, before the port.
const READY: &str = "started successfully on port ";

static DRIVER: OnceLock<(Mutex<Child>, u16)> = OnceLock::new();

/// Where the driver listens; starts it on the first call, on a port it finds free by itself.
pub(super) fn url() -> String {
    let (_, port) = DRIVER.get_or_init(start);
    format!("http://127.0.0.1:{port}")
}

fn start() -> (Mutex<Child>, u16) {
    let program = find_program("chromedriver").expect("the need was checked");
    let mut driver = Command::new(program)
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("chromedriver starts");
    let mut lines = BufReader::new(driver.stdout.take().expect("piped")).lines();
    let port = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| line.split_once(READY)?.1.trim_end_matches('.').parse().ok())
        .expect("chromedriver names its port");
    // Its later lines must go somewhere, or it stops on a full pipe.
    std::thread::spawn(move || lines.for_each(drop));
    (Mutex::new(driver), port)
}

/// Ends the driver, if it was started. Called once all tests are done.
pub(crate) fn stop() {
    if let Some((driver, _)) = DRIVER.get() {
        let mut driver = driver.lock().expect("nobody panics while holding it");
        let _ = driver.kill();
        let _ = driver.wait();
    }
}
