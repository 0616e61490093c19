//! The password of a login account (NIST SP 800-63B-4, section 3.1.1: length before composition,
//! a list of what is guessed first, NFKC before hashing).

use super::secret::Secret;
use unicode_normalization::UnicodeNormalization as _;

const SHORTEST: usize = 8;
const LONGEST: usize = 128;
/// Digits alone are guessed faster: dates, phone numbers, counting.
const SHORTEST_OF_DIGITS: usize = 10;

/// The passwords of eight and more characters that leaked lists hold most often, in lower case.
const COMMON: &str = "\
    1234567890 12345678910 0123456789 0987654321 9876543210 1q2w3e4r 1q2w3e4r5t 1qaz2wsx \
    1qaz2wsx3edc qwertyui qwertyuiop qwerty123 qwer1234 asdfghjkl asdf1234 zxcvbnm123 \
    password password1 password123 passw0rd p@ssw0rd abc12345 abcd1234 abc123456 a1234567 \
    a12345678 a123456789 aa123456 woaini1314 woaini520 iloveyou 5201314520 admin123 letmein1";

/// Why a password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Fewer than 8 characters.
    #[error("a password has at least 8 characters")]
    TooShort,
    /// More than 128 characters.
    #[error("a password has at most 128 characters")]
    TooLong,
    /// One character, over and over.
    #[error("the password is one character repeated")]
    Repeat,
    /// Digits alone, fewer than 10.
    #[error("a password of digits alone has at least 10 of them")]
    DigitsOnly,
    /// Among the passwords guessed first.
    #[error("the password is among those guessed first")]
    Common,
}

impl PasswordError {
    /// The stable code of the error.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooShort => "PASSWORD_TOO_SHORT",
            Self::TooLong => "PASSWORD_TOO_LONG",
            Self::Repeat => "PASSWORD_REPEAT",
            Self::DigitsOnly => "PASSWORD_DIGITS_ONLY",
            Self::Common => "PASSWORD_COMMON",
        }
    }
}

/// A password fit to be set, in NFKC. Not comparable: it is checked by its hash.
#[derive(Clone, Debug)]
pub struct Password(Secret);

impl Password {
    /// Reads the password a person wants to set.
    ///
    /// # Errors
    /// The first rule it breaks, without the password.
    pub fn parse(input: &str) -> Result<Self, PasswordError> {
        let password = attempt(input);
        let text = password.expose();
        let length = text.chars().count();
        if length < SHORTEST {
            return Err(PasswordError::TooShort);
        }
        if length > LONGEST {
            return Err(PasswordError::TooLong);
        }
        if text.chars().zip(text.chars().skip(1)).all(|(a, b)| a == b) {
            return Err(PasswordError::Repeat);
        }
        if length < SHORTEST_OF_DIGITS && text.chars().all(char::is_numeric) {
            return Err(PasswordError::DigitsOnly);
        }
        let folded = Secret::new(text.to_lowercase());
        if COMMON.split(' ').any(|common| common == folded.expose()) {
            return Err(PasswordError::Common);
        }
        Ok(Self(password))
    }

    /// The password as set, in the form that is hashed.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// What was typed to log in, in the form that is hashed. No rule is applied: a password set under
/// older rules still opens the account. What is longer than any password is cut to a length that
/// none has, and so matches none.
pub fn attempt(input: &str) -> Secret {
    Secret::new(input.nfkc().take(LONGEST + 1).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn verdict(typed: &str) -> &'static str {
        Password::parse(typed).map_or_else(PasswordError::code, |_| "OK")
    }

    #[test]
    fn length_is_counted_in_code_points() {
        assert_eq!(verdict("fjord-7"), "PASSWORD_TOO_SHORT");
        assert_eq!(verdict("张三李四王五赵"), "PASSWORD_TOO_SHORT");
        assert_eq!(verdict("张三李四王五赵六"), "OK");
        assert_eq!(verdict(&"ab".repeat(64)), "OK");
        assert_eq!(verdict(&format!("{}c", "ab".repeat(64))), "PASSWORD_TOO_LONG");
    }

    #[test]
    fn what_is_guessed_first_is_refused() {
        for typed in ["aaaaaaaa", "111111111111", "张张张张张张张张"] {
            assert_eq!(verdict(typed), "PASSWORD_REPEAT", "{typed}");
        }
        for typed in ["19491231", "１９４９１２３１", "123456789"] {
            assert_eq!(verdict(typed), "PASSWORD_DIGITS_ONLY", "{typed}");
        }
        for typed in ["PassWord", "1234567890", "ｐａｓｓｗｏｒｄ１", "1QAZ2WSX"] {
            assert_eq!(verdict(typed), "PASSWORD_COMMON", "{typed}");
        }
    }

    #[test]
    fn a_phrase_and_ten_unguessed_digits_pass() {
        for typed in ["demo-pass-1", "7391842605", "correct horse battery", " leading space"] {
            assert_eq!(verdict(typed), "OK", "{typed}");
        }
    }

    #[test]
    fn every_common_password_would_pass_the_other_rules() {
        for common in COMMON.split(' ') {
            assert_eq!(verdict(common), "PASSWORD_COMMON", "{common}");
        }
    }

    #[test]
    fn an_attempt_in_another_encoding_matches() {
        let password = Password::parse("crème-brûlée").unwrap();
        let typed = attempt("cre\u{300}me-bru\u{302}le\u{301}e");
        assert_eq!(password.expose(), typed.expose());
        let longest = "ab".repeat(64);
        let password = Password::parse(&longest).unwrap();
        assert_ne!(password.expose(), attempt(&format!("{longest}c")).expose());
    }

    #[test]
    fn a_password_prints_as_an_ellipsis() {
        assert_eq!(format!("{:?}", Password::parse("demo-pass-1").unwrap()), "Password(…)");
    }

    proptest! {
        #[test]
        fn a_password_set_opens_with_what_was_typed(typed in "\\PC{0,40}") {
            if let Ok(password) = Password::parse(&typed) {
                let attempt = attempt(&typed);
                prop_assert_eq!(password.expose(), attempt.expose());
            }
        }
    }
}
