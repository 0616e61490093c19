//! Status and function together.

use super::answer::Answer;
use super::check::Asked;
use crate::domain::function::CardFunction;
use crate::domain::status::StatusValue;
use crate::domain::time::Timestamp;
use crate::verifier::Verdict;
use std::time::Duration;

/// What is answered of a card whose status is known, or is not.
pub(super) fn answer(
    value: Option<StatusValue>,
    functions: Vec<CardFunction>,
    asked: Asked,
    sub: String,
    holder_bound: bool,
    now: Timestamp,
) -> Answer {
    let verdict = value.map(|value| Verdict::of_status(value, Duration::ZERO));
    let reason = match verdict {
        Some(Verdict::Invalid(reason)) => Some(reason),
        _ => asked.refused(&functions),
    };
    let good = matches!(verdict, Some(Verdict::Valid { .. }));
    Answer {
        active: good && reason.is_none(),
        status: verdict.map_or("unknown", Verdict::status_word),
        reason: reason.map(|r| r.code()),
        functions: if good { functions } else { Vec::new() },
        sub: Some(sub),
        holder_bound,
        checked_at: now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use CardFunction::{MedicalSettle, TransitRide};

    const NOW: Timestamp = Timestamp::from_epoch_seconds(1_795_399_200);

    fn of(value: Option<StatusValue>, asked: Asked) -> Answer {
        answer(value, vec![TransitRide], asked, "s".to_owned(), true, NOW)
    }

    #[test]
    fn a_good_card_is_active_for_what_it_is_for() {
        let valid = Some(StatusValue::Valid);
        assert!(of(valid, Asked::Nothing).active && of(valid, Asked::For(TransitRide)).active);
        for asked in [Asked::For(MedicalSettle), Asked::Unknown] {
            let refused = of(valid, asked);
            assert!(!refused.active);
            assert_eq!((refused.status, refused.reason), ("valid", Some("function_refused")));
        }
    }

    #[test]
    fn a_card_out_of_use_is_for_nothing() {
        for (value, word) in
            [(StatusValue::Suspended, "suspended"), (StatusValue::Invalid, "ended")]
        {
            let refused = of(Some(value), Asked::For(TransitRide));
            assert!(!refused.active && refused.functions.is_empty());
            assert_eq!((refused.status, refused.reason), (word, Some("revoked")));
        }
    }

    #[test]
    fn what_nobody_can_tell_is_never_active() {
        let unknown = of(None, Asked::Nothing);
        assert!(!unknown.active && unknown.functions.is_empty());
        assert_eq!((unknown.status, unknown.reason), ("unknown", None));
    }
}
