//! How far long work has come: a bar on a terminal, a line a second elsewhere.

use super::output;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::task::JoinHandle;

/// Shows a counter until it is dropped.
pub(super) struct Progress {
    done: Arc<AtomicU64>,
    shown: JoinHandle<()>,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Begins to show `what`, of `whole` if that is known. Needs a runtime.
    pub(super) fn start(what: &'static str, whole: Option<u64>) -> Self {
        let done = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&done);
        let bar = std::io::stderr().is_terminal().then(|| bar(what, whole));
        let on_terminal = bar.clone();
        let every = Duration::from_millis(if bar.is_some() { 100 } else { 1000 });
        let shown = tokio::spawn(async move {
            loop {
                tokio::time::sleep(every).await;
                let done = counter.load(Ordering::Relaxed);
                match (&on_terminal, whole) {
                    (Some(bar), _) => bar.set_position(done),
                    (None, Some(whole)) => output::tell(&format!("{what}: {done} of {whole}")),
                    (None, None) => output::tell(&format!("{what}: {done}")),
                }
            }
        });
        Self { done, shown, bar }
    }

    /// The counter to raise.
    pub(super) fn counter(&self) -> &Arc<AtomicU64> {
        &self.done
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.shown.abort();
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar(what: &'static str, whole: Option<u64>) -> ProgressBar {
    let (bar, template) = match whole {
        Some(whole) => {
            (ProgressBar::new(whole), "{msg} {wide_bar} {pos}/{len} ({per_sec}, {eta} left)")
        }
        None => (ProgressBar::new_spinner(), "{spinner} {msg} {pos} ({per_sec})"),
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.with_message(what)
}
