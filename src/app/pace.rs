//! How fast one client may leave things behind: counted in memory, an instance for itself.
//!
//! Only what leaves a row without a citizen's doing is paced (pushed requests, waiting
//! authorizations, device codes): a client that runs wild fills no table and slows no other.

use crate::domain::time::Timestamp;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// More clients than one instance paces at a time; beyond it counting begins anew.
const MOST: usize = 10_000;

/// What each client left behind in the present second.
#[derive(Debug, Default)]
pub struct Pace(Mutex<(Option<Timestamp>, HashMap<String, u32>)>);

impl Pace {
    /// Counts one for `client`; `false` when its second is full.
    pub fn take(&self, client: &str, most: u32, now: Timestamp) -> bool {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.0 != Some(now) || held.1.len() >= MOST {
            *held = (Some(now), HashMap::new());
        }
        let used = held.1.entry(client.to_owned()).or_insert(0);
        if *used >= most {
            return false;
        }
        *used += 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_client_has_its_own_second() {
        let (pace, now) = (Pace::default(), Timestamp::from_epoch_seconds(1));
        assert!(pace.take("a", 2, now) && pace.take("a", 2, now));
        assert!(!pace.take("a", 2, now));
        assert!(pace.take("b", 2, now));
        assert!(pace.take("a", 2, now + Duration::from_secs(1)));
    }
}
