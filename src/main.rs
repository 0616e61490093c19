//! The `ecard` command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    ecard::cli::run()
}
