//! The demo's clients: a relying service, and the partner app on an origin of its own.

use super::SeedError;
use crate::app::{App, Fault, internal};
use crate::auth::client::digests;
use crate::config::Config;
use crate::domain::client::{Client, ClientAuth, GrantType};
use crate::domain::function::CardFunction;
use crate::domain::scope::{Scope, ScopeSet};
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::keyfile::{self, KeyFileError};
use crate::storage::clients::{self, ClientRow};
use crate::storage::{Db, DbError};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::path::PathBuf;

/// The relying service of the demo; its secret is in the keys folder under this name.
pub const HOSPITAL: &str = "demo-hospital";
/// The partner app of the demo; its secret is in the keys folder under this name.
pub const PARTNER: &str = "demo-partner";

const ALL: [&str; 2] = [HOSPITAL, PARTNER];

/// What the partner app may ask for.
const PARTNER_SCOPE: &str = "openid profile phone ecard identity offline_access";

/// Where a client of the demo finds its secret.
pub fn secret_path(config: &Config, client: &str) -> PathBuf {
    config.keys.join(format!("{client}.secret"))
}

/// Looks at the secrets that are there, so that one others can read is refused by name.
///
/// # Errors
/// [`KeyFileError`].
pub fn check_secrets(config: &Config) -> Result<(), KeyFileError> {
    ALL.into_iter().try_for_each(|client| keyfile::read(&secret_path(config, client)).map(drop))
}

/// In words, when the folder of keys was filled by the demo: its secrets are public.
pub fn secret_left(config: &Config) -> Option<String> {
    let path = ALL.into_iter().map(|client| secret_path(config, client)).find(|p| p.exists())?;
    Some(format!(
        "keys: filled by the demo ({} is there); start production on its own keys folder",
        path.display()
    ))
}

/// In words, when the database was filled by the demo: its clients may still ask.
///
/// # Errors
/// [`DbError`].
pub async fn client_left(db: &Db) -> Result<Option<String>, DbError> {
    for id in ALL {
        let client = db.read::<_, DbError, _>(move |tx| Box::pin(clients::find(tx, id))).await?;
        if client.is_some_and(|client| client.state == "active") {
            return Ok(Some(format!(
                "database: filled by the demo (client {id} is active); start production on its \
                 own database"
            )));
        }
    }
    Ok(None)
}

/// The secret of a demo client, made once and kept in the keys folder.
///
/// # Errors
/// [`SeedError`].
pub fn secret(app: &App, client: &str) -> Result<Secret, SeedError> {
    let path = secret_path(&app.config, client);
    let fresh = URL_SAFE_NO_PAD.encode(app.random::<32>());
    keyfile::create(&path, fresh.as_bytes())?;
    let stored = keyfile::read(&path)?.unwrap_or_default();
    Ok(Secret::new(String::from_utf8(stored).map_err(internal)?.trim()))
}

/// Registers both, or brings them up to date: the partner's port may be another one today.
pub(super) async fn register(app: &App, now: Timestamp) -> Result<(), SeedError> {
    save(app, hospital(), now).await?;
    save(app, partner(&app.config.partner_url()), now).await
}

fn hospital() -> Client {
    let mut client = Client::new(HOSPITAL, "示范医院", ClientAuth::ClientSecretBasic);
    client.client_name_en = Some("Demo Hospital".to_owned());
    client.legal_entity = Some("示范医院".to_owned());
    client.scope = CardFunction::ALL.into_iter().map(Scope::Function).collect();
    client
}

fn partner(url: &str) -> Client {
    let mut client = Client::new(PARTNER, "示范市民中心", ClientAuth::ClientSecretBasic);
    client.client_name_en = Some("Demo Citizen Centre".to_owned());
    client.legal_entity = Some("示范市政务服务中心".to_owned());
    client.client_uri = Some(format!("{url}/"));
    client.initiate_login_uri = Some(format!("{url}/start"));
    client.redirect_uris = vec![format!("{url}/callback")];
    client.post_logout_redirect_uris = vec![format!("{url}/")];
    client.backchannel_logout_uri = Some(format!("{url}/backchannel-logout"));
    client.purpose = Some("在市民中心出示您的电子社保卡，办理社保业务".to_owned());
    client.purpose_en =
        Some("to show your electronic card in the citizen centre and serve you there".to_owned());
    client.grant_types = vec![GrantType::AuthorizationCode, GrantType::RefreshToken];
    client.scope = ScopeSet::parse(PARTNER_SCOPE);
    client
}

async fn save(app: &App, client: Client, now: Timestamp) -> Result<(), SeedError> {
    let secret = secret(app, &client.client_id)?;
    let digest = digests(app, secret.expose()).into_iter().next().unwrap_or_default();
    let row = ClientRow {
        id: client.client_id.clone(),
        body: serde_json::to_string(&client).map_err(internal)?,
        state: "active".to_owned(),
        created_at: now,
    };
    app.db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                if clients::insert(tx, &row).await? {
                    clients::add_secret(tx, &row.id, &digest, None, now).await?;
                } else if clients::find(tx, &row.id).await?.is_some_and(|old| old.body != row.body)
                {
                    clients::update(tx, &row.id, &row.body, now).await?;
                }
                Ok(())
            })
        })
        .await?;
    Ok(())
}
