//! Mobile numbers of mainland China.

use super::{masking, typed};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The ways people write the country's calling code.
const CALLING_CODES: [&str; 3] = ["+86", "0086", "86"];

/// Why a text is no mobile number of mainland China.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MobileNumberError {
    /// Nothing was typed.
    #[error("no mobile number was given")]
    Empty,
    /// It carries the calling code of another country or area.
    #[error("only mobile numbers of mainland China can receive a code")]
    NotMainland,
    /// Not 11 digits that begin with 13 to 19.
    #[error("a mobile number has 11 digits and begins with 13 to 19")]
    Format,
}

impl MobileNumberError {
    /// The stable code of the error.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "MOBILE_EMPTY",
            Self::NotMainland => "MOBILE_NOT_MAINLAND",
            Self::Format => "MOBILE_FORMAT",
        }
    }
}

/// A mobile number of mainland China: 11 digits. No list of carriers' segments, they change.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MobileNumber(String);

impl MobileNumber {
    /// Reads what a person typed: any width, with or without the calling code, spaces, brackets
    /// and hyphens.
    ///
    /// # Errors
    /// What is wrong, without the number.
    pub fn parse(input: &str) -> Result<Self, MobileNumberError> {
        // The longest form is 0086 and 11 digits; one more shows that an input is too long.
        let dialled: String =
            typed::compact(input).filter(|c| !matches!(c, '(' | ')')).take(16).collect();
        if dialled.is_empty() {
            return Err(MobileNumberError::Empty);
        }
        let national = CALLING_CODES.iter().find_map(|code| dialled.strip_prefix(code));
        match national {
            None if dialled.starts_with(['+']) || dialled.starts_with("00") => {
                Err(MobileNumberError::NotMainland)
            }
            None => Self::from_stored(dialled),
            Some(national) => Self::from_stored(national.to_owned()),
        }
    }

    /// Reads a number back from where this service stored it, in the form of [`Self::as_str`].
    ///
    /// # Errors
    /// [`MobileNumberError::Format`] when it is not in that form.
    pub fn from_stored(text: String) -> Result<Self, MobileNumberError> {
        let digits = text.len() == 11 && text.bytes().all(|b| b.is_ascii_digit());
        let mobile = text.starts_with('1') && matches!(text.as_bytes().get(1), Some(b'3'..=b'9'));
        if digits && mobile { Ok(Self(text)) } else { Err(MobileNumberError::Format) }
    }

    /// The 11 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number as dialled from anywhere (ITU-T E.164): `+8613800001234`.
    pub fn e164(&self) -> String {
        format!("+86{}", self.0)
    }

    /// `138****1234`.
    pub fn masked(&self) -> String {
        masking::keep_ends(&self.0, 3, 4)
    }
}

impl fmt::Debug for MobileNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MobileNumber(…)")
    }
}

impl TryFrom<String> for MobileNumber {
    type Error = MobileNumberError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::from_stored(text)
    }
}

impl From<MobileNumber> for String {
    fn from(number: MobileNumber) -> Self {
        number.0
    }
}

#[cfg(test)]
mod tests;
