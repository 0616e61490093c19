//! What a verifier remembers, every part with bounds.

pub(super) mod keys;
pub(super) mod lists;
pub(super) mod seen;

use std::time::Duration;

/// How long an address is left alone after it was asked.
const RETRY: Duration = Duration::from_secs(10);

/// The longest anything fetched is called fresh, whatever its sender says.
const LONGEST_FRESH: Duration = Duration::from_secs(3600);

/// How long what was fetched is fresh, when its sender does not say.
const DEFAULT_FRESH: Duration = Duration::from_secs(300);

/// How long an answer is fresh: as long as everybody who has a say agrees to, less what it has
/// spent on the way.
fn freshness(says: [Option<Duration>; 2], age: Duration) -> Duration {
    let least = says.into_iter().flatten().min().unwrap_or(DEFAULT_FRESH);
    least.min(LONGEST_FRESH).saturating_sub(age)
}
