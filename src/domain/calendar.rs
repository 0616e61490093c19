//! Periods of whole years, as the law counts them: the start day is excluded and the period ends
//! on the corresponding day, or on the month's last where there is none (Civil Code, arts. 201, 202).

use time::Date;

/// The day that ends a period of `years` begun on `start`.
pub(super) fn add_years(start: Date, years: i32) -> Date {
    let year = start.year().saturating_add(years);
    let corresponding = start.replace_year(year);
    let month_end = || start.replace_day(28).and_then(|day| day.replace_year(year));
    corresponding.or_else(|_| month_end()).unwrap_or(Date::MAX)
}

/// Whole years from `birth` to `on`; zero before birth.
pub(super) fn full_years(birth: Date, on: Date) -> u32 {
    let calendar_years = on.year() - birth.year();
    let reached = add_years(birth, calendar_years) <= on;
    u32::try_from(if reached { calendar_years } else { calendar_years - 1 }).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn a_period_ends_on_the_corresponding_day_or_the_last_of_the_month() {
        assert_eq!(add_years(date!(2010 - 06 - 15), 16), date!(2026 - 06 - 15));
        assert_eq!(add_years(date!(2008 - 02 - 29), 16), date!(2024 - 02 - 29));
        assert_eq!(add_years(date!(2024 - 02 - 29), 3), date!(2027 - 02 - 28));
        assert_eq!(add_years(date!(2084 - 02 - 29), 16), date!(2100 - 02 - 28));
    }

    #[test]
    fn a_period_beyond_the_calendar_ends_with_it() {
        assert_eq!(add_years(date!(2000 - 01 - 01), i32::MAX), Date::MAX);
    }

    #[test]
    fn a_year_is_full_on_the_birthday_and_not_the_day_before() {
        let birth = date!(1990 - 03 - 07);
        assert_eq!(full_years(birth, date!(2026 - 03 - 06)), 35);
        assert_eq!(full_years(birth, date!(2026 - 03 - 07)), 36);
        assert_eq!(full_years(date!(2000 - 02 - 29), date!(2018 - 02 - 28)), 18);
        assert_eq!(full_years(birth, date!(1980 - 01 - 01)), 0);
    }
}
