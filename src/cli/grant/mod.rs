//! `ecard grant`: what citizens have allowed clients, looked up and ended by an operator.

mod named;
mod revoke;
mod search;

use super::Failure;
use super::work::with_app;
use crate::config::Config;
use clap::Subcommand;

pub(super) const EXAMPLES: &str = "\
Examples:
  ecard grant search --client bus                         its grants in force
  echo 11010119900307002X | ecard grant search --citizen  everything one person allowed
  ecard grant search --client bus --sub SUB               whom a partner means by its `sub`
  ecard grant search --jti JTI                            the grant an access token came of
  ecard grant revoke --grant ID --note 'asked for by phone'   the grant with all of its tokens
  ecard grant revoke --line LINE --grant ID --note 'device lost'   what came of one sign-in
  ecard grant revoke --jti JTI --note 'found in a log'    this one access token
  echo 11010119900307002X | ecard grant revoke --citizen --note 'court order 7'

A running service knows within a second; partners that registered an address get a logout token.
Exit codes: 0 done, 1 refused or nothing found, 2 usage or unavailable.";

/// What to do with grants.
#[derive(Debug, Subcommand)]
pub(super) enum Grants {
    /// Find grants.
    Search(search::Search),
    /// End grants, or tokens that came of one.
    Revoke(revoke::Revoke),
}

impl Grants {
    /// Runs the command.
    pub(super) fn run(self, config: Config) -> Result<(), Failure> {
        with_app(config, |app, now| async move {
            match self {
                Self::Search(search) => search.run(&app, now).await,
                Self::Revoke(revoke) => revoke.run(&app, now).await,
            }
        })
    }
}
