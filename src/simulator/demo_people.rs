//! The sixteen people of the demonstration. Each tells one story; none of them exists.
//!
//! Two stories depend on age, so two ID numbers depend on the day they are made: the child's
//! changes every January, the number of the girl whose card is about to stop every month. Whoever
//! fills a database with these people fills an empty one.

use crate::domain::citizen::{CardType, PhysicalCard, VitalState};
use crate::domain::id_number::{IdNumber, IdNumberError};
use crate::domain::mobile_number::{MobileNumber, MobileNumberError};
use crate::domain::person_name::{PersonName, PersonNameError};
use time::{Date, Month};

mod table;
pub use crate::domain::demo_story::Story;
use table::{Born, Row};

/// What everybody's account in the demonstration opens with.
pub const PASSWORD: &str = "demo-pass-1";

/// A line of the table that is no person: a fault of this program.
#[derive(Debug, thiserror::Error)]
#[error("demo person {story}: {fault}")]
pub struct DemoPersonError {
    story: Story,
    fault: Fault,
}

#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    IdNumber(#[from] IdNumberError),
    #[error(transparent)]
    Name(#[from] PersonNameError),
    #[error(transparent)]
    Mobile(#[from] MobileNumberError),
}

/// Contributed months, each entry `YYYY-MM/YYYY-MM` as in a people file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DemoInsurance {
    /// Months of pension insurance.
    pub pension: Vec<String>,
    /// Months of medical insurance.
    pub medical: Vec<String>,
}

/// One person: what the registry holds, and the account that exists for them.
#[derive(Clone)]
pub struct DemoPerson {
    /// What they are there to show.
    pub story: Story,
    /// The ID number; sex and birth date are in it.
    pub id_number: IdNumber,
    /// The registered name.
    pub name: PersonName,
    /// Household registration, six digits; none for permits.
    pub hukou: Option<&'static str>,
    /// Ethnicity code (GB 3304); none for foreigners.
    pub ethnicity: Option<&'static str>,
    /// The mobile number of the account, which opens with [`PASSWORD`].
    pub account_mobile: MobileNumber,
    /// The mobile number the registry holds.
    pub registry_mobile: Option<MobileNumber>,
    /// Alive or not.
    pub vital: VitalState,
    /// The physical card.
    pub physical_card: Option<PhysicalCard>,
    /// Contributed months up to the last whole month.
    pub insurance: DemoInsurance,
    /// Draws the portrait; see [`super::portrait`].
    pub portrait_seed: u64,
    /// The guardian's ID number.
    pub guardian: Option<IdNumber>,
}

/// The people as they are on `today` (Asia/Shanghai), in the order of their account numbers:
/// 13800000001 and up.
///
/// # Errors
/// [`DemoPersonError`], which the tests exclude.
pub fn demo_people(today: Date) -> Result<Vec<DemoPerson>, DemoPersonError> {
    let mut people = Vec::new();
    for (row, account) in table::ROWS.iter().zip(13_800_000_001_u64..) {
        let person = row.person(account, today);
        people.push(person.map_err(|fault| DemoPersonError { story: row.story, fault })?);
    }
    let adult = people.iter().find(|person| person.story == Story::Adult);
    let guardian = adult.map(|person| person.id_number.clone());
    for person in people.iter_mut().filter(|one| one.story == Story::MinorWithGuardian) {
        person.guardian.clone_from(&guardian);
    }
    Ok(people)
}

impl Row {
    fn person(&self, account: u64, today: Date) -> Result<DemoPerson, Fault> {
        let account_mobile = MobileNumber::parse(&account.to_string())?;
        let registry_mobile = match self.story {
            Story::MovedPhone => MobileNumber::parse(table::OLD_MOBILE)?,
            _ => account_mobile.clone(),
        };
        let minor = self.story == Story::MinorWithGuardian || self.story == Story::MinorCardEnding;
        let physical_card = self.card.map(|state| PhysicalCard {
            number: format!("A{}", account % 100 + 10_000_000),
            region: "110100".to_owned(),
            bank: "ICBC".to_owned(),
            card_type: if minor { CardType::Minor } else { CardType::Adult },
            state,
        });
        Ok(DemoPerson {
            story: self.story,
            id_number: IdNumber::parse(&self.number(today), today)?,
            name: PersonName::parse(self.name)?,
            hukou: self.hukou,
            ethnicity: self.ethnicity,
            account_mobile,
            registry_mobile: Some(registry_mobile),
            vital: self.vital,
            physical_card,
            insurance: self.insurance(today),
            portrait_seed: self.portrait_seed,
            guardian: None,
        })
    }

    fn number(&self, today: Date) -> String {
        let born = match self.born {
            Born::On(day) => day.to_owned(),
            Born::TenYearsAgo => format!("{}0101", today.year() - 10),
            Born::NineteenSoon => {
                let (year, month) = two_months_on(today);
                format!("{}{:02}01", year - 19, u8::from(month))
            }
        };
        let digits = format!("{}{born}{}", self.region, self.serial);
        let check = check_character(&digits);
        format!("{digits}{check}")
    }

    fn insurance(&self, today: Date) -> DemoInsurance {
        let last = today.replace_day(1).ok().and_then(Date::previous_day).unwrap_or(today);
        let until_now =
            |from: &&str| format!("{from}/{}-{:02}", last.year(), u8::from(last.month()));
        DemoInsurance {
            pension: self.pension_since.iter().map(until_now).collect(),
            medical: self.medical_since.iter().map(until_now).collect(),
        }
    }
}

/// The month after the next. The 19th birthday on its first day is 29 to 62 days away: the card
/// that stops three years after the 16th birthday stops within 90 days.
fn two_months_on(today: Date) -> (i32, Month) {
    let month = today.month().nth_next(2);
    (today.year() + i32::from(u8::from(month) < 3), month)
}

/// The check character of GB 11643 (ISO 7064, MOD 11-2).
pub fn check_character(digits: &str) -> char {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let values = digits.chars().filter_map(|digit| digit.to_digit(10));
    let sum: u32 = values.zip(WEIGHTS).map(|(value, weight)| value * weight).sum();
    "10X98765432".chars().nth((sum % 11) as usize).unwrap_or('0')
}

#[cfg(test)]
mod tests;
