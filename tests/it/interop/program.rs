//! A partner's program, and the dialogue with it: one JSON object a line.

use crate::common::runtimes::{Programs, Runtime};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// How long a step of a program may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running program.
pub(super) struct Program {
    child: Child,
    input: ChildStdin,
    lines: UnboundedReceiver<String>,
    complaints: Arc<Mutex<String>>,
}

impl Program {
    /// Starts it.
    pub(super) fn start(runtime: Runtime, program: &str) -> Self {
        let mut child = Programs::Interop
            .command(runtime, program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the need was checked");
        let input = child.stdin.take().expect("piped");
        let output = BufReader::new(child.stdout.take().expect("piped"));
        let mut errors = child.stderr.take().expect("piped");
        let (tell, lines) = unbounded_channel();
        std::thread::spawn(move || {
            output.lines().map_while(Result::ok).all(|line| tell.send(line).is_ok())
        });
        let complaints = Arc::new(Mutex::new(String::new()));
        let kept = Arc::clone(&complaints);
        std::thread::spawn(move || {
            let mut said = String::new();
            let _ = errors.read_to_string(&mut said);
            *kept.lock().unwrap() = said;
        });
        Self { child, input, lines, complaints }
    }

    /// What it says next.
    pub(super) async fn next(&mut self) -> Value {
        let line = tokio::time::timeout(PATIENCE, self.lines.recv()).await;
        let Some(line) = line.expect("the program goes on") else {
            let _ = self.child.wait();
            panic!("the program ended: {}", self.complaints.lock().unwrap());
        };
        let said: Value = serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line}"));
        if let Some(step) = said["failed"].as_str() {
            let _ = self.child.wait();
            let why = said["why"].as_str().unwrap_or_default();
            panic!("step {step:?}: {why}\n{}", self.complaints.lock().unwrap());
        }
        said
    }

    /// Answers it.
    pub(super) fn answer(&mut self, answer: &Value) {
        writeln!(self.input, "{answer}").expect("the program listens");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
