//! Spans of time as an operator writes them.

use std::time::Duration;

/// Reads `90s`, `30m`, `24h` or `7d`.
///
/// # Errors
/// What to write instead.
pub(super) fn parse(text: &str) -> Result<Duration, String> {
    let wrong = || "write a number and s, m, h or d, such as 24h".to_owned();
    let unit = text.chars().last().ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        _ => return Err(wrong()),
    };
    let digits = text.strip_suffix(unit).unwrap_or_default();
    let number: u64 = digits.parse().map_err(|_| wrong())?;
    match number.checked_mul(seconds) {
        Some(whole) if whole <= 3650 * 86_400 => Ok(Duration::from_secs(whole)),
        _ => Err("is longer than ten years".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_a_number_and_a_unit() {
        assert_eq!(parse("24h"), Ok(Duration::from_secs(86_400)));
        assert_eq!(parse("0s"), Ok(Duration::ZERO));
        for bad in ["", "h", "24", "-1h", "1.5h", "1w", "24hh", "99999999999d"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
