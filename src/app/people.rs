//! The simulated registry's rows: sealed on the way in, opened on the way out.

use super::{Fault, internal};
use crate::domain::citizen::{CitizenFacts, PhysicalCard, VitalState};
use crate::domain::id_number::IdNumber;
use crate::domain::mobile_number::MobileNumber;
use crate::domain::person_name::PersonName;
use crate::ports::ProviderDown;
use crate::ports::registry::{NameCheck, Registry};
use crate::simulator::face::PortraitSource;
use crate::simulator::magic;
use crate::storage::people::{self, PersonRow};
use crate::storage::vault::{Place, Purpose, Vault};
use crate::storage::{Db, DbError};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

/// What a row of the simulated registry holds, once opened.
#[derive(Clone, Serialize, Deserialize)]
pub struct PersonRecord {
    /// The identity number.
    pub id_number: IdNumber,
    /// The registered name.
    pub name: PersonName,
    /// Ethnicity code, two digits.
    pub ethnicity: Option<String>,
    /// Household registration, six digits.
    pub hukou: Option<String>,
    /// The mobile number on file.
    pub mobile: Option<MobileNumber>,
    /// Alive, deceased, emigrated.
    pub vital: VitalState,
    /// The physical card.
    pub physical_card: Option<PhysicalCard>,
    /// Contributed months by insurance, as in the people file.
    pub insurance: serde_json::Value,
}

impl PersonRecord {
    fn into_facts(self) -> CitizenFacts {
        let insured = self.insurance.as_object().is_some_and(|kinds| !kinds.is_empty());
        CitizenFacts {
            name: self.name,
            hukou: self.hukou,
            ethnicity: self.ethnicity,
            mobile: self.mobile,
            vital: self.vital,
            physical_card: self.physical_card,
            insured,
        }
    }
}

const TABLE: &str = "registry_people";

/// Seals a person and a portrait for storage.
///
/// # Errors
/// [`Fault`] when the record cannot be written down.
pub fn seal_person(
    vault: &Vault,
    record: &PersonRecord,
    portrait: &[u8],
) -> Result<PersonRow, Fault> {
    let id_index = vault.index(Purpose::IdNumber, record.id_number.as_str());
    let body = serde_json::to_vec(record).map_err(internal)?;
    let place = |column| Place { table: TABLE, column, row: &id_index };
    let card = record.physical_card.as_ref();
    Ok(PersonRow {
        mobile_index: record.mobile.as_ref().map(|m| vault.index(Purpose::Mobile, m.as_str())),
        card_index: card.map(|c| vault.index(Purpose::CardNumber, &c.number)),
        body: vault.seal(place("body"), &body).into_string(),
        portrait: vault.seal(place("portrait"), portrait).into_string(),
        id_index,
    })
}

/// The simulated registry, answering from the database.
#[derive(Clone)]
pub struct RegistryRows {
    db: Db,
    vault: Arc<Vault>,
}

impl RegistryRows {
    /// A registry on these rows.
    pub fn new(db: Db, vault: Arc<Vault>) -> Self {
        Self { db, vault }
    }

    async fn record(&self, id: &IdNumber) -> Result<Option<PersonRecord>, ProviderDown> {
        if magic::registry_is_down(id) {
            return Err(down("simulated outage"));
        }
        let indexes = self.vault.indexes(Purpose::IdNumber, id.as_str());
        let found = self
            .db
            .look::<_, DbError, _>(move |tx| {
                Box::pin(async move { people::body(tx, &indexes).await })
            })
            .await
            .map_err(down)?;
        let Some((row, sealed)) = found else { return Ok(None) };
        let place = Place { table: TABLE, column: "body", row: &row };
        let body = self.vault.unseal(place, &sealed).map_err(down)?;
        serde_json::from_slice(&body).map(Some).map_err(down)
    }
}

fn down(reason: impl Display) -> ProviderDown {
    ProviderDown {
        provider: "registry",
        reason: reason.to_string(),
        retry_after: Duration::from_secs(60),
    }
}

#[async_trait]
impl Registry for RegistryRows {
    async fn check_name(
        &self,
        id: &IdNumber,
        name: &PersonName,
    ) -> Result<NameCheck, ProviderDown> {
        let record = self.record(id).await?;
        let matches = record.is_some_and(|r| r.vital == VitalState::Alive && r.name.same_as(name));
        Ok(if matches { NameCheck::Match } else { NameCheck::Mismatch })
    }

    async fn facts(&self, id: &IdNumber) -> Result<Option<CitizenFacts>, ProviderDown> {
        Ok(self.record(id).await?.map(PersonRecord::into_facts))
    }
}

#[async_trait]
impl PortraitSource for RegistryRows {
    async fn portrait(&self, id: &IdNumber) -> Result<Option<Vec<u8>>, ProviderDown> {
        let indexes = self.vault.indexes(Purpose::IdNumber, id.as_str());
        let found = self
            .db
            .look::<_, DbError, _>(move |tx| {
                Box::pin(async move { people::portrait(tx, &indexes).await })
            })
            .await
            .map_err(down)?;
        let Some((row, sealed)) = found else { return Ok(None) };
        let place = Place { table: TABLE, column: "portrait", row: &row };
        let portrait = self.vault.unseal(place, &sealed).map_err(down)?;
        Ok(if portrait.is_empty() { None } else { Some(portrait.to_vec()) })
    }
}
