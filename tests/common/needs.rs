//! What a test needs of the machine, and what happens when it is not there.

use super::runtimes::Runtime;
use super::suite::Suite;
use std::path::PathBuf;

/// Names what must be announced absent, or else is required: `postgres,browser,node`.
const REQUIRE: &str = "ECARD_TEST_REQUIRE";

/// Something a test cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// The programs of a PostgreSQL server.
    Postgres,
    /// Chromium and its WebDriver.
    Browser,
    /// A browser, and Node.js with the packages of its programs.
    Node,
    /// A browser, and Python with the packages of its programs.
    Python,
    /// A browser, and a JDK with the packages of its programs.
    Java,
}

impl Needs {
    fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Browser => "browser",
            Self::Node => "node",
            Self::Python => "python",
            Self::Java => "java",
        }
    }

    /// Why it cannot be had here; `None` when it can.
    fn absence(self) -> Option<String> {
        match self {
            Self::Postgres => super::postgres::absence(),
            Self::Browser => browser_absence(),
            Self::Node => browser_absence().or_else(|| Runtime::Node.absence()),
            Self::Python => browser_absence().or_else(|| Runtime::Python.absence()),
            Self::Java => browser_absence().or_else(|| Runtime::Java.absence()),
        }
    }

    /// `Ok(None)` to go on, `Ok(reason)` to ignore the test.
    ///
    /// # Errors
    /// When it is absent and required.
    pub(crate) fn check(self) -> Result<Option<String>, String> {
        self.judge(&std::env::var(REQUIRE).unwrap_or_default(), self.absence())
    }

    fn judge(self, required: &str, absence: Option<String>) -> Result<Option<String>, String> {
        let required = required.split(',').any(|name| name.trim() == self.name());
        match absence {
            Some(reason) if required => Err(format!("{} is required: {reason}", self.name())),
            absence => Ok(absence),
        }
    }
}

fn browser_absence() -> Option<String> {
    let missing = ["chromium", "chromedriver"].into_iter().find(|p| find_program(p).is_none());
    missing.map(|program| format!("no {program} in PATH"))
}

pub(crate) fn register(suite: &mut Suite) {
    tests!(suite; an_absence_is_announced, a_required_absence_fails);
}

async fn an_absence_is_announced() {
    let absence = Some("none here".to_owned());
    assert_eq!(Needs::Browser.judge("", absence.clone()), Ok(absence.clone()));
    assert_eq!(Needs::Browser.judge("postgres", absence.clone()), Ok(absence));
    assert_eq!(Needs::Browser.judge("postgres,browser", None), Ok(None));
}

async fn a_required_absence_fails() {
    let refused = Needs::Browser.judge("postgres, browser", Some("none here".to_owned()));
    assert_eq!(refused, Err("browser is required: none here".to_owned()));
}

/// A program in `PATH`, its links followed.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let mut candidates = std::env::split_paths(&path).map(|folder| folder.join(name));
    candidates.find(|candidate| candidate.is_file())?.canonicalize().ok()
}
