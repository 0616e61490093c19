//! What a partner may be told of a citizen, field by field.

use super::scope::Scope;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// One claim about a citizen (OpenID Connect Core §5.1; `verified_claims` of OpenID Connect for
/// Identity Assurance).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// 张*
    NameMasked,
    /// Six-digit code of the issuing region.
    Region,
    /// The mobile number on file, E.164.
    PhoneNumber,
    /// That a code sent there was entered.
    PhoneNumberVerified,
    /// The full name.
    Name,
    /// The full identity number.
    IdNumber,
    /// How, when and by what evidence name and number were verified.
    VerifiedClaims,
}

/// The text names no field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such claim")]
pub struct UnknownField;

impl Field {
    /// Every field, in the order of the consent page.
    pub const ALL: [Self; 7] = [
        Self::NameMasked,
        Self::Region,
        Self::PhoneNumber,
        Self::PhoneNumberVerified,
        Self::Name,
        Self::IdNumber,
        Self::VerifiedClaims,
    ];

    /// The claim's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NameMasked => "name_masked",
            Self::Region => "region",
            Self::PhoneNumber => "phone_number",
            Self::PhoneNumberVerified => "phone_number_verified",
            Self::Name => "name",
            Self::IdNumber => "id_number",
            Self::VerifiedClaims => "verified_claims",
        }
    }

    /// The scope that brings it: a client that may not ask for the scope may not ask for the field.
    pub const fn scope(self) -> Scope {
        match self {
            Self::NameMasked | Self::Region => Scope::Profile,
            Self::PhoneNumber | Self::PhoneNumberVerified => Scope::Phone,
            Self::Name | Self::IdNumber | Self::VerifiedClaims => Scope::Identity,
        }
    }
}

impl FromStr for Field {
    type Err = UnknownField;

    fn from_str(text: &str) -> Result<Self, UnknownField> {
        Self::ALL.into_iter().find(|field| field.as_str() == text).ok_or(UnknownField)
    }
}

/// A set of fields, in a fixed order; stored as names separated by spaces.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub struct FieldSet(Vec<Field>);

impl FieldSet {
    /// Whether it holds a field.
    pub fn contains(&self, field: Field) -> bool {
        self.0.contains(&field)
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields, in order.
    pub fn iter(&self) -> impl Iterator<Item = Field> + '_ {
        self.0.iter().copied()
    }

    /// Those that are in either.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        self.iter().chain(other.iter()).collect()
    }

    /// Those that are in both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        self.iter().filter(|field| other.contains(*field)).collect()
    }

    /// Those that are not in `other`.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        self.iter().filter(|field| !other.contains(*field)).collect()
    }
}

impl FromIterator<Field> for FieldSet {
    fn from_iter<I: IntoIterator<Item = Field>>(fields: I) -> Self {
        let mut all: Vec<Field> = fields.into_iter().collect();
        all.sort();
        all.dedup();
        Self(all)
    }
}

impl From<FieldSet> for String {
    fn from(fields: FieldSet) -> Self {
        fields.iter().map(Field::as_str).collect::<Vec<_>>().join(" ")
    }
}

impl From<String> for FieldSet {
    fn from(text: String) -> Self {
        text.split(' ').filter_map(|name| name.parse().ok()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_belongs_to_the_scope_that_brings_it() {
        for field in Field::ALL {
            assert!(field.scope().fields().contains(&field), "{field:?}");
            assert_eq!(field.as_str().parse(), Ok(field));
        }
        assert_eq!("email".parse::<Field>(), Err(UnknownField));
    }

    #[test]
    fn a_set_survives_its_text() {
        let set: FieldSet = [Field::Name, Field::Region, Field::Name].into_iter().collect();
        let text = String::from(set.clone());
        assert_eq!(text, "region name");
        assert_eq!(FieldSet::from(text), set);
    }
}
