//! A status list as a signed token (draft-ietf-oauth-status-list-20, section 5.1).

use crate::domain::status_bits::EntryBits;
use crate::domain::time::Timestamp;
use serde::Serialize;
use std::time::Duration;

/// The `typ` of the header.
pub const STATUS_LIST_TYPE: &str = "statuslist+jwt";

/// The media type it is served as.
pub const STATUS_LIST_MEDIA_TYPE: &str = "application/statuslist+jwt";

/// After this a copy proves nothing any more.
pub const STATUS_LIST_LIFETIME: Duration = Duration::from_secs(24 * 3600);

/// After this many seconds a verifier should ask for a newer one.
pub const STATUS_LIST_TTL_SECONDS: u64 = 300;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct StatusListClaim {
    bits: EntryBits,
    lst: String,
    aggregation_uri: String,
}

/// The claims of a `statuslist+jwt`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatusListClaims {
    sub: String,
    iat: Timestamp,
    exp: Timestamp,
    ttl: u64,
    status_list: StatusListClaim,
}

impl StatusListClaims {
    /// The list served at `uri`, as it stands now; `lst` is the compressed list in base64url.
    pub fn new(
        uri: &str,
        bits: EntryBits,
        lst: String,
        aggregation_uri: &str,
        now: Timestamp,
    ) -> Self {
        Self {
            sub: uri.to_owned(),
            iat: now,
            exp: now + STATUS_LIST_LIFETIME,
            ttl: STATUS_LIST_TTL_SECONDS,
            status_list: StatusListClaim { bits, lst, aggregation_uri: aggregation_uri.to_owned() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_holds_exactly_this() {
        let now = Timestamp::from_epoch_seconds(1_800_000_000);
        let claims = StatusListClaims::new("u", EntryBits::Two, "eNo".to_owned(), "all", now);
        let expected = serde_json::json!({
            "sub": "u", "iat": 1_800_000_000, "exp": 1_800_086_400, "ttl": 300,
            "status_list": {"bits": 2, "lst": "eNo", "aggregation_uri": "all"},
        });
        assert_eq!(serde_json::to_value(claims).unwrap(), expected);
    }
}
