//! Times in what others sign.

use crate::domain::time::Timestamp;
use serde::Deserialize;

/// `NumericDate` (RFC 7519 §2): seconds, which may have a fraction; the whole seconds count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "f64")]
pub(super) struct NumericDate(pub(super) Timestamp);

/// No time any clock shows.
#[derive(Debug, thiserror::Error)]
#[error("not a time")]
pub(super) struct NotATime;

/// Later than any clock shows, and exact in a float.
const LATEST: f64 = 1e12;

impl TryFrom<f64> for NumericDate {
    type Error = NotATime;

    fn try_from(seconds: f64) -> Result<Self, NotATime> {
        if !(0.0..=LATEST).contains(&seconds) {
            return Err(NotATime);
        }
        Ok(Self(Timestamp::from_epoch_seconds(seconds.floor() as i64)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_and_broken_seconds_are_read_and_nothing_else() {
        let read = |json: &str| serde_json::from_str::<NumericDate>(json).ok();
        let at = |seconds| Some(NumericDate(Timestamp::from_epoch_seconds(seconds)));
        assert_eq!(read("1800000000"), at(1_800_000_000));
        assert_eq!(read("1800000000.75"), at(1_800_000_000));
        for bad in ["\"1800000000\"", "-1", "1e300", "null", "true"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
