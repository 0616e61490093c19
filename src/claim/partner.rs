//! The partner app that waits for a claim.

use crate::app::{App, Fault, internal};
use crate::auth::pending::open_authorization;
use crate::domain::claim::{Claim, ReturnTo};
use crate::domain::client::Client;
use crate::storage::authorizations::AuthorizationRow;
use crate::storage::{authorizations, clients};
use crate::web::cx::PartnerWaiting;
use crate::web::headers::with_form_action;
use crate::web::lang::Lang;
use crate::web::paths;
use axum::response::Response;
use serde::Deserialize;

/// A partner that waits.
pub(super) struct Waiting {
    /// Who, as the pages speak of it.
    pub partner: PartnerWaiting,
    /// Where its answer goes.
    redirect_uri: String,
}

impl Waiting {
    /// The answer with a policy that lets its form end at the partner: refusing does.
    pub(super) fn allow(waiting: Option<&Self>, answer: Response) -> Response {
        match waiting {
            Some(waiting) => with_form_action(answer, &waiting.redirect_uri),
            None => answer,
        }
    }
}

#[derive(Deserialize)]
struct Body {
    request: Asked,
}

#[derive(Deserialize)]
struct Asked {
    redirect_uri: String,
}

/// Who waits for a claim; none when nobody does, or does not any more.
pub(super) async fn waiting(
    app: &App,
    claim: &Claim,
    lang: Lang,
) -> Result<Option<Waiting>, Fault> {
    let waiting = claim.return_to.as_ref().and_then(ReturnTo::authorization);
    let Some(id) = waiting.cloned() else { return Ok(None) };
    let found = app
        .db
        .read::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                let waits = authorizations::find(tx, &id).await?.filter(|row| row.is_open);
                let Some(waits) = waits else { return Ok(None) };
                let client = clients::find(tx, &waits.client).await?;
                Ok(client.map(|client| (waits, client)))
            })
        })
        .await?;
    let Some((waits, row)) = found.filter(|(_, row)| row.state == "active") else {
        return Ok(None);
    };
    let client: Client = serde_json::from_str(&row.body).map_err(internal)?;
    Ok(Some(told(app, &waits, &client, lang)?))
}

fn told(
    app: &App,
    waits: &AuthorizationRow,
    client: &Client,
    lang: Lang,
) -> Result<Waiting, Fault> {
    let body: Body = open_authorization(app, waits.id.as_str(), &waits.body)?;
    let partner = PartnerWaiting {
        name: client.name(lang == Lang::En).to_owned(),
        stop_href: paths::AUTHORIZATION_STOP.replace("{id}", waits.id.as_str()),
    };
    Ok(Waiting { partner, redirect_uri: body.request.redirect_uri })
}
