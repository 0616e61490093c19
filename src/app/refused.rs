//! Clients that were not believed, counted between two lines of audit: who attacks a client must
//! not be able to fill the trail.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// How often, by reason.
pub type Reasons = BTreeMap<&'static str, u64>;

/// What was refused since the last look, by client.
#[derive(Debug, Default)]
pub struct Refused(Mutex<BTreeMap<String, Reasons>>);

impl Refused {
    /// Counts one. `client` must be registered: names that anybody may send have no bound.
    pub fn count(&self, client: &str, why: &'static str) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *held.entry(client.to_owned()).or_default().entry(why).or_default() += 1;
    }

    /// Takes the counts out.
    pub fn take(&self) -> BTreeMap<String, Reasons> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts counts back that could not be written down.
    pub fn give_back(&self, taken: BTreeMap<String, Reasons>) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (client, reasons) in taken {
            let known = held.entry(client).or_default();
            for (why, count) in reasons {
                *known.entry(why).or_default() += count;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_wrong_secrets_are_one_entry() {
        let refused = Refused::default();
        for _ in 0..1000 {
            refused.count("a", "wrong secret");
        }
        refused.count("a", "other");
        let taken = refused.take();
        let expected = Reasons::from([("other", 1), ("wrong secret", 1000)]);
        assert_eq!(taken.get("a"), Some(&expected));
        assert!(refused.take().is_empty());
        refused.count("a", "other");
        refused.give_back(taken);
        assert_eq!(refused.take()["a"]["other"], 2);
    }
}
