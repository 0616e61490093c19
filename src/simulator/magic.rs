//! The inputs that simulators answer in a special way, so that every branch can be shown.
//!
//! | input | what happens |
//! |---|---|
//! | ID number `110101198808110717` | every picture that would pass scores exactly 74: "once more, or another way" |
//! | ID number `110102199109230729` | no picture scores more than 45: only the counter helps |
//! | ID number `110101198707070912` | the registry is down for this person |
//! | mobile `13800000016` | the SMS gateway is down for this number |
//!
//! The demonstration's people of these stories bear these numbers; see [`super::demo_people`].

use crate::domain::id_number::IdNumber;
use crate::domain::mobile_number::MobileNumber;

/// Whoever bears this number is scored [`SCORE_IN_BETWEEN`] at best.
pub const FACE_IN_BETWEEN: &str = "110101198808110717";
/// Whoever bears this number is scored [`SCORE_OF_A_STRANGER`] at best.
pub const FACE_NEVER_MATCHES: &str = "110102199109230729";
/// The registry cannot be asked about this number.
pub const REGISTRY_DOWN: &str = "110101198707070912";
/// The SMS gateway takes nothing for this number.
pub const SMS_DOWN: &str = "13800000016";
/// Between refused (below 70) and passed (80 and more).
pub const SCORE_IN_BETWEEN: u8 = 74;
/// Far below 70.
pub const SCORE_OF_A_STRANGER: u8 = 45;

/// Whether the simulated registry answers that it is down when asked about `id`.
pub fn registry_is_down(id: &IdNumber) -> bool {
    id.as_str() == REGISTRY_DOWN
}

/// Whether the simulated SMS gateway is down for `number`.
pub fn sms_is_down(number: &MobileNumber) -> bool {
    number.as_str() == SMS_DOWN
}

/// The best score the face simulator gives the bearer of `id`.
pub fn best_face_score(id: &IdNumber) -> u8 {
    match id.as_str() {
        FACE_IN_BETWEEN => SCORE_IN_BETWEEN,
        FACE_NEVER_MATCHES => SCORE_OF_A_STRANGER,
        _ => 100,
    }
}
