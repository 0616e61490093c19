//! The population registry: does this name belong to this number, and what is on file.

use super::ProviderDown;
use crate::domain::citizen::CitizenFacts;
use crate::domain::id_number::IdNumber;
use crate::domain::person_name::PersonName;
use async_trait::async_trait;

/// What the registry says of a name and a number together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameCheck {
    /// The number is registered to a living person of that name.
    Match,
    /// Unknown number, another name, or a person no longer living: told alike, so that nobody
    /// learns which.
    Mismatch,
}

/// Answers questions about persons.
#[async_trait]
pub trait Registry: Send + Sync + 'static {
    /// Compares name and number (names in NFC).
    ///
    /// # Errors
    /// [`ProviderDown`] when no answer could be had.
    async fn check_name(&self, id: &IdNumber, name: &PersonName)
    -> Result<NameCheck, ProviderDown>;

    /// The person's facts as they stand now; `None` for an unknown number.
    ///
    /// # Errors
    /// [`ProviderDown`] when no answer could be had.
    async fn facts(&self, id: &IdNumber) -> Result<Option<CitizenFacts>, ProviderDown>;
}
