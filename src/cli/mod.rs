//! The command line: one binary, a file a command.

mod args;
mod serve;

use clap::Parser as _;
use std::process::ExitCode;

/// What a command comes to (exit codes: 0 done, 1 refused or invalid, 2 usage or unavailable).
#[derive(Debug)]
pub enum Failure {
    /// Refused or invalid: exit code 1.
    Refused(String),
    /// The command was not understood, or something it needs does not answer: exit code 2.
    Unavailable(String),
}

/// Reads the command line and runs the command.
pub fn run() -> ExitCode {
    let arguments = args::Arguments::parse();
    match dispatch(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Refused(why)) => complain(&why, 1),
        Err(Failure::Unavailable(why)) => complain(&why, 2),
    }
}

fn complain(why: &str, code: u8) -> ExitCode {
    eprintln!("ecard: {why}");
    ExitCode::from(code)
}

fn dispatch(arguments: args::Arguments) -> Result<(), Failure> {
    let config = arguments.configuration()?;
    match arguments.command.unwrap_or(args::Command::Serve) {
        args::Command::Serve => serve::run(config),
    }
}
