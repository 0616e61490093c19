//! What list, function and memory come to together.

use super::*;

impl Verifier {
    /// What the list says. Of an old list only what is final still counts.
    pub(super) fn of_list(&self, shown: &Shown, list: &StatusList, now: Timestamp) -> Verdict {
        let verdict = match look_up(shown.status(), list, now) {
            Ok(verdict) => verdict,
            Err(reason) => Verdict::Unknown(reason),
        };
        let old = list.age(now) > self.settings.max_status_age;
        match verdict {
            Verdict::Valid { .. } | Verdict::Invalid(Reason::Suspended) if old => {
                Verdict::Unknown(UnknownReason::StatusTooOld)
            }
            other => other,
        }
    }

    /// Verdict, function and memory together.
    pub(super) fn conclude(
        &self,
        shown: Shown,
        verdict: Verdict,
        function: Option<CardFunction>,
        now: Timestamp,
    ) -> Outcome {
        let remembered = self.show(&shown, now);
        if remembered == seen::Shown::Again {
            return Outcome::Invalid(Reason::Replayed);
        }
        let permitted = function.is_none_or(|function| shown.functions().contains(&function));
        match verdict {
            Verdict::Invalid(reason) => Outcome::Invalid(reason),
            _ if !permitted => Outcome::Invalid(Reason::FunctionRefused),
            _ if remembered == seen::Shown::Full => {
                Outcome::Unknown { reason: UnknownReason::TooManyCodes, shown: Some(shown) }
            }
            Verdict::Unknown(reason) => Outcome::Unknown { reason, shown: Some(shown) },
            Verdict::Valid { status_age } => Outcome::Valid { shown, status_age },
        }
    }

    fn show(&self, shown: &Shown, now: Timestamp) -> seen::Shown {
        let until = match shown {
            Shown::Code(_) => now + SEEN_FOR,
            Shown::Token(_) if self.settings.tokens_once => shown.expires_at(),
            Shown::Token(_) => return seen::Shown::First,
        };
        self.memory().seen.show(shown.identity(), until, now)
    }
}
