//! Why the same page is shown again, as an answer.

use super::problem::Problem;
use std::time::Duration;

/// Why the same page is shown again.
#[derive(Clone, Debug)]
pub struct Trouble {
    /// The HTTP status: 422, 429 or 503.
    pub status: u16,
    /// For `Retry-After`.
    pub retry_after: Option<Duration>,
    /// What the page says.
    pub problem: Problem,
    /// What was typed and may be shown again, by field.
    typed: Vec<(&'static str, String)>,
}

impl Trouble {
    /// Something to mend: 422.
    pub fn mend(problem: Problem) -> Self {
        Self { status: 422, retry_after: None, problem, typed: Vec::new() }
    }

    /// A limit was reached: 429.
    pub fn limited(problem: Problem, retry_after: Duration) -> Self {
        Self { status: 429, retry_after: Some(retry_after), problem, typed: Vec::new() }
    }

    /// A provider is down: 503. Nothing was spent.
    pub fn down(problem: Problem) -> Self {
        let retry_after = Some(Duration::from_secs(60));
        Self { status: 503, retry_after, problem, typed: Vec::new() }
    }

    /// Keeps what was typed, so that nothing is lost.
    #[must_use]
    pub fn keeping(mut self, field: &'static str, value: &str) -> Self {
        self.typed.push((field, value.to_owned()));
        self
    }

    /// What was typed into a field, if it may be shown again.
    pub fn typed(&self, field: &str) -> Option<String> {
        self.typed.iter().find(|(name, _)| *name == field).map(|(_, value)| value.clone())
    }
}
