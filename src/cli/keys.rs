//! `ecard keys`: next → active → retired, never a gap in the key set.

use super::serve::{surroundings, unavailable};
use super::{Failure, input, output, rekey, work};
use crate::config::Config;
use crate::domain::time::Timestamp;
use crate::keyfile::KeyFileError;
use crate::storage::vault::Vault;
use crate::token::keyring::{KeyRing, KeyRow, RotateOutcome, RotationError};
use clap::Subcommand;
use serde_json::json;

pub(super) const EXAMPLES: &str = "\
Examples:
  ecard keys list
  ecard keys rotate                     publish the next signing key; it signs in ten minutes
  ecard keys rotate --emergency         a key was stolen: the new one signs at once
  ecard keys retire KID --force         ... and the stolen one is believed no longer
  ecard keys import key.pem             bring in a P-256 key (PKCS#8 PEM)
  ecard keys rotate --sealing && sleep 10 && ecard keys rekey --retire-old

Running services notice a change within five seconds. Exit codes: 0 done, 1 refused, 2 unavailable.";

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub(super) enum Keys {
    /// Every signing key there is or was, and where it stands.
    List {
        /// For scripts.
        #[arg(long)]
        json: bool,
    },
    /// Publish a new signing key at once; it signs ten minutes later, when every copy of the key
    /// set has it. With --sealing or --lookup: change the keys that protect personal fields.
    Rotate {
        /// The active key was stolen: the new one signs at once.
        #[arg(long)]
        emergency: bool,
        /// Rotate the key that seals personal fields; follow it by `ecard keys rekey`.
        #[arg(long, conflicts_with_all = ["emergency", "lookup"])]
        sealing: bool,
        /// Rotate the key that looks people up; follow it by `ecard keys rekey`.
        #[arg(long, conflicts_with = "emergency")]
        lookup: bool,
        /// For scripts.
        #[arg(long)]
        json: bool,
    },
    /// Take a superseded signing key out of the key set for good.
    Retire {
        /// The key's name, as `ecard keys list` shows it.
        // Base64url: one name in 64 begins with a hyphen and is no flag.
        #[arg(allow_hyphen_values = true)]
        kid: String,
        /// Even while tokens it signed still live: they are refused from then on.
        #[arg(long)]
        force: bool,
    },
    /// Bring in a signing key made elsewhere (P-256, PKCS#8 PEM); it is published like a new one.
    Import {
        /// The file, or `-` for standard input.
        file: String,
        /// For scripts.
        #[arg(long)]
        json: bool,
    },
    /// Bring every stored personal field under the current sealing and lookup keys. May be
    /// interrupted and run again; the service may run meanwhile.
    Rekey {
        /// Drop the old keys once nothing is left under them.
        #[arg(long)]
        retire_old: bool,
        /// For scripts.
        #[arg(long)]
        json: bool,
    },
}

impl Keys {
    /// Runs the command.
    pub(super) fn run(self, config: &Config) -> Result<(), Failure> {
        let now = work::now()?;
        match self {
            Self::List { json } => list(&ring(config, now)?.keys_table(now), json),
            Self::Rotate { sealing: true, .. } => rotate_vault(config, true),
            Self::Rotate { lookup: true, .. } => rotate_vault(config, false),
            Self::Rotate { emergency, json, .. } => {
                let rotated = ring(config, now)?.rotate(now, emergency).map_err(refused)?;
                told(&rotated, json)
            }
            Self::Retire { kid, force } => {
                ring(config, now)?.retire(&kid, now, force).map_err(refused)?;
                output::line(&format!("retired {kid}: tokens it signed are refused from now on"))
            }
            Self::Import { file, json } => {
                let pem = zeroize::Zeroizing::new(input::read(&file, 64 * 1024)?);
                let imported = ring(config, now)?.import(&pem, now).map_err(refused)?;
                told(&imported, json)
            }
            Self::Rekey { retire_old, json } => rekey::run(config, retire_old, json),
        }
    }
}

fn ring(config: &Config, now: Timestamp) -> Result<KeyRing, Failure> {
    KeyRing::open_or_create(&config.keys, now).map_err(untrusted)
}

/// A key file that cannot be read is unavailable, one that cannot be trusted is refused.
pub(super) fn untrusted(error: KeyFileError) -> Failure {
    match error {
        KeyFileError::Io { .. } => unavailable(error),
        other => Failure::Refused(other.to_string()),
    }
}

fn refused(error: RotationError) -> Failure {
    match error {
        RotationError::Files(error) => untrusted(error),
        other => Failure::Refused(other.to_string()),
    }
}

fn list(keys: &[KeyRow], json: bool) -> Result<(), Failure> {
    if json {
        let rows = keys.iter().map(|key| {
            json!({
                "kid": key.kid, "alg": key.alg, "state": key.state,
                "created_at": key.created_at.rfc3339(),
                "activates_at": key.activates_at.rfc3339(),
                "superseded_at": key.superseded_at.map(Timestamp::rfc3339),
                "retired_at": key.retired_at.map(Timestamp::rfc3339),
            })
        });
        return output::json(&rows.collect::<Vec<_>>());
    }
    let rows: Vec<_> = keys
        .iter()
        .map(|key| {
            let state = serde_json::to_value(key.state).map_err(unavailable)?;
            let until = key.retired_at.or(key.superseded_at);
            Ok([
                key.kid.clone(),
                state.as_str().unwrap_or_default().to_owned(),
                key.activates_at.rfc3339(),
                until.map_or_else(|| "-".to_owned(), Timestamp::rfc3339),
            ])
        })
        .collect::<Result<_, Failure>>()?;
    output::table(["KID", "STATE", "SIGNS FROM", "UNTIL"], &rows)
}

fn told(added: &RotateOutcome, json: bool) -> Result<(), Failure> {
    if json {
        return output::json(&json!({
            "kid": added.kid, "activates_at": added.activates_at.rfc3339(),
            "supersedes": added.supersedes, "discarded": added.discarded,
        }));
    }
    output::line(&format!(
        "published {}; it signs from {}",
        added.kid,
        added.activates_at.rfc3339()
    ))?;
    if let Some(discarded) = &added.discarded {
        output::line(&format!("threw away {discarded}, which was waiting"))?;
    }
    match &added.supersedes {
        Some(old) => output::line(&format!(
            "{old} stays published for the tokens it signed; later: ecard keys retire {old}"
        )),
        None => Ok(()),
    }
}

fn rotate_vault(config: &Config, sealing: bool) -> Result<(), Failure> {
    let entropy = surroundings()?.entropy;
    let vault = Vault::open_or_create(&config.keys, entropy.as_ref()).map_err(untrusted)?;
    let rotated = if sealing {
        vault.rotate_sealing(entropy.as_ref())
    } else {
        vault.rotate_lookup(entropy.as_ref())
    };
    rotated.map_err(untrusted)?;
    let which = if sealing { "sealing" } else { "lookup" };
    output::line(&format!(
        "a new {which} key is in use; wait ten seconds for running services to notice, then: \
         ecard keys rekey --retire-old"
    ))
}
