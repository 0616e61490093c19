//! Citizen identity numbers (GB 11643), and the numbers of the same make on the residence permits
//! for Hong Kong, Macao and Taiwan and on the foreigner's permanent residence card.

use super::calendar::{add_years, full_years};
use super::{masking, typed};
use serde::{Deserialize, Serialize};
use std::fmt;
use time::Date;

mod check;

/// Nobody older is alive; a number that says so holds a mistyped year.
const OLDEST_YEARS: i32 = 130;

/// Why a text is no ID number: the first failing check, in the order format, region, date, sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdNumberError {
    /// Not 17 digits, the first not 0, followed by a digit or X.
    #[error("an ID number has 17 digits and a last character that is a digit or X")]
    Format,
    /// A number of the first generation, 15 digits: it is exchanged at a counter.
    #[error("15-digit ID numbers are exchanged for 18-digit ones at a counter")]
    Legacy15,
    /// The first six digits name no known province, permit or country.
    #[error("the first six digits of the ID number name no known region")]
    Region,
    /// No such day, or one more than 130 years ago.
    #[error("the ID number holds no possible date of birth")]
    BirthDate,
    /// A day after today.
    #[error("the date of birth in the ID number is in the future")]
    BirthFuture,
    /// The last character does not match the others.
    #[error("the last character of the ID number does not match the others")]
    Checksum,
}

impl IdNumberError {
    /// The stable code of the error.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Format => "ID_FORMAT",
            Self::Legacy15 => "ID_LEGACY_15",
            Self::Region => "ID_REGION",
            Self::BirthDate => "ID_BIRTHDATE",
            Self::BirthFuture => "ID_BIRTH_FUTURE",
            Self::Checksum => "ID_CHECKSUM",
        }
    }
}

/// The sex an ID number registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    /// The 17th digit is odd.
    Male,
    /// The 17th digit is even.
    Female,
}

/// The document an ID number is printed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdKind {
    /// Resident identity card (居民身份证).
    ResidentIdentity,
    /// Residence permit for Hong Kong, Macao and Taiwan residents (港澳台居民居住证).
    HkMoTwPermit,
    /// Foreigner's permanent residence card (外国人永久居留身份证).
    ForeignPermanentResident,
}

/// A well-formed ID number. That it was issued, and to whom, only the registry knows.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IdNumber {
    text: String,
    birth: Date,
}

impl IdNumber {
    /// Reads what a person typed: any width, with or without spaces and hyphens, `x` or `X`.
    /// `today` is the day in Asia/Shanghai.
    ///
    /// # Errors
    /// The first failing check, in the order format, region, date, checksum.
    pub fn parse(input: &str, today: Date) -> Result<Self, IdNumberError> {
        // One more than fits, so that a longer input is seen to be too long.
        let text: String = typed::compact(input).take(19).map(upper_x).collect();
        let birth = check::structure(&text)?;
        if birth > today {
            return Err(IdNumberError::BirthFuture);
        }
        if add_years(birth, OLDEST_YEARS) < today {
            return Err(IdNumberError::BirthDate);
        }
        check::sum(&text)?;
        Ok(Self { text, birth })
    }

    /// Reads a number back from where this service stored it, in the form of [`Self::as_str`].
    ///
    /// # Errors
    /// The first failing check; the date of birth is not compared with today.
    pub fn from_stored(text: String) -> Result<Self, IdNumberError> {
        let birth = check::structure(&text)?;
        check::sum(&text)?;
        Ok(Self { text, birth })
    }

    /// The 18 characters, ASCII, with a capital X.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The date of birth.
    pub const fn birth_date(&self) -> Date {
        self.birth
    }

    /// The registered sex.
    pub fn sex(&self) -> Sex {
        match self.text.as_bytes().get(16) {
            Some(digit) if digit % 2 == 1 => Sex::Male,
            _ => Sex::Female,
        }
    }

    /// Full years of age on a day; zero before birth.
    pub fn age_on(&self, date: Date) -> u32 {
        full_years(self.birth, date)
    }

    /// The document the number is printed on.
    pub fn kind(&self) -> IdKind {
        check::kind(&self.text)
    }

    /// `110***********002X`: the first three and the last four characters.
    pub fn masked(&self) -> String {
        masking::keep_ends(&self.text, 3, 4)
    }
}

impl fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdNumber(…)")
    }
}

impl TryFrom<String> for IdNumber {
    type Error = IdNumberError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::from_stored(text)
    }
}

impl From<IdNumber> for String {
    fn from(number: IdNumber) -> Self {
        number.text
    }
}

const fn upper_x(c: char) -> char {
    if c == 'x' { 'X' } else { c }
}

#[cfg(test)]
mod tests;
