//! When to ask again: exponential back-off with full jitter, and the provider's own wish.

use crate::ports::entropy::Entropy;
use std::time::Duration;

/// The longest wait inside one call: a citizen is waiting for the page.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// How often and how patiently to try.
#[derive(Clone, Copy, Debug)]
pub struct RetryPolicy {
    /// Further tries after the first.
    pub retries: u32,
    /// Upper bound of the first wait; it doubles with every try.
    pub base: Duration,
}

impl RetryPolicy {
    /// The wait before try number `attempt` + 1 (the first try is 0); `None` to give up, because
    /// the tries are spent or the provider wants a longer wait than a citizen should sit through.
    ///
    /// A wait is drawn evenly from the range up to the bound ("full jitter"), so that instances
    /// that failed together do not come back together.
    pub fn wait(
        &self,
        attempt: u32,
        retry_after: Option<Duration>,
        entropy: &dyn Entropy,
    ) -> Option<Duration> {
        if attempt >= self.retries {
            return None;
        }
        if let Some(wished) = retry_after {
            return (wished <= LONGEST_WAIT).then_some(wished);
        }
        let bound = self.base.saturating_mul(1 << attempt.min(16)).min(LONGEST_WAIT);
        let millis = u32::try_from(bound.as_millis()).unwrap_or(u32::MAX);
        Some(Duration::from_millis(u64::from(entropy.below(millis.saturating_add(1)))))
    }
}

/// `Retry-After` in its form of seconds (RFC 9110, section 10.2.3). The form of a date is not
/// read: it would need the two clocks to agree.
pub fn retry_after(header: Option<&str>) -> Option<Duration> {
    header?.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::entropy::SeededEntropy;

    const POLICY: RetryPolicy = RetryPolicy { retries: 5, base: Duration::from_millis(200) };

    #[test]
    fn the_bound_doubles_and_is_capped() {
        let entropy = SeededEntropy::new(7);
        for (attempt, bound) in [(0, 200), (1, 400), (2, 800), (3, 1600), (4, 2000)] {
            let waits: Vec<_> =
                (0..200).map(|_| POLICY.wait(attempt, None, &entropy).unwrap()).collect();
            let longest = waits.iter().max().unwrap();
            assert!(*longest <= Duration::from_millis(bound), "{attempt}: {longest:?}");
            assert!(*longest > Duration::from_millis(bound * 3 / 4), "{attempt}: {longest:?}");
            assert!(*waits.iter().min().unwrap() < Duration::from_millis(bound / 4));
        }
    }

    #[test]
    fn the_tries_are_counted() {
        let entropy = SeededEntropy::new(7);
        assert!(POLICY.wait(4, None, &entropy).is_some());
        assert!(POLICY.wait(5, None, &entropy).is_none());
    }

    #[test]
    fn the_providers_wish_is_kept_or_the_call_given_up() {
        let entropy = SeededEntropy::new(7);
        let wait = |seconds| POLICY.wait(0, Some(Duration::from_secs(seconds)), &entropy);
        assert_eq!(wait(1), Some(Duration::from_secs(1)));
        assert_eq!(wait(3), None);
    }

    #[test]
    fn retry_after_is_read_in_seconds_only() {
        assert_eq!(retry_after(Some(" 12 ")), Some(Duration::from_secs(12)));
        assert_eq!(retry_after(Some("Wed, 21 Oct 2026 07:28:00 GMT")), None);
        assert_eq!(retry_after(Some("-1")), None);
        assert_eq!(retry_after(None), None);
    }
}
