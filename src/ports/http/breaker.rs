//! The circuit breaker: stops asking a provider that keeps failing, and finds out when it is back.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Closed (calls pass) → open after a run of failures (calls are answered at once) → half-open
/// after the cool-down (one probe passes and decides).
#[derive(Debug)]
pub struct Breaker {
    threshold: u32,
    cooldown: Duration,
    state: Mutex<State>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Closed { failures: u32 },
    Open { until: Instant },
    HalfOpen { probe_since: Instant },
}

/// Leave to make one call. Dropping it without an outcome (the caller went away) decides
/// nothing, and lets the next caller probe.
#[derive(Debug)]
pub struct Permit<'a> {
    breaker: &'a Breaker,
    probe: bool,
    decided: bool,
}

impl Breaker {
    /// A closed breaker that opens after `threshold` failures in a row (at least one) and stays
    /// open for `cooldown`.
    pub fn new(threshold: u32, cooldown: Duration) -> Self {
        let state = Mutex::new(State::Closed { failures: 0 });
        Self { threshold: threshold.max(1), cooldown, state }
    }

    /// Asks leave to call.
    ///
    /// # Errors
    /// How long to wait before asking again, when the breaker is open or a probe is under way.
    pub fn admit(&self, now: Instant) -> Result<Permit<'_>, Duration> {
        let mut state = self.lock();
        let probe = match *state {
            State::Closed { .. } => false,
            State::Open { until } if now < until => return Err(until - now),
            State::HalfOpen { .. } => return Err(self.cooldown),
            State::Open { .. } => {
                *state = State::HalfOpen { probe_since: now };
                true
            }
        };
        Ok(Permit { breaker: self, probe, decided: false })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit<'_> {
    /// The provider answered, whatever it said.
    pub fn succeeded(self) {
        self.decide(|_| State::Closed { failures: 0 });
    }

    /// The provider did not answer, or not as a working one does.
    pub fn failed(self, now: Instant) {
        let (threshold, cooldown) = (self.breaker.threshold, self.breaker.cooldown);
        self.decide(|state| match state {
            State::Closed { failures } if failures + 1 < threshold => {
                State::Closed { failures: failures + 1 }
            }
            _ => State::Open { until: now + cooldown },
        });
    }

    /// A call that began before the breaker opened says nothing of the provider now: only the
    /// probe may move an open breaker.
    fn decide(mut self, next: impl FnOnce(State) -> State) {
        self.decided = true;
        let mut state = self.breaker.lock();
        if self.probe || matches!(*state, State::Closed { .. }) {
            *state = next(*state);
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if !self.probe || self.decided {
            return;
        }
        let mut state = self.breaker.lock();
        if let State::HalfOpen { probe_since } = *state {
            *state = State::Open { until: probe_since };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COOLDOWN: Duration = Duration::from_secs(30);

    fn opened(at: Instant) -> Breaker {
        let breaker = Breaker::new(2, COOLDOWN);
        breaker.admit(at).unwrap().failed(at);
        breaker.admit(at).unwrap().failed(at);
        breaker
    }

    #[test]
    fn only_failures_in_a_row_open_it() {
        let now = Instant::now();
        let breaker = Breaker::new(2, COOLDOWN);
        breaker.admit(now).unwrap().failed(now);
        breaker.admit(now).unwrap().succeeded();
        breaker.admit(now).unwrap().failed(now);
        assert!(breaker.admit(now).is_ok());
        breaker.admit(now).unwrap().failed(now);
        assert_eq!(breaker.admit(now).unwrap_err(), COOLDOWN);
    }

    #[test]
    fn after_the_cooldown_one_probe_passes_and_the_others_wait() {
        let now = Instant::now();
        let breaker = opened(now);
        assert!(breaker.admit(now + COOLDOWN - Duration::from_millis(1)).is_err());
        let probe = breaker.admit(now + COOLDOWN).unwrap();
        assert!(breaker.admit(now + COOLDOWN).is_err());
        probe.succeeded();
        assert!(breaker.admit(now + COOLDOWN).is_ok());
    }

    #[test]
    fn a_failed_probe_opens_it_for_another_cooldown() {
        let now = Instant::now();
        let breaker = opened(now);
        let later = now + COOLDOWN;
        breaker.admit(later).unwrap().failed(later);
        assert_eq!(breaker.admit(later).unwrap_err(), COOLDOWN);
        assert!(breaker.admit(later + COOLDOWN).is_ok());
    }

    #[test]
    fn an_abandoned_probe_does_not_lock_everybody_out() {
        let now = Instant::now();
        let breaker = opened(now);
        drop(breaker.admit(now + COOLDOWN).unwrap());
        assert!(breaker.admit(now + COOLDOWN).is_ok());
    }

    #[test]
    fn a_late_answer_to_an_old_call_does_not_close_it() {
        let now = Instant::now();
        let breaker = Breaker::new(1, COOLDOWN);
        let old = breaker.admit(now).unwrap();
        breaker.admit(now).unwrap().failed(now);
        old.succeeded();
        assert!(breaker.admit(now).is_err());
    }
}
