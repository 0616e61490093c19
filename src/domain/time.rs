//! Points in time and calendar days, as plain values: nothing here reads a clock.

use serde::{Deserialize, Serialize};
use std::time::Duration;
use time::{Date, OffsetDateTime, UtcOffset};

/// Asia/Shanghai has kept UTC+8 without daylight saving since 1991; every legal date in the
/// domain is a date there.
const SHANGHAI_HOURS: i8 = 8;

/// A point in time: whole seconds since 1970-01-01T00:00:00Z, as `NumericDate` of RFC 7519.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The point `seconds` after the epoch.
    pub const fn from_epoch_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Whole seconds since the epoch.
    pub const fn epoch_seconds(self) -> i64 {
        self.0
    }

    /// Seconds from `earlier` to `self`; zero when `earlier` is later.
    pub const fn seconds_since(self, earlier: Self) -> u64 {
        let difference = self.0.saturating_sub(earlier.0);
        if difference < 0 { 0 } else { difference.unsigned_abs() }
    }

    /// The calendar day in Asia/Shanghai.
    pub fn shanghai_date(self) -> Date {
        self.in_shanghai().date()
    }

    /// `2026-11-23 15:04` in Asia/Shanghai, for people.
    pub fn shanghai_minute(self) -> String {
        let t = self.in_shanghai();
        format!("{} {:02}:{:02}", t.date(), t.hour(), t.minute())
    }

    /// `2026-11-23 15:04:05` in Asia/Shanghai, for people who compare clocks.
    pub fn shanghai_second(self) -> String {
        let t = self.in_shanghai();
        format!("{} {:02}:{:02}:{:02}", t.date(), t.hour(), t.minute(), t.second())
    }

    /// RFC 3339 in UTC, for machines.
    pub fn rfc3339(self) -> String {
        let t = self.utc();
        format!("{}T{:02}:{:02}:{:02}Z", t.date(), t.hour(), t.minute(), t.second())
    }

    fn utc(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(self.0).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    fn in_shanghai(self) -> OffsetDateTime {
        self.utc().to_offset(UtcOffset::from_hms(SHANGHAI_HOURS, 0, 0).unwrap_or(UtcOffset::UTC))
    }
}

impl std::ops::Add<Duration> for Timestamp {
    type Output = Self;
    fn add(self, after: Duration) -> Self {
        Self(self.0.saturating_add_unsigned(after.as_secs()))
    }
}

impl std::ops::Sub<Duration> for Timestamp {
    type Output = Self;
    fn sub(self, before: Duration) -> Self {
        Self(self.0.saturating_sub_unsigned(before.as_secs()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_sixteen_hundred_utc() {
        let before = Timestamp::from_epoch_seconds(1_772_294_399);
        assert_eq!(before.rfc3339(), "2026-02-28T15:59:59Z");
        assert_eq!(before.shanghai_minute(), "2026-02-28 23:59");
        assert_eq!(before.shanghai_second(), "2026-02-28 23:59:59");
        let after = before + Duration::from_secs(1);
        assert_eq!(after.shanghai_date().to_string(), "2026-03-01");
    }
}
