//! What a stranger's wrong proofs may cost: so many a second for each client they claim to be.
//!
//! Right proofs cost nothing here. Once wrong ones have come too fast, every proof for that client
//! waits its turn, for at most two seconds: the right client is slowed down and never locked out.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// What one wrong proof costs: 20 a second go on for ever.
const COST: Duration = Duration::from_millis(50);
/// How much may be spent at once: 60 wrong proofs.
const BURST: Duration = Duration::from_secs(3);
/// The longest wait: 40 proofs in line.
const LONGEST_WAIT: Duration = Duration::from_secs(2);
/// More clients than are attacked at a time.
const MOST_CLIENTS: usize = 10_000;

/// Too many proofs wait already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany;

/// Leave to check one proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leave {
    /// How long to wait before.
    pub wait: Duration,
    paid: bool,
}

/// Until when what each client's wrong proofs cost is paid off.
#[derive(Debug, Default)]
pub struct ProofBudget(Mutex<HashMap<String, Instant>>);

impl ProofBudget {
    /// Asks for leave to check a proof of `client`.
    ///
    /// # Errors
    /// [`TooMany`].
    pub fn ask(&self, client: &str, now: Instant) -> Result<Leave, TooMany> {
        let mut owed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(until) = owed.get_mut(client) else { return Ok(Leave::FREE) };
        let over = until.saturating_duration_since(now).saturating_sub(BURST);
        if over.is_zero() {
            return Ok(Leave::FREE);
        }
        if over >= LONGEST_WAIT {
            return Err(TooMany);
        }
        *until += COST;
        Ok(Leave { wait: over, paid: true })
    }

    /// The proof was right: it costs nothing.
    pub fn was_right(&self, client: &str, leave: Leave) {
        if leave.paid {
            let mut owed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(until) = owed.get_mut(client) {
                *until = until.checked_sub(COST).unwrap_or(*until);
            }
        }
    }

    /// The proof was wrong.
    pub fn was_wrong(&self, client: &str, leave: Leave, now: Instant) {
        if leave.paid {
            return;
        }
        let mut owed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if owed.len() >= MOST_CLIENTS {
            owed.retain(|_, until| *until > now);
        }
        let until = owed.entry(client.to_owned()).or_insert(now);
        *until = (*until).max(now) + COST;
    }
}

impl Leave {
    const FREE: Self = Self { wait: Duration::ZERO, paid: false };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(budget: &ProofBudget, count: u32, now: Instant) {
        for _ in 0..count {
            budget.was_wrong("c", Leave::FREE, now);
        }
    }

    #[test]
    fn a_few_mistakes_delay_nobody() {
        let (budget, now) = (ProofBudget::default(), Instant::now());
        wrong(&budget, 60, now);
        assert_eq!(budget.ask("c", now), Ok(Leave::FREE));
    }

    #[test]
    fn after_many_every_proof_waits_and_others_do_not() {
        let (budget, now) = (ProofBudget::default(), Instant::now());
        wrong(&budget, 70, now);
        let wait = |client| budget.ask(client, now).map(|leave| leave.wait);
        assert_eq!(wait("c"), Ok(Duration::from_millis(500)));
        assert_eq!(wait("c"), Ok(Duration::from_millis(550)), "one after the other");
        assert_eq!(wait("d"), Ok(Duration::ZERO));
        assert_eq!(budget.ask("c", now + Duration::from_secs(1)), Ok(Leave::FREE), "paid off");
    }

    #[test]
    fn the_line_is_short() {
        let (budget, now) = (ProofBudget::default(), Instant::now());
        wrong(&budget, 100, now);
        assert_eq!(budget.ask("c", now), Err(TooMany));
        assert!(budget.ask("c", now + COST).is_ok(), "and moves on");
    }

    #[test]
    fn right_proofs_give_their_place_back() {
        let (budget, now) = (ProofBudget::default(), Instant::now());
        wrong(&budget, 70, now);
        for _ in 0..1000 {
            let leave = budget.ask("c", now).unwrap();
            assert_eq!(leave.wait, Duration::from_millis(500));
            budget.was_right("c", leave);
        }
    }
}
