//! The tests from outside, in one binary that is built and linked once.
//!
//! To add tests: write `pub(crate) async fn what_the_rule_says(…)` in a module under `tests/`, and
//! register it in the module's `register`, which `main` calls:
//!
//! ```ignore
//! pub(crate) fn register(suite: &mut Suite) {
//!     tests!(suite; a_plain_rule, another_rule);                  // async fn()
//!     both!(suite; a_rule_of_the_database);                       // async fn(TestDb), on each
//!     needs!(suite, Needs::Browser; the_claim_works_by_keyboard); // async fn()
//! }
//! ```
//!
//! A test's name is its module path and function; `cargo test --test it limits` filters by it.
//! Each test has a tokio runtime of its own and fails by panicking. A [`TestDb`] is migrated,
//! empty and its own; PostgreSQL runs as one private cluster a process, gone when it ends.
//!
//! What the machine lacks (PostgreSQL, a browser, another language's runtime or its packages) makes
//! the tests that need it *ignored*, with the reason shown. The absence of what
//! `ECARD_TEST_REQUIRE=postgres,browser,node,python,java` names is a failure instead.
//!
//! [`TestDb`]: common::db::TestDb

#[cfg(test)]
#[macro_use]
#[path = "../common/mod.rs"]
mod common;
#[cfg(test)]
mod architecture;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod claim;
#[cfg(test)]
#[path = "../cli/mod.rs"]
mod cli;
#[cfg(test)]
#[path = "../fuzz/mod.rs"]
mod fuzz;
#[cfg(test)]
mod holder;
#[cfg(test)]
mod interop;
#[cfg(test)]
mod oauth;
#[cfg(test)]
mod partner;
#[cfg(test)]
mod partners;
#[cfg(test)]
mod registration;
#[cfg(test)]
mod relying;
#[cfg(test)]
#[path = "../storage/mod.rs"]
mod storage;
#[cfg(test)]
mod terminal;
#[cfg(test)]
mod tokens;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = libtest_mimic::Arguments::from_args();
    let mut suite = common::suite::Suite::default();
    common::needs::register(&mut suite);
    architecture::register(&mut suite);
    cli::register(&mut suite);
    storage::register(&mut suite);
    claim::register(&mut suite);
    registration::register(&mut suite);
    relying::register(&mut suite);
    partners::register(&mut suite);
    tokens::register(&mut suite);
    oauth::register(&mut suite);
    partner::register(&mut suite);
    terminal::register(&mut suite);
    browser::register(&mut suite);
    fuzz::register(&mut suite);
    holder::register(&mut suite);
    interop::register(&mut suite);
    let conclusion = libtest_mimic::run(&arguments, suite.into_trials());
    browser::stop();
    common::postgres::stop();
    conclusion.exit_code()
}
