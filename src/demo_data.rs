//! What the demo starts with: sixteen people with accounts, and a relying service.

use crate::app::{App, Fault, PersonRecord, internal, seal_person};
use crate::auth::client::digests;
use crate::domain::client::{Client, ClientAuth};
use crate::domain::ids::AccountId;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::keyfile;
use crate::simulator::demo_people::{DemoPerson, PASSWORD, demo_people};
use crate::simulator::portrait;
use crate::storage::accounts::{self, AccountRow};
use crate::storage::clients::{self, ClientRow};
use crate::storage::people::{self, PersonRow};
use crate::storage::vault::{Place, Purpose};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

/// The relying service of the demo; its secret is in the keys folder under this name.
pub const HOSPITAL: &str = "demo-hospital";

/// Fills an empty registry with the demo people, and registers the demo's relying service.
///
/// # Errors
/// [`Fault`].
pub async fn seed(app: &App, now: Timestamp) -> Result<(), Fault> {
    hospital(app, now).await?;
    let known = app
        .db
        .read::<_, Fault, _>(move |tx| Box::pin(async move { Ok(people::count(tx).await?) }))
        .await?;
    if known > 0 {
        return Ok(());
    }
    let password_hash = app.hasher.hash(Secret::new(PASSWORD)).await?;
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
        .await
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
async fn hospital(app: &App, now: Timestamp) -> Result<(), Fault> {
    let path = app.config.keys.join(format!("{HOSPITAL}.secret"));
    let fresh = URL_SAFE_NO_PAD.encode(app.random::<32>());
    keyfile::create(&path, fresh.as_bytes()).map_err(internal)?;
    let stored = keyfile::read(&path).map_err(internal)?.unwrap_or_default();
    let secret = Secret::new(String::from_utf8(stored).map_err(internal)?.trim());
    let client = Client {
        client_id: HOSPITAL.to_owned(),
        client_name: "示范医院".to_owned(),
        client_name_en: Some("Demo Hospital".to_owned()),
        legal_entity: Some("示范医院".to_owned()),
        token_endpoint_auth_method: ClientAuth::ClientSecretBasic,
    };
    let row = ClientRow {
        id: client.client_id.clone(),
        body: serde_json::to_string(&client).map_err(internal)?,
        secret_digest: digests(app, secret.expose()).into_iter().next().unwrap_or_default(),
        state: "active".to_owned(),
        created_at: now,
    };
    app.db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move { Ok(clients::insert(tx, &row).await.map(drop)?) })
        })
        .await
}
