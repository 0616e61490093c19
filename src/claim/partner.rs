//! The partner app that waits for a claim.

use crate::app::{App, Fault, internal};
use crate::domain::claim::Claim;
use crate::domain::client::Client;
use crate::storage::{authorizations, clients};
use crate::web::cx::PartnerWaiting;
use crate::web::lang::Lang;
use crate::web::paths;

/// Who waits, as the pages speak of it; none when nobody does, or does not any more.
pub(super) async fn waiting(
    app: &App,
    claim: &Claim,
    lang: Lang,
) -> Result<Option<PartnerWaiting>, Fault> {
    let Some(id) = claim.return_to.clone() else { return Ok(None) };
    let wanted = id.clone();
    let row = app
        .db
        .read::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                let waits = authorizations::find(tx, &wanted).await?.filter(|row| row.is_open);
                let Some(waits) = waits else { return Ok(None) };
                Ok(clients::find(tx, &waits.client).await?)
            })
        })
        .await?;
    let Some(row) = row.filter(|row| row.state == "active") else { return Ok(None) };
    let client: Client = serde_json::from_str(&row.body).map_err(internal)?;
    Ok(Some(PartnerWaiting {
        name: client.name(lang == Lang::En).to_owned(),
        stop_href: paths::AUTHORIZATION_STOP.replace("{id}", id.as_str()),
    }))
}
