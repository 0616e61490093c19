//! The command line: one binary, a file a command.

mod args;
mod certificates;
mod check;
mod client;
mod findings;
mod grant;
mod input;
mod keys;
mod leftovers;
mod listen;
mod migrate;
mod output;
mod partner;
mod people;
mod progress;
mod rekey;
mod review;
mod serve;
mod status;
mod terminal;
mod tls;
mod verify;
mod work;

use clap::Parser as _;
use std::process::ExitCode;

/// What a command comes to (exit codes: 0 done, 1 refused or invalid, 2 usage or unavailable).
#[derive(Debug)]
pub enum Failure {
    /// Refused or invalid: exit code 1.
    Refused(String),
    /// The command was not understood, or something it needs does not answer: exit code 2.
    Unavailable(String),
    /// As said on the way: the exit code alone is left.
    Told(u8),
}

/// Reads the command line and runs the command.
pub fn run() -> ExitCode {
    let arguments = args::Arguments::parse();
    match dispatch(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Refused(why)) => complain(&why, 1),
        Err(Failure::Unavailable(why)) => complain(&why, 2),
        Err(Failure::Told(code)) => ExitCode::from(code),
    }
}

fn complain(why: &str, code: u8) -> ExitCode {
    output::tell(&format!("ecard: {why}"));
    ExitCode::from(code)
}

fn dispatch(mut arguments: args::Arguments) -> Result<(), Failure> {
    let command = arguments.command.take().unwrap_or(args::Command::Serve);
    // Verifying is a stranger's work: it needs no configuration, and none may change its answer.
    if let args::Command::Verify(verify) = command {
        return verify.run(arguments.issuer.as_deref());
    }
    if let args::Command::Terminal(terminal) = command {
        let log = arguments.log.as_deref();
        return terminal.run(arguments.issuer.as_deref(), arguments.listen.as_deref(), log);
    }
    let config = arguments.configuration()?;
    match command {
        args::Command::Serve => serve::run(config),
        args::Command::Migrate => migrate::run(config),
        args::Command::Keys(keys) => keys.run(&config),
        args::Command::Client(clients) => clients.run(config),
        args::Command::Grant(grants) => grants.run(config),
        args::Command::People(people) => people.run(config),
        args::Command::Review(review) => review.run(config),
        args::Command::Status(status) => status.run(config),
        args::Command::Check(check) => check.run(config),
        args::Command::Verify(verify) => verify.run(None),
        args::Command::Terminal(terminal) => terminal.run(None, None, None),
    }
}
