//! `ecard keys`: next → active → retired, never a gap in the key set.

use super::serve::{surroundings, unavailable};
use super::{Failure, input, output, rekey, work};
use crate::config::Config;
use crate::domain::time::Timestamp;
use crate::keyfile::KeyFileError;
use crate::storage::vault::Vault;
use crate::token::keyring::{KeyRing, KeyRow, RotateOutcome, RotationError};
use crate::token::signer::SigningAlgorithm;
use clap::{Subcommand, ValueEnum};
use serde_json::json;

pub(super) const EXAMPLES: &str = "\
Examples:
  ecard keys list
  ecard keys rotate                     publish the next signing key; it signs in ten minutes
  ecard keys rotate --emergency         a key was stolen: the new one signs at once
  ecard keys retire KID --force         ... and the stolen one is believed no longer
  ecard keys rotate --alg RS256         the same for the RSA key of some partners' ID tokens
  ecard keys import key.pem             bring in a P-256 or RSA key (PKCS#8 PEM)
  ecard keys rotate --sealing && sleep 10 && ecard keys rekey --retire-old

Running services notice a change within five seconds. Exit codes: 0 done, 1 refused, 2 unavailable.";

/// What a key signs with.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Algorithm {
    /// Cards, status lists, access tokens, and ID tokens unless a partner asked otherwise.
    #[value(name = "ES256")]
    Es256,
    /// ID tokens of partners that registered it.
    #[value(name = "RS256")]
    Rs256,
}

impl From<Algorithm> for SigningAlgorithm {
    fn from(given: Algorithm) -> Self {
        match given {
            Algorithm::Es256 => Self::Es256,
            Algorithm::Rs256 => Self::Rs256,
        }
    }
}

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub(super) enum Keys {
    /// Every signing key there is or was, and where it stands.
    List {
        /// Only keys of this algorithm.
        #[arg(long, ignore_case = true)]
        alg: Option<Algorithm>,
        /// For scripts.
        #[arg(long)]
        json: bool,
    },
    /// Publish a new signing key at once; it signs ten minutes later, when every copy of the key
    /// set has it. Keys of the other algorithm stay where they are. With --sealing or --lookup:
    /// change the keys that protect personal fields.
    Rotate {
        /// What the new key signs with.
        #[arg(long, ignore_case = true, default_value = "ES256")]
        alg: Algorithm,
        /// The active key was stolen: the new one signs at once.
        #[arg(long)]
        emergency: bool,
        /// Rotate the key that seals personal fields; follow it by `ecard keys rekey`.
        #[arg(long, conflicts_with_all = ["alg", "emergency", "lookup"])]
        sealing: bool,
        /// Rotate the key that looks people up; follow it by `ecard keys rekey`.
        #[arg(long, conflicts_with_all = ["alg", "emergency"])]
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
    /// Bring in a signing key made elsewhere (PKCS#8 PEM): P-256 signs ES256, RSA of 2048 to 4096
    /// bits RS256. It is published like a new one.
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
            Self::List { alg, json } => {
                let mut keys = ring(config, now)?.keys_table(now);
                keys.retain(|key| alg.is_none_or(|alg| key.alg == alg.into()));
                list(&keys, json)
            }
            Self::Rotate { sealing: true, .. } => rotate_vault(config, true),
            Self::Rotate { lookup: true, .. } => rotate_vault(config, false),
            Self::Rotate { alg, emergency, json, .. } => {
                let ring = ring(config, now)?;
                let rotated = ring.rotate(alg.into(), now, emergency).map_err(refused)?;
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

/// What an operator must change is refused, what cannot be read is unavailable.
pub(super) fn refused(error: RotationError) -> Failure {
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
                key.alg.to_string(),
                state.as_str().unwrap_or_default().to_owned(),
                key.activates_at.rfc3339(),
                until.map_or_else(|| "-".to_owned(), Timestamp::rfc3339),
            ])
        })
        .collect::<Result<_, Failure>>()?;
    output::table(["KID", "ALG", "STATE", "SIGNS FROM", "UNTIL"], &rows)
}

fn told(added: &RotateOutcome, json: bool) -> Result<(), Failure> {
    if json {
        return output::json(&json!({
            "kid": added.kid, "alg": added.alg, "activates_at": added.activates_at.rfc3339(),
            "supersedes": added.supersedes, "discarded": added.discarded,
        }));
    }
    output::line(&format!(
        "published {} ({}); it signs from {}",
        added.kid,
        added.alg,
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
