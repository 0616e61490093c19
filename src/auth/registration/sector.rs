//! Whether a client belongs to the sector it names (OpenID Connect Registration §5): the document
//! at `sector_identifier_uri` must list its redirect URIs, or it could ask for the subjects of
//! somebody else's citizens.

use crate::app::App;
use crate::domain::client::rules::{SectorDocument, beyond_its_sector};
use crate::domain::client::{Client, Finding};

/// What [`check`] does, for a client that registers or changes itself: nobody vouches for it, so
/// nothing it names may lead into this machine's own network, or beyond its sector.
///
/// # Errors
/// What stands against it, or why the document cannot be read.
pub async fn check_own(
    app: &App,
    client: &Client,
    before: Option<&Client>,
) -> Result<(), Vec<Finding>> {
    let mut found = beyond_its_sector(client);
    let asked = [
        ("jwks_uri", &client.jwks_uri),
        ("backchannel_logout_uri", &client.backchannel_logout_uri),
    ];
    for (member, uri) in asked {
        if let Some(Err(error)) = uri.as_deref().map(|uri| app.outbound.allows(uri)) {
            found.push(Finding::new(member, format!("leads nowhere: {error}")));
        }
    }
    if found.is_empty() { check(app, client, before, None).await } else { Err(found) }
}

/// Compares the document with a client's redirect URIs; `before` is the client as it was, whose
/// document is not asked for again while neither changes. `brought` is the document where somebody
/// fetched it already.
///
/// # Errors
/// What the document does not list, or why it cannot be read.
pub async fn check(
    app: &App,
    client: &Client,
    before: Option<&Client>,
    brought: Option<Vec<u8>>,
) -> Result<(), Vec<Finding>> {
    let Some(uri) = &client.sector_identifier_uri else { return Ok(()) };
    let same = |old: &Client| {
        old.sector_identifier_uri.as_ref() == Some(uri) && old.redirect_uris == client.redirect_uris
    };
    if before.is_some_and(same) {
        return Ok(());
    }
    let document = match brought {
        Some(document) => document,
        None => match app.outbound.get(uri).await {
            Ok(document) => document.body,
            Err(error) => {
                let text = format!("cannot be fetched: {error}");
                return Err(vec![Finding::new("sector_identifier_uri", text)]);
            }
        },
    };
    let found = match SectorDocument::parse(&document) {
        Ok(document) => document.check(client),
        Err(finding) => vec![finding],
    };
    if found.is_empty() { Ok(()) } else { Err(found) }
}
