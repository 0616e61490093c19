//! The activation code that goes out by SMS.

use super::secret::Secret;
use super::typed;

/// How many codes there are: six digits.
pub const ACTIVATION_CODES: u32 = 1_000_000;
const DIGITS: usize = 6;

/// Why a text is no activation code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActivationCodeError {
    /// Not six digits.
    #[error("an activation code has six digits")]
    Format,
}

impl ActivationCodeError {
    /// The stable code of the error.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Format => "ACTIVATION_CODE_FORMAT",
        }
    }
}

/// Six digits. Not comparable: what was typed is checked by its keyed hash.
#[derive(Clone, Debug)]
pub struct ActivationCode(Secret);

impl ActivationCode {
    /// The code for a number drawn below [`ACTIVATION_CODES`]; a larger one wraps around.
    pub fn from_random_below(drawn: u32) -> Self {
        Self(Secret::new(format!("{:06}", drawn % ACTIVATION_CODES)))
    }

    /// Reads what a person typed: any width, spaces and hyphens anywhere.
    ///
    /// # Errors
    /// [`ActivationCodeError::Format`] when it is not six digits.
    pub fn parse(input: &str) -> Result<Self, ActivationCodeError> {
        let digits: String = typed::compact(input).take(DIGITS + 1).collect();
        if digits.len() == DIGITS && digits.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(Secret::new(digits)))
        } else {
            Err(ActivationCodeError::Format)
        }
    }

    /// The six digits, for the message and for the keyed hash.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_small_number_is_padded_with_zeros() {
        assert_eq!(ActivationCode::from_random_below(42).expose(), "000042");
        assert_eq!(ActivationCode::from_random_below(999_999).expose(), "999999");
        assert_eq!(ActivationCode::from_random_below(ACTIVATION_CODES).expose(), "000000");
    }

    #[test]
    fn width_and_spaces_do_not_matter() {
        for typed in [" 123 456\n", "１２３４５６", "123-456", "\u{200B}123\u{3000}456"] {
            assert_eq!(ActivationCode::parse(typed).unwrap().expose(), "123456", "{typed}");
        }
    }

    #[test]
    fn a_code_has_exactly_six_digits() {
        for typed in ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "123 456 x"] {
            let refused = ActivationCode::parse(typed).unwrap_err();
            assert_eq!(refused.code(), "ACTIVATION_CODE_FORMAT", "{typed}");
        }
    }

    #[test]
    fn a_code_prints_as_an_ellipsis() {
        let printed = format!("{:?}", ActivationCode::from_random_below(123_456));
        assert_eq!(printed, "ActivationCode(…)");
    }

    proptest! {
        #[test]
        fn a_printed_code_reads_as_itself(drawn in 0..ACTIVATION_CODES) {
            let code = ActivationCode::from_random_below(drawn);
            let read = ActivationCode::parse(code.expose()).unwrap();
            prop_assert_eq!(read.expose(), code.expose());
            prop_assert_eq!(read.expose().parse(), Ok(drawn));
        }

        #[test]
        fn no_input_panics(input in any::<String>()) {
            let _ = ActivationCode::parse(&input);
        }
    }
}
