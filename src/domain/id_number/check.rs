//! The checks an ID number passes, each a rule of GB 11643 or of the permits modelled on it.

use super::{IdKind, IdNumberError};
use crate::domain::{country, region};
use time::{Date, Month};

/// Format, region and date, in this order; gives the date of birth.
pub(super) fn structure(text: &str) -> Result<Date, IdNumberError> {
    format(text)?;
    if !has_known_region(text) {
        return Err(IdNumberError::Region);
    }
    birth_date(text).ok_or(IdNumberError::BirthDate)
}

fn format(text: &str) -> Result<(), IdNumberError> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    match (text.len(), digits) {
        _ if text.starts_with('0') => Err(IdNumberError::Format),
        (18, 18) => Ok(()),
        (18, 17) if text.ends_with('X') => Ok(()),
        (15, 15) => Err(IdNumberError::Legacy15),
        _ => Err(IdNumberError::Format),
    }
}

pub(super) fn kind(text: &str) -> IdKind {
    match text.bytes().next() {
        Some(b'8') => IdKind::HkMoTwPermit,
        Some(b'9') => IdKind::ForeignPermanentResident,
        _ => IdKind::ResidentIdentity,
    }
}

fn has_known_region(text: &str) -> bool {
    let part = |range| text.get(range).unwrap_or_default();
    match kind(text) {
        IdKind::HkMoTwPermit => matches!(part(0..6), "810000" | "820000" | "830000"),
        IdKind::ForeignPermanentResident => {
            region::is_mainland_province(part(1..3)) && country::is_numeric_code(part(3..6))
        }
        IdKind::ResidentIdentity => {
            region::is_mainland_province(part(0..2)) && part(2..6) != "0000"
        }
    }
}

fn birth_date(text: &str) -> Option<Date> {
    let year = text.get(6..10)?.parse().ok()?;
    let month: u8 = text.get(10..12)?.parse().ok()?;
    let day = text.get(12..14)?.parse().ok()?;
    Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()
}

/// Whether the last character is the check character of GB 11643 (ISO 7064, MOD 11-2).
pub(super) fn sum(text: &str) -> Result<(), IdNumberError> {
    const WEIGHTS: [usize; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: [u8; 11] = *b"10X98765432";
    let digit = |byte: u8| usize::from(byte.saturating_sub(b'0'));
    let sum: usize = text.bytes().zip(WEIGHTS).map(|(byte, weight)| digit(byte) * weight).sum();
    let matches = CHECKS.get(sum % 11) == text.as_bytes().last();
    if matches { Ok(()) } else { Err(IdNumberError::Checksum) }
}
