//! `ecard check`: what an operator would want to know before going live.

use super::findings::{Finding, Severity, look};
use super::{Failure, output, work};
use crate::config::Config;
use clap::Args;

pub(super) const EXAMPLES: &str = "\
Examples:
  ecard --config /etc/ecard.toml --profile production check
  ecard check --json

Nothing is changed: no keys are made and no database is migrated.
Exit codes: 0 nothing serious, 1 something serious, 2 usage or unavailable.";

/// What to know before going live.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// For scripts.
    #[arg(long)]
    json: bool,
}

impl Check {
    /// Looks at everything, and fails if anything is serious.
    pub(super) fn run(self, config: Config) -> Result<(), Failure> {
        let now = work::now()?;
        work::on_runtime(async move {
            let findings = look(&config, now).await;
            if self.json {
                output::json(&findings)?;
            } else {
                for Finding { severity, about, text } in &findings {
                    output::line(&format!("{:8} {about}: {text}", severity.as_str()))?;
                }
            }
            let serious = findings.iter().filter(|f| f.severity == Severity::Serious).count();
            if serious == 0 {
                return Ok(());
            }
            output::tell(&format!(
                "ecard: {serious} serious findings: mend them before going live"
            ));
            Err(Failure::Told(1))
        })
    }
}
