//! What a terminal answered by itself, before the issuer could be asked.

use serde::{Deserialize, Serialize};

/// What the person at the desk was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ToldOffline {
    /// Good.
    Valid,
    /// Not good.
    Invalid,
    /// Nobody could tell.
    Unknown,
}
