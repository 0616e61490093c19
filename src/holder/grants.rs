//! `/grants`: what the citizen has allowed whom, and taking it back with one press.

use crate::app::{App, Fault, directory, html, internal, shown};
use crate::auth::face;
use crate::auth::posted::Posted;
use crate::auth::visitor::Visitor;
use crate::domain::client::Client;
use crate::domain::ecard::CardFace;
use crate::domain::ids::{CardId, CitizenId};
use crate::error::AppError;
use crate::pages::grants::{EndedGrant, GrantsPage, LiveGrant};
use crate::storage::grants::{self, GrantRow};
use crate::storage::{Tx, cards, clients};
use crate::web::lang::Lang;
use crate::web::paths;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use std::collections::HashMap;

/// What the address may say.
#[derive(Deserialize)]
pub(super) struct Shown {
    withdrawn: Option<String>,
}

/// A grant with what is told of it.
pub(super) struct Known {
    /// The grant.
    pub row: GrantRow,
    /// Whom it allows.
    pub client: Client,
    /// What is printed on the card it stands on.
    pub face: CardFace,
}

/// Shows them; whoever is not logged in logs in first and comes back.
pub(super) async fn show(
    State(app): State<App>,
    Query(query): Query<Shown>,
    visitor: Visitor,
) -> Result<Response, AppError> {
    let Visitor { browser, cx, now, .. } = visitor;
    let Some(session) = browser.session.filter(|s| s.account.is_some()) else {
        let login = format!("{}?next={}", paths::LOGIN, paths::GRANTS);
        return Ok(Redirect::to(&login).into_response());
    };
    let lang = cx.lang();
    let known = match session.citizen {
        Some(citizen) => all(&app, citizen).await?,
        None => Vec::new(),
    };
    let is_named = |known: &&Known| query.withdrawn.as_deref() == Some(known.row.id.as_str());
    let withdrawn = known
        .iter()
        .find(is_named)
        .filter(|known| !known.row.is_live)
        .map(|known| known.client.name(lang == Lang::En).to_owned());
    let in_force = |known: &&Known| known.row.is_live && now < known.row.expires_at;
    let page = GrantsPage {
        withdrawn,
        live: known.iter().filter(in_force).map(|known| live(known, lang)).collect(),
        ended: known.iter().filter(|k| !in_force(k)).map(|known| ended(known, lang)).collect(),
        cx,
    };
    html(200, &page)
}

fn live(known: &Known, lang: Lang) -> LiveGrant {
    let Known { row, client, face } = known;
    LiveGrant {
        id: row.id.as_str().to_owned(),
        partner: shown::partner(client, lang),
        items: shown::items(&row.allowed, face, lang, false),
        since: lang.day(row.created_at.shanghai_date()),
        until: lang.day(row.expires_at.shanghai_date()),
        last_used: row.last_used_at.map(|at| lang.minute(at)),
    }
}

fn ended(known: &Known, lang: Lang) -> EndedGrant {
    let row = &known.row;
    EndedGrant {
        partner: shown::partner(&known.client, lang),
        since: lang.day(row.created_at.shanghai_date()),
        ended: lang.minute(row.ended_at.unwrap_or(row.expires_at)),
    }
}

/// Takes one back. Once is enough: a second press finds it taken back and says the same.
pub(super) async fn withdraw(
    State(app): State<App>,
    Posted { form, visitor }: Posted,
) -> Result<Response, AppError> {
    let session = visitor.browser.require()?;
    let citizen = session.citizen.clone().ok_or(AppError::NotYours)?;
    let id = form.text("grant").to_owned();
    let known = all(&app, citizen).await?.into_iter().find(|known| known.row.id.as_str() == id);
    let known = known.ok_or(AppError::NotFound)?;
    if known.row.is_live {
        super::withdrawal::withdraw(&app, known.row, visitor.reference, visitor.now).await?;
    }
    Ok(Redirect::to(&format!("{}?withdrawn={id}", paths::GRANTS)).into_response())
}

async fn all(app: &App, citizen: CitizenId) -> Result<Vec<Known>, Fault> {
    let parts = app.clone();
    app.db
        .read::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                let (mut clients, mut faces) = (HashMap::new(), HashMap::new());
                let mut all = Vec::new();
                for row in grants::of_citizen(tx, &citizen).await? {
                    if !clients.contains_key(&row.client) {
                        clients.insert(row.client.clone(), client(tx, &row.client).await?);
                    }
                    if !faces.contains_key(&row.card) {
                        faces.insert(row.card.clone(), printed(tx, &parts, &row.card).await?);
                    }
                    let (client, face) = (clients.get(&row.client), faces.get(&row.card));
                    if let (Some(client), Some(face)) = (client.cloned(), face.cloned()) {
                        all.push(Known { row, client, face });
                    }
                }
                Ok(all)
            })
        })
        .await
}

async fn client(tx: &mut Tx, id: &str) -> Result<Client, Fault> {
    let row = clients::find(tx, id).await?.ok_or_else(|| internal("a grant without a client"))?;
    directory::read(&row)
}

async fn printed(tx: &mut Tx, app: &App, id: &CardId) -> Result<CardFace, Fault> {
    let row = cards::find(tx, id).await?.ok_or_else(|| internal("a grant without a card"))?;
    face::face(app, &row)
}
