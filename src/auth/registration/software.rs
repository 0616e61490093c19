//! Clients that register themselves: behind an initial access token (RFC 7591 §3), and with a
//! token of their own from then on (RFC 7592).

use super::{Actor, RegisterError, insert, note, row};
use crate::app::{App, Fault, internal};
use crate::domain::client::{Client, check_client_id};
use crate::domain::scope::ScopeSet;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::storage::clients;
use crate::storage::registration_tokens::{self as tokens, RegistrationRow, TokenRow};
use crate::storage::vault::{Purpose, mac_eq};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

/// An initial access token that may be used.
#[derive(Clone, Debug)]
pub struct Permit {
    digest: String,
    /// Whom it was handed to.
    pub label: String,
    /// The scopes it allows.
    pub scope: ScopeSet,
}

/// A client that registered itself, as it stands.
#[derive(Clone, Debug)]
pub struct Registered {
    /// The client.
    pub client: Client,
    /// When it was registered.
    pub created_at: Timestamp,
    /// The label of the token it registered with.
    pub label: String,
    /// The scopes it may have at most.
    pub scope: ScopeSet,
    /// Whether a secret of it is in use.
    pub has_secret: bool,
}

fn digest(app: &App, token: &str) -> String {
    app.vault.index(Purpose::RegistrationToken, token)
}

/// A fresh token of 256 random bits.
fn fresh(app: &App) -> Secret {
    Secret::new(URL_SAFE_NO_PAD.encode(app.random::<32>()))
}

/// Makes an initial access token; it is stored nowhere. `row` says what it is good for.
///
/// # Errors
/// [`Fault`].
pub async fn hand_out(app: &App, row: TokenRow) -> Result<Secret, Fault> {
    let token = fresh(app);
    let (digest, parts) = (digest(app, token.expose()), app.clone());
    app.db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                tokens::insert(tx, &digest, &row).await?;
                let body = json!({ "label": row.label, "uses": row.uses_left });
                let event = "registration_token.issued";
                Ok(note(tx, &parts, event, body, row.created_at).await?)
            })
        })
        .await?;
    Ok(token)
}

/// Every initial access token that may still be used.
///
/// # Errors
/// [`Fault`].
pub async fn handed_out(app: &App, now: Timestamp) -> Result<Vec<TokenRow>, Fault> {
    let work = app
        .db
        .read::<_, Fault, _>(move |tx| Box::pin(async move { Ok(tokens::list(tx, now).await?) }));
    work.await
}

/// Ends the initial access tokens of a label; answers how many there were.
///
/// # Errors
/// [`Fault`].
pub async fn take_back(app: &App, label: &str, now: Timestamp) -> Result<u64, Fault> {
    let (label, parts) = (label.to_owned(), app.clone());
    app.db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                let ended = tokens::end(tx, &label, now).await?;
                if ended > 0 {
                    let body = json!({ "label": label });
                    note(tx, &parts, "registration_token.ended", body, now).await?;
                }
                Ok(ended)
            })
        })
        .await
}

/// What a token allows; none when it is unknown, used up or has ended. Nothing is used yet.
///
/// # Errors
/// [`Fault`].
pub async fn permit(app: &App, token: &str, now: Timestamp) -> Result<Option<Permit>, Fault> {
    let digest = digest(app, token);
    let wanted = digest.clone();
    let work = app.db.read::<_, Fault, _>(move |tx| {
        Box::pin(async move { Ok(tokens::find(tx, &wanted, now).await?) })
    });
    let found = work.await?;
    Ok(found.map(|row| Permit { digest, label: row.label, scope: ScopeSet::parse(&row.scope) }))
}

/// Registers a client and uses the permit once, in one transaction; answers the client's own
/// registration access token.
///
/// # Errors
/// [`RegisterError::Unknown`] when the permit was used up meanwhile.
pub async fn register(
    app: &App,
    client: &Client,
    secret: Option<&Secret>,
    permit: Permit,
    now: Timestamp,
) -> Result<Secret, RegisterError> {
    let own = fresh(app);
    let stored = row(client, now)?;
    let secret = secret.map(|secret| super::digest(app, secret));
    let kept = RegistrationRow {
        digest: digest(app, own.expose()),
        label: permit.label.clone(),
        scope: permit.scope.to_string(),
    };
    let parts = app.clone();
    app.db
        .write::<_, RegisterError, _>(move |tx| {
            Box::pin(async move {
                if !tokens::take(tx, &permit.digest, now).await? {
                    return Err(RegisterError::Unknown);
                }
                insert(tx, &stored, secret.as_deref(), now).await?;
                tokens::keep(tx, &stored.id, &kept, now).await?;
                let body = Actor::Software(permit.label).line(&stored.id);
                Ok(note(tx, &parts, "client.registered", body, now).await?)
            })
        })
        .await?;
    Ok(own)
}

/// The client of that name, if it is active and the token is its own.
///
/// # Errors
/// [`Fault`].
pub async fn registered(
    app: &App,
    id: &str,
    token: &str,
    now: Timestamp,
) -> Result<Option<Registered>, Fault> {
    if check_client_id(id).is_err() {
        return Ok(None);
    }
    let wanted = id.to_owned();
    let work = app.db.read::<_, Fault, _>(move |tx| {
        Box::pin(async move {
            let kept = tokens::kept(tx, &wanted).await?;
            let row = clients::find(tx, &wanted).await?;
            Ok((kept, row, clients::secrets(tx, &wanted).await?))
        })
    });
    let (Some(kept), Some(row), secrets) = work.await? else { return Ok(None) };
    if !mac_eq(&kept.digest, &digest(app, token)) || row.state != "active" {
        return Ok(None);
    }
    Ok(Some(Registered {
        client: serde_json::from_str(&row.body).map_err(internal)?,
        created_at: row.created_at,
        label: kept.label,
        scope: ScopeSet::parse(&kept.scope),
        has_secret: secrets.iter().any(|s| s.expires_at.is_none_or(|end| now < end)),
    }))
}
