//! Every message a handler may put into a [`Problem`](super::Problem), by name.
//!
//! A function each, so that no handler can misspell an id or forget a variable.

use crate::web::translator::Message;

/// The account field is empty.
pub fn account_required() -> Message {
    Message::new("problem-account-required")
}

/// The account is not a mainland mobile number.
pub fn account_invalid() -> Message {
    Message::new("problem-account-invalid")
}

/// The form names no kind of loss report there is.
pub fn loss_kind() -> Message {
    Message::new("problem-loss-kind")
}

/// The code of a device is wrong, or its time is over.
pub fn user_code_wrong() -> Message {
    Message::new("problem-user-code-wrong")
}

/// The password field is empty.
pub fn password_required() -> Message {
    Message::new("problem-password-required")
}

/// The new password does not meet the rules shown.
pub fn password_weak() -> Message {
    Message::new("problem-password-weak")
}

/// Account or password are wrong, whichever. `n`: tries left.
pub fn login_failed(n: u32) -> Message {
    Message::new("problem-login-failed").with("n", n)
}

/// Account or password are wrong, and that was the last try. `time`: when the account opens again,
/// by [`Lang::minute`](crate::web::lang::Lang::minute).
pub fn login_locked(time: impl Into<String>) -> Message {
    Message::new("problem-login-locked").with("time", time.into())
}

/// A limit is reached. `time`: when it is possible again, by [`Lang::minute`](crate::web::lang::Lang::minute).
pub fn too_many_tries(time: impl Into<String>) -> Message {
    Message::new("problem-too-many-tries").with("time", time.into())
}

/// The name field is empty.
pub fn name_required() -> Message {
    Message::new("problem-name-required")
}

/// The name holds characters no name may hold.
pub fn name_invalid() -> Message {
    Message::new("problem-name-invalid")
}

/// The ID number field is empty.
pub fn id_number_required() -> Message {
    Message::new("problem-id-number-required")
}

/// Not 18 characters of the right kind.
pub fn id_number_format() -> Message {
    Message::new("problem-id-number-format")
}

/// No known region code.
pub fn id_number_region() -> Message {
    Message::new("problem-id-number-region")
}

/// No possible date of birth.
pub fn id_number_date() -> Message {
    Message::new("problem-id-number-date")
}

/// The check character does not fit.
pub fn id_number_checksum() -> Message {
    Message::new("problem-id-number-checksum")
}

/// A 15-digit number of the first generation.
pub fn id_number_fifteen() -> Message {
    Message::new("problem-id-number-fifteen")
}

/// Registry and form disagree; the same words for an unknown, wrong or deceased person.
pub fn real_name_mismatch() -> Message {
    Message::new("problem-real-name-mismatch")
}

/// Neither allow nor refuse was pressed.
pub fn decision_required() -> Message {
    Message::new("problem-decision-required")
}

/// The separate consent was not ticked.
pub fn face_consent_required() -> Message {
    Message::new("problem-face-consent-required")
}

/// No picture was sent.
pub fn portrait_required() -> Message {
    Message::new("problem-portrait-required")
}

/// What was sent is no PNG, JPEG or WebP picture.
pub fn portrait_unusable() -> Message {
    Message::new("problem-portrait-unusable")
}

/// The picture is above 5 MB.
pub fn portrait_too_large() -> Message {
    Message::new("problem-portrait-too-large")
}

/// Score below the pass mark, or no life seen.
pub fn face_failed() -> Message {
    Message::new("problem-face-failed")
}

/// This person or account is bound to another one.
pub fn face_bound_elsewhere() -> Message {
    Message::new("problem-face-bound-elsewhere")
}

/// The activation code is missing or not six digits.
pub fn code_required() -> Message {
    Message::new("problem-code-required")
}

/// The registration code is missing or not six digits.
pub fn registration_code_required() -> Message {
    Message::new("problem-registration-code-required")
}

/// The registration code is wrong, expired or used.
pub fn registration_code_wrong() -> Message {
    Message::new("problem-registration-code-wrong")
}

/// The last try was wrong: this code opens nothing any more.
pub fn code_void() -> Message {
    Message::new("problem-code-void")
}

/// The activation code is wrong, expired or used.
pub fn code_wrong() -> Message {
    Message::new("problem-code-wrong")
}

/// A code was sent less than a minute ago. `s`: seconds to wait.
pub fn resend_too_soon(s: u32) -> Message {
    Message::new("problem-resend-too-soon").with("s", s)
}

/// The counter code is wrong, expired or used.
pub fn counter_code_wrong() -> Message {
    Message::new("problem-counter-code-wrong")
}

/// The PIN is not six digits.
pub fn pin_required() -> Message {
    Message::new("problem-pin-required")
}

/// The PIN is a run, a repeat or a piece of the ID number.
pub fn pin_weak() -> Message {
    Message::new("problem-pin-weak")
}

/// The two entries differ.
pub fn pin_differs() -> Message {
    Message::new("problem-pin-differs")
}

/// The registry does not answer; no try is spent.
pub fn registry_down() -> Message {
    Message::new("problem-registry-down")
}

/// The face service does not answer; no try is spent.
pub fn face_down() -> Message {
    Message::new("problem-face-down")
}

/// The SMS gateway does not answer; the message is kept and retried.
pub fn sms_down() -> Message {
    Message::new("problem-sms-down")
}

/// No demo person was chosen.
pub fn person_required() -> Message {
    Message::new("problem-person-required")
}

/// The face scored just below passing: worth another try.
pub fn face_unclear() -> Message {
    Message::new("problem-face-unclear")
}

/// The same where there is no other way.
pub fn face_unclear_here() -> Message {
    Message::new("problem-face-unclear-here")
}

/// The face did not match, and there is no other way.
pub fn face_failed_here() -> Message {
    Message::new("problem-face-failed-here")
}

/// The consent to the face was not ticked, and there is no other way.
pub fn face_consent_or_refuse() -> Message {
    Message::new("problem-face-consent-or-refuse")
}

/// The provider holds no portrait of this person, and there is no other way.
pub fn no_portrait_here() -> Message {
    Message::new("problem-no-portrait-here")
}

/// The provider holds no portrait of this person.
pub fn no_portrait() -> Message {
    Message::new("problem-no-portrait")
}

/// The person is under 14: a guardian acts, at a counter.
pub fn guardian_needed() -> Message {
    Message::new("problem-guardian-needed")
}
