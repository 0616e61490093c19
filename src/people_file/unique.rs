//! What must stand once in a file: identity numbers, accounts' mobiles, card numbers.

use super::line::{Checked, Wrong};
use crate::crypto::sha256;
use std::collections::HashMap;

/// Remembers a short digest and the line of each value.
#[derive(Default)]
pub(super) struct Unique(HashMap<[u8; 16], u64>);

impl Unique {
    /// Notes the person on line `number`.
    ///
    /// # Errors
    /// [`Wrong`] names the line that has the same value.
    pub(super) fn note(&mut self, person: &Checked, number: u64) -> Result<(), Wrong> {
        let record = &person.record;
        self.once("id_number", record.id_number.as_str(), number)?;
        if let (Some(_), Some(mobile)) = (&person.credential, &record.mobile) {
            self.once("mobile", mobile.as_str(), number)?;
        }
        if let Some(card) = &record.physical_card {
            self.once("physical_card.number", &card.number, number)?;
        }
        Ok(())
    }

    fn once(&mut self, member: &str, value: &str, number: u64) -> Result<(), Wrong> {
        let digest = sha256(format!("{member}:{value}").as_bytes());
        let Some((short, _)) = digest.split_first_chunk::<16>() else { return Ok(()) };
        match self.0.insert(*short, number) {
            Some(first) => Err(Wrong::new(format!("`{member}`: stands on line {first} already"))),
            None => Ok(()),
        }
    }
}
