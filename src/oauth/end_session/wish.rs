//! What a partner wishes, checked: an ID token that is not ours and an address that is not
//! registered are never followed.

use super::hint::{self, Hint};
use crate::app::{App, Fault};
use crate::domain::authorization::Params;
use crate::domain::client::Client;
use crate::oauth::clients;
use crate::web::urls::with_query;
use std::sync::Arc;

/// The parameters of RP-Initiated Logout 1.0 §2 that are read here.
pub(super) const KNOWN: &[&str] =
    &["id_token_hint", "client_id", "post_logout_redirect_uri", "state", "logout_hint"];

/// A partner's wish.
pub(super) struct Wish {
    /// An ID token of ours.
    pub hint: Option<Hint>,
    /// Who wishes.
    pub client: Option<Arc<Client>>,
    /// Where the citizen goes afterwards, `state` along.
    pub back: Option<String>,
}

/// Reads it.
///
/// # Errors
/// Outside, [`Fault`]; inside, what is wrong, for the partner's engineers.
pub(super) async fn read(app: &App, params: &Params) -> Result<Result<Wish, &'static str>, Fault> {
    if KNOWN.iter().any(|name| params.all(name).count() > 1) {
        return Ok(Err("a parameter was sent twice"));
    }
    let hint = match params.first("id_token_hint").map(|token| hint::open(app, token)) {
        Some(None) => return Ok(Err("id_token_hint is not an ID token of this service")),
        Some(Some(hint)) => Some(hint),
        None => None,
    };
    let named = params.first("client_id");
    if let (Some(hint), Some(named)) = (&hint, named)
        && hint.aud != named
    {
        return Ok(Err("id_token_hint was made for another client_id"));
    }
    let client = match hint.as_ref().map(|hint| hint.aud.as_str()).or(named) {
        None => None,
        Some(id) => match clients::known(app, id).await? {
            None => return Ok(Err("the client is unknown or disabled")),
            known => known,
        },
    };
    let back = match params.first("post_logout_redirect_uri") {
        None => None,
        Some(uri) if is_registered(client.as_deref(), uri) => {
            let state = params.first("state").map(|state| ("state", state));
            Some(with_query(uri, state))
        }
        Some(_) => return Ok(Err("post_logout_redirect_uri is not registered for this client")),
    };
    Ok(Ok(Wish { hint, client, back }))
}

/// Letter by letter. Without a client nobody vouches for an address.
fn is_registered(client: Option<&Client>, uri: &str) -> bool {
    client.is_some_and(|client| client.post_logout_redirect_uris.iter().any(|known| known == uri))
}
