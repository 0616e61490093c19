//! When a minor's card stops: it must be swapped within three years after the sixteenth birthday.
//! All dates are days in Asia/Shanghai.

use super::calendar::{add_years, full_years};
use super::citizen::CardType;
use time::Date;

const ADULT_YEARS: i32 = 16;
const SWAP_YEARS: i32 = 3;
/// How many days before a card stops its holder is first told.
const NOTICE_DAYS: i64 = 90;
/// Below this age a guardian agrees to the processing of sensitive data (Personal Information
/// Protection Law, art. 31).
const GUARDIAN_YEARS: u32 = 14;

/// The last years of the minor card of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MinorRule {
    sixteenth_birthday: Date,
}

impl MinorRule {
    /// The rule for a person born on `birth`.
    pub fn for_birth(birth: Date) -> Self {
        Self { sixteenth_birthday: add_years(birth, ADULT_YEARS) }
    }

    /// The day from which a new card is an adult's.
    pub const fn sixteenth_birthday(self) -> Date {
        self.sixteenth_birthday
    }

    /// The last day on which the minor card can be used.
    pub fn last_usable(self) -> Date {
        add_years(self.sixteenth_birthday, SWAP_YEARS)
    }

    /// The first day on which the minor card is stopped.
    pub fn disabled_from(self) -> Date {
        self.last_usable().next_day().unwrap_or(Date::MAX)
    }

    /// The type of a card issued on `date`.
    pub fn card_type_on(self, date: Date) -> CardType {
        if date < self.sixteenth_birthday { CardType::Minor } else { CardType::Adult }
    }

    /// Whether the minor card still works on `date` and stops within 90 days.
    pub fn notice_due(self, date: Date) -> bool {
        (1..=NOTICE_DAYS).contains(&(self.disabled_from() - date).whole_days())
    }
}

/// Whether a person born on `birth` is under 14 on `today`, so that a guardian must agree.
pub fn needs_guardian(birth: Date, today: Date) -> bool {
    full_years(birth, today) < GUARDIAN_YEARS
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use time::macros::date;

    #[derive(Deserialize)]
    struct Vectors {
        cases: Vec<Case>,
    }

    #[derive(Deserialize)]
    struct Case {
        born: String,
        sixteen: String,
        last_usable: String,
        disabled_from: String,
    }

    fn day(text: &str) -> Date {
        Date::parse(text, time::macros::format_description!("[year]-[month]-[day]")).unwrap()
    }

    #[test]
    fn every_vector_stops_on_the_day_it_names() {
        let text = include_str!("../../tests/vectors/minor_cards.json");
        let vectors: Vectors = serde_json::from_str(text).unwrap();
        assert!(!vectors.cases.is_empty());
        for case in vectors.cases {
            let rule = MinorRule::for_birth(day(&case.born));
            assert_eq!(rule.sixteenth_birthday(), day(&case.sixteen), "{}", case.born);
            assert_eq!(rule.last_usable(), day(&case.last_usable), "{}", case.born);
            assert_eq!(rule.disabled_from(), day(&case.disabled_from), "{}", case.born);
        }
    }

    #[test]
    fn a_card_is_an_adults_from_the_sixteenth_birthday() {
        let rule = MinorRule::for_birth(date!(2010 - 06 - 15));
        assert_eq!(rule.card_type_on(date!(2026 - 06 - 14)), CardType::Minor);
        assert_eq!(rule.card_type_on(date!(2026 - 06 - 15)), CardType::Adult);
    }

    #[test]
    fn notice_is_given_in_the_last_ninety_days_only() {
        let rule = MinorRule::for_birth(date!(2010 - 06 - 15));
        assert!(!rule.notice_due(date!(2029 - 03 - 17)));
        assert!(rule.notice_due(date!(2029 - 03 - 18)));
        assert!(rule.notice_due(date!(2029 - 06 - 15)));
        assert!(!rule.notice_due(date!(2029 - 06 - 16)));
    }

    #[test]
    fn a_guardian_is_needed_until_the_fourteenth_birthday() {
        let birth = date!(2012 - 02 - 29);
        assert!(needs_guardian(birth, date!(2026 - 02 - 27)));
        assert!(!needs_guardian(birth, date!(2026 - 02 - 28)));
    }
}
