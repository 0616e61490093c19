//! How long contributions must have been paid before a basic pension.

const MONTHS_BEFORE: u32 = 180;
const MONTHS_AT_MOST: u32 = 240;
const MONTHS_A_YEAR: u32 = 6;
/// The last year of the old requirement.
const LAST_YEAR_BEFORE: u32 = 2029;

/// Months of contributions required of somebody who retires in `year`: 180 until 2029, then six
/// more every year up to 240 (State Council's Measures on gradually raising the statutory
/// retirement age, art. 2, approved on 2024-09-13).
pub const fn required_months(year: u32) -> u32 {
    let added = year.saturating_sub(LAST_YEAR_BEFORE).saturating_mul(MONTHS_A_YEAR);
    let limit = MONTHS_AT_MOST - MONTHS_BEFORE;
    MONTHS_BEFORE + if added < limit { added } else { limit }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Vectors {
        cases: Vec<Case>,
    }

    #[derive(Deserialize)]
    struct Case {
        year: u32,
        months: u32,
    }

    #[test]
    fn every_vector_requires_the_months_it_names() {
        let text = include_str!("../../tests/vectors/pension_months.json");
        let vectors: Vectors = serde_json::from_str(text).unwrap();
        assert!(!vectors.cases.is_empty());
        for case in vectors.cases {
            assert_eq!(required_months(case.year), case.months, "{}", case.year);
        }
    }

    #[test]
    fn the_requirement_never_exceeds_twenty_years() {
        assert_eq!(required_months(2040), 240);
        assert_eq!(required_months(u32::MAX), 240);
        assert_eq!(required_months(0), 180);
    }
}
