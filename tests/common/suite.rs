//! The list of tests, and how one is run.

use super::db::{Kind, TestDb};
use super::needs::Needs;
use libtest_mimic::{Completion, Failed, Trial};
use std::future::Future;

/// Collects the tests of all modules.
#[derive(Default)]
pub(crate) struct Suite(Vec<Trial>);

impl Suite {
    /// Adds a test under a full name. The macros `tests!`, `needs!` and `both!` name it for you.
    pub(crate) fn add<F, R>(&mut self, name: &str, needs: Option<Needs>, test: F)
    where
        F: FnOnce() -> R + Send + 'static,
        R: Future<Output = ()>,
    {
        let name = name.strip_prefix("it::").unwrap_or(name).to_owned();
        self.0.push(Trial::ignorable_test(name, move || {
            if let Some(reason) = needs.map_or(Ok(None), Needs::check)? {
                return Ok(Completion::ignored_with(reason));
            }
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .map_err(Failed::from)?;
            runtime.block_on(test());
            Ok(Completion::Completed)
        }));
    }

    /// Adds a test once on each database.
    pub(crate) fn add_both<F, R>(&mut self, name: &str, test: F)
    where
        F: Fn(TestDb) -> R + Clone + Send + 'static,
        R: Future<Output = ()>,
    {
        for kind in [Kind::Sqlite, Kind::Postgres] {
            let test = test.clone();
            let needs = (kind == Kind::Postgres).then_some(Needs::Postgres);
            self.add(&format!("{name}::{kind}"), needs, move || async move {
                test(TestDb::create(kind).await).await;
            });
        }
    }

    /// The tests, for the runner.
    pub(crate) fn into_trials(self) -> Vec<Trial> {
        self.0
    }
}

/// `tests!(suite; name, …)`: functions `async fn name()`.
macro_rules! tests {
    ($suite:expr; $($test:ident),+ $(,)?) => {
        $($suite.add(concat!(module_path!(), "::", stringify!($test)), None, $test);)+
    };
}

/// `needs!(suite, Needs::Browser; name, …)`: functions `async fn name()`.
macro_rules! needs {
    ($suite:expr, $needs:expr; $($test:ident),+ $(,)?) => {
        $($suite.add(concat!(module_path!(), "::", stringify!($test)), Some($needs), $test);)+
    };
}

/// `both!(suite; name, …)`: functions `async fn name(db: TestDb)`, run on each database.
macro_rules! both {
    ($suite:expr; $($test:ident),+ $(,)?) => {
        $($suite.add_both(concat!(module_path!(), "::", stringify!($test)), $test);)+
    };
}
