//! What the demo starts with: sixteen people with accounts, a relying service and a partner app.

mod clients;

pub use clients::{
    HOSPITAL, PARTNER, check_secrets, client_left, secret, secret_left, secret_path,
};

use crate::app::{App, Fault, PersonRecord, internal, seal_person};
use crate::domain::ids::AccountId;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::keyfile::KeyFileError;
use crate::simulator::demo_people::{DemoPerson, PASSWORD, demo_people};
use crate::simulator::portrait;
use crate::storage::accounts::{self, AccountRow};
use crate::storage::people::{self, PersonRow};
use crate::storage::vault::{Place, Purpose};
use serde_json::json;

/// Why the demo could not be filled.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// A client's secret cannot be trusted.
    #[error(transparent)]
    Keys(#[from] KeyFileError),
    /// Everything else; the log has the cause.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Fills an empty registry with the demo people, and registers the demo's clients.
///
/// # Errors
/// [`SeedError`].
pub async fn seed(app: &App, now: Timestamp) -> Result<(), SeedError> {
    clients::register(app, now).await?;
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
