//! Contributed months: `YYYY-MM` and `YYYY-MM/YYYY-MM`.

use super::line::Wrong;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The five kinds of social insurance (Social Insurance Law, art. 2).
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kinds {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) pension: Option<Months>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) medical: Option<Months>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) unemployment: Option<Months>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) work_injury: Option<Months>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) maternity: Option<Months>,
}

#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Months {
    pub(super) months: Vec<String>,
}

/// The insurance as a registry row keeps it.
pub(super) fn check(kinds: Option<Kinds>) -> Result<Value, Wrong> {
    let Some(kinds) = kinds else { return Ok(json!({})) };
    let named = [
        ("pension", &kinds.pension),
        ("medical", &kinds.medical),
        ("unemployment", &kinds.unemployment),
        ("work_injury", &kinds.work_injury),
        ("maternity", &kinds.maternity),
    ];
    for (name, months) in named {
        let all = months.iter().flat_map(|months| &months.months);
        if !all.into_iter().all(|entry| is_period(entry)) {
            return Err(Wrong::new(format!(
                "`insurance.{name}.months`: an entry is `YYYY-MM` or `YYYY-MM/YYYY-MM`, the \
                 earlier first"
            )));
        }
    }
    serde_json::to_value(kinds).map_err(|_| Wrong::new("`insurance`: cannot be kept"))
}

fn is_period(entry: &str) -> bool {
    match entry.split_once('/') {
        None => month(entry).is_some(),
        Some((from, to)) => month(from).zip(month(to)).is_some_and(|(from, to)| from <= to),
    }
}

fn month(text: &str) -> Option<(u16, u8)> {
    let (year, month) = text.split_once('-')?;
    let digits = |t: &str, n: usize| t.len() == n && t.bytes().all(|b| b.is_ascii_digit());
    if !digits(year, 4) || !digits(month, 2) {
        return None;
    }
    let (year, month) = (year.parse().ok()?, month.parse().ok()?);
    ((1949..=2200).contains(&year) && (1..=12).contains(&month)).then_some((year, month))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_and_periods_are_read() {
        for good in ["2010-07", "2010-07/2026-10", "2026-01/2026-01"] {
            assert!(is_period(good), "{good}");
        }
        for bad in ["2010-13", "2010-7", "2010", "2026-10/2010-07", "2010-07/", "", "1-1/2-2"] {
            assert!(!is_period(bad), "{bad}");
        }
    }
}
