//! `ecard client update`.

use super::super::serve::unavailable;
use super::super::{Failure, output};
use super::add::{Sector, parsed, tell};
use super::details::Details;
use super::refusal;
use super::secret::{self, Given};
use super::show::found;
use crate::app::App;
use crate::auth::registration::{self, Actor};
use crate::domain::client::Client;
use crate::domain::time::Timestamp;
use clap::Args;
use serde_json::Value;

/// Changes to a client.
#[derive(Debug, Args)]
pub(in super::super) struct Update {
    /// Its identifier.
    id: String,
    #[command(flatten)]
    details: Details,
    #[command(flatten)]
    sector: Sector,
    /// Accept that citizens get other subjects: the client will know none of them again.
    #[arg(long)]
    new_subjects: bool,
    /// For scripts.
    #[arg(long)]
    json: bool,
}

impl Update {
    /// Changes the client, or says everything that stands against it.
    pub(super) async fn run(self, app: &App, now: Timestamp) -> Result<(), Failure> {
        let before = found(app, &self.id).await?.filter(|found| found.row.state == "active");
        let before = before.ok_or_else(|| refusal::unknown(&self.id))?;
        let Value::Object(mut members) =
            serde_json::to_value(&before.client).map_err(unavailable)?
        else {
            return Err(refusal::unknown(&self.id));
        };
        self.details.lay_over(&mut members)?;
        members.insert("client_id".to_owned(), Value::String(self.id.clone()));
        let client = parsed(app, &members)?.kept_by_operator(&before.client, now);
        self.sector.check(app, &client, Some(&before.client)).await?;
        if !self.new_subjects {
            same_subjects(&before.client, &client)?;
        }
        let live = before.secrets.iter().any(|secret| secret.expires_at.is_none());
        let given = if live { None } else { secret::of(app, &client, false)? };
        let secret = given.as_ref().map(Given::secret);
        let stored = registration::change(app, &client, secret, Actor::Operator, now).await;
        stored.map_err(|error| refusal::not_stored(&self.id, error))?;
        tell(&client, "changed", secret, self.json)?;
        if self.json {
            return Ok(());
        }
        if before.client == client {
            output::tell("ecard: nothing was different");
        }
        if before.client.named_at != client.named_at {
            output::tell(
                "ecard: who asks, or what for, reads otherwise now: every citizen is asked again at \
                 the next authorization",
            );
        }
        if before.client.keeper != client.keeper {
            output::tell(
                "ecard: this client registered itself; from now on it may read and end its \
                 registration, and no longer change it",
            );
        }
        Ok(())
    }
}

/// Subjects belong to the sector: another one makes every citizen a stranger to the client.
fn same_subjects(before: &Client, after: &Client) -> Result<(), Failure> {
    let (old, new) = (before.sector(), after.sector());
    if old == new {
        return Ok(());
    }
    Err(Failure::Refused(format!(
        "subjects would be made for {new}, no longer for {old}, and the client would know no \
         citizen again (they are a host's while every --redirect-uri and \
         --backchannel-logout-uri is on it, without the device grant); register a \
         --sector-identifier-uri on {old}, or accept it with --new-subjects"
    )))
}
