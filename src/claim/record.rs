//! A claim between memory and its row: the stage is sealed, whole.

use crate::app::{Fault, internal};
use crate::domain::claim::{Claim, Stage};
use crate::domain::ids::Reference;
use crate::domain::time::Timestamp;
use crate::storage::claims::ClaimRow;
use crate::storage::vault::{Place, Vault};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Body {
    #[serde(flatten)]
    stage: Stage,
}

fn place(id: &str) -> Place<'_> {
    Place { table: "claims", column: "body", row: id }
}

/// The claim a row holds, as it stands at `now`.
///
/// # Errors
/// [`Fault`] when the row cannot be opened or read.
pub fn open(vault: &Vault, row: &ClaimRow, now: Timestamp) -> Result<Claim, Fault> {
    let opened = vault.unseal(place(row.id.as_str()), &row.body)?;
    let body: Body = serde_json::from_slice(&opened).map_err(internal)?;
    let reference: Reference =
        serde_json::from_value(serde_json::Value::String(row.reference.clone()))
            .map_err(internal)?;
    let claim = Claim {
        id: row.id.clone(),
        reference,
        account: row.account.clone(),
        stage: body.stage,
        version: row.version,
        started_at: row.started_at,
        expires_at: row.expires_at,
        return_to: row.return_to.clone(),
    };
    Ok(claim.as_of(now))
}

/// The row of a claim.
///
/// # Errors
/// [`Fault`] when it cannot be written down.
pub fn close(vault: &Vault, claim: &Claim) -> Result<ClaimRow, Fault> {
    let body = Body { stage: claim.stage.clone() };
    let text = zeroize::Zeroizing::new(serde_json::to_vec(&body).map_err(internal)?);
    Ok(ClaimRow {
        id: claim.id.clone(),
        reference: claim.reference.as_str().to_owned(),
        account: claim.account.clone(),
        stage: claim.stage.name().as_str().to_owned(),
        body: vault.seal(place(claim.id.as_str()), &text).into_string(),
        version: claim.version,
        started_at: claim.started_at,
        expires_at: claim.expires_at,
        return_to: claim.return_to.clone(),
    })
}
