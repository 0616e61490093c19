//! What the demo starts with: sixteen people with accounts, and a relying service.

use crate::app::{App, Fault, PersonRecord, internal, seal_person};
use crate::auth::client::digests;
use crate::config::Config;
use crate::domain::client::{Client, ClientAuth};
use crate::domain::function::CardFunction;
use crate::domain::ids::AccountId;
use crate::domain::scope::Scope;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::keyfile::{self, KeyFileError};
use crate::simulator::demo_people::{DemoPerson, PASSWORD, demo_people};
use crate::simulator::portrait;
use crate::storage::accounts::{self, AccountRow};
use crate::storage::clients::{self, ClientRow};
use crate::storage::people::{self, PersonRow};
use crate::storage::vault::{Place, Purpose};
use crate::storage::{Db, DbError};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use std::path::PathBuf;

/// The relying service of the demo; its secret is in the keys folder under this name.
pub const HOSPITAL: &str = "demo-hospital";

/// Why the demo could not be filled.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The relying service's secret cannot be trusted.
    #[error(transparent)]
    Keys(#[from] KeyFileError),
    /// Everything else; the log has the cause.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Where the demo's relying service finds its secret.
pub fn secret_path(config: &Config) -> PathBuf {
    config.keys.join(format!("{HOSPITAL}.secret"))
}

/// In words, when the folder of keys was filled by the demo: its secret is public.
pub fn secret_left(config: &Config) -> Option<String> {
    let path = secret_path(config);
    path.exists().then(|| {
        format!(
            "keys: filled by the demo ({} is there); start production on its own keys folder",
            path.display()
        )
    })
}

/// In words, when the database was filled by the demo: its relying service may still ask.
///
/// # Errors
/// [`DbError`].
pub async fn client_left(db: &Db) -> Result<Option<String>, DbError> {
    let client = db.read::<_, DbError, _>(|tx| Box::pin(clients::find(tx, HOSPITAL))).await?;
    Ok(client.filter(|client| client.state == "active").map(|_| {
        format!(
            "database: filled by the demo (client {HOSPITAL} is active); start production on its \
             own database"
        )
    }))
}

/// Fills an empty registry with the demo people, and registers the demo's relying service.
///
/// # Errors
/// [`SeedError`].
pub async fn seed(app: &App, now: Timestamp) -> Result<(), SeedError> {
    hospital(app, now).await?;
    let known = app
        .db
        .read::<_, Fault, _>(move |tx| Box::pin(async move { Ok(people::count(tx).await?) }))
        .await?;
    if known > 0 {
        return Ok(());
    }
    let password_hash = app.hasher.hash(Secret::new(PASSWORD)).await.map_err(Fault::from)?;
    let mut rows = Vec::new();
    for person in demo_people(now.shanghai_date()).map_err(internal)? {
        rows.push((row(app, &person)?, account(app, &person, &password_hash)));
    }
    app.db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                for (person, (account, index)) in &rows {
                    people::save(tx, person).await?;
                    accounts::insert(tx, account, index, now).await?;
                }
                Ok(())
            })
        })
        .await?;
    Ok(())
}

fn row(app: &App, person: &DemoPerson) -> Result<PersonRow, Fault> {
    let record = PersonRecord {
        id_number: person.id_number.clone(),
        name: person.name.clone(),
        ethnicity: person.ethnicity.map(str::to_owned),
        hukou: person.hukou.map(str::to_owned),
        mobile: person.registry_mobile.clone(),
        vital: person.vital,
        physical_card: person.physical_card.clone(),
        insurance: json!({
            "pension": { "months": person.insurance.pension },
            "medical": { "months": person.insurance.medical },
        }),
    };
    seal_person(&app.vault, &record, &portrait::reference(person.portrait_seed))
}

fn account(app: &App, person: &DemoPerson, password_hash: &str) -> (AccountRow, String) {
    let id = AccountId::from_random(app.random());
    let number = person.account_mobile.as_str();
    let place = Place { table: "accounts", column: "mobile", row: id.as_str() };
    let mobile = app.vault.seal(place, number.as_bytes()).into_string();
    let row = AccountRow { id, mobile, password_hash: password_hash.to_owned(), citizen: None };
    (row, app.vault.index(Purpose::Mobile, number))
}

/// The demo's relying service: its secret is made once and kept in the keys folder.
async fn hospital(app: &App, now: Timestamp) -> Result<(), SeedError> {
    let path = secret_path(&app.config);
    let fresh = URL_SAFE_NO_PAD.encode(app.random::<32>());
    keyfile::create(&path, fresh.as_bytes())?;
    let stored = keyfile::read(&path)?.unwrap_or_default();
    let secret = Secret::new(String::from_utf8(stored).map_err(internal)?.trim());
    let mut client = Client::new(HOSPITAL, "示范医院", ClientAuth::ClientSecretBasic);
    client.client_name_en = Some("Demo Hospital".to_owned());
    client.legal_entity = Some("示范医院".to_owned());
    client.scope = CardFunction::ALL.into_iter().map(Scope::Function).collect();
    let row = ClientRow {
        id: client.client_id.clone(),
        body: serde_json::to_string(&client).map_err(internal)?,
        state: "active".to_owned(),
        created_at: now,
    };
    let digest = digests(app, secret.expose()).into_iter().next().unwrap_or_default();
    app.db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                if clients::insert(tx, &row).await? {
                    clients::add_secret(tx, &row.id, &digest, None, now).await?;
                }
                Ok(())
            })
        })
        .await?;
    Ok(())
}
