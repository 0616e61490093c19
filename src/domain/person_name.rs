//! Names of persons: Han with `·` between the parts, or Latin on the papers of foreigners.

use super::masking;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::hash::{Hash, Hasher};
use unicode_normalization::UnicodeNormalization as _;

mod script;

/// Why a text is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PersonNameError {
    /// Nothing was typed.
    #[error("no name was given")]
    Empty,
    /// A separator stands first, last or beside another.
    #[error("a separator in a name stands between two parts, once")]
    Separator,
    /// A character that no name has, or Han and Latin in one name.
    #[error("the name holds a character that names do not have")]
    Character,
    /// A character of the private-use areas: a person must look at it.
    #[error("the name holds a character that only a person can check")]
    PrivateUse,
    /// More than 50 code points of Han, 120 of Latin.
    #[error("the name is too long")]
    TooLong,
}

impl PersonNameError {
    /// The stable code of the error.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "EMPTY",
            Self::Separator => "SEPARATOR",
            Self::Character => "CHARACTER",
            Self::PrivateUse => "PRIVATE_USE",
            Self::TooLong => "TOO_LONG",
        }
    }
}

/// A person's name. Equality and hashing are those of the normalised form.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonName {
    typed: String,
    normal: String,
}

impl PersonName {
    /// Reads what a person typed.
    ///
    /// # Errors
    /// What is wrong, without the name. [`PersonNameError::PrivateUse`] comes last: such a name
    /// has no other fault, and [`Self::parse_for_review`] takes it.
    pub fn parse(typed: &str) -> Result<Self, PersonNameError> {
        let name = Self::parse_for_review(typed)?;
        if name.needs_review() { Err(PersonNameError::PrivateUse) } else { Ok(name) }
    }

    /// Reads a name for manual review: as [`Self::parse`], and characters of the private-use
    /// areas, by which rare characters were once encoded, pass as Han.
    ///
    /// # Errors
    /// What is wrong, without the name; never [`PersonNameError::PrivateUse`].
    pub fn parse_for_review(typed: &str) -> Result<Self, PersonNameError> {
        let typed = typed.trim_matches(|c: char| c.is_whitespace() && !c.is_control());
        let normal = script::normalise(typed.nfc())?;
        Ok(Self { typed: typed.to_owned(), normal })
    }

    /// The name as it was typed, without the spaces around it.
    pub fn as_typed(&self) -> &str {
        &self.typed
    }

    /// The name in NFC with every dot between Han as U+00B7.
    pub fn as_str(&self) -> &str {
        &self.normal
    }

    /// Whether a person must look at the name: it holds a private-use character.
    pub fn needs_review(&self) -> bool {
        self.normal.chars().any(script::is_private_use)
    }

    /// The length as people count it.
    pub fn code_points(&self) -> usize {
        self.normal.chars().count()
    }

    /// Whether two names are the same: whatever the dots and the encoding, and in Latin whatever
    /// the case, since papers print capitals.
    pub fn same_as(&self, other: &Self) -> bool {
        let folded = |name: &Self| name.normal.to_lowercase();
        folded(self) == folded(other)
    }

    /// The first code point; the rest, dots too, is hidden.
    pub fn masked(&self) -> String {
        masking::keep_first(&self.normal)
    }
}

impl PartialEq for PersonName {
    fn eq(&self, other: &Self) -> bool {
        self.normal == other.normal
    }
}

impl Eq for PersonName {}

impl Hash for PersonName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.normal.hash(state);
    }
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName(…)")
    }
}

impl TryFrom<String> for PersonName {
    type Error = PersonNameError;
    fn try_from(typed: String) -> Result<Self, Self::Error> {
        Self::parse_for_review(&typed)
    }
}

impl From<PersonName> for String {
    fn from(name: PersonName) -> Self {
        name.typed
    }
}

#[cfg(test)]
mod tests;
