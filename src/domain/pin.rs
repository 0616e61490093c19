//! The card PIN its holder chooses.

use super::id_number::IdNumber;
use super::secret::Secret;
use unicode_normalization::UnicodeNormalization as _;

const DIGITS: usize = 6;

/// Why a PIN is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// Not six digits.
    #[error("a PIN has six digits")]
    Format,
    /// Every digit one more, or one less, than the one before: `123456`.
    #[error("the PIN is a run of digits")]
    Run,
    /// One, two or three digits repeated: `111111`, `121212`, `123123`.
    #[error("the PIN repeats itself")]
    Repeat,
    /// Six digits in a row of the holder's ID number, the date of birth among them.
    #[error("the PIN is a piece of the ID number")]
    PieceOfId,
}

impl PinError {
    /// The stable code of the error.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Format => "PIN_FORMAT",
            Self::Run => "PIN_RUN",
            Self::Repeat => "PIN_REPEAT",
            Self::PieceOfId => "PIN_PIECE_OF_ID",
        }
    }
}

/// Six digits that are not the first to be guessed.
#[derive(Clone, Debug)]
pub struct CardPin(Secret);

impl CardPin {
    /// Reads the PIN that the holder of `id` typed; full-width digits count as digits.
    ///
    /// # Errors
    /// The first rule it breaks, without the PIN.
    pub fn parse(input: &str, id: &IdNumber) -> Result<Self, PinError> {
        let pin = Secret::new(input.nfkc().take(DIGITS + 1).collect::<String>());
        let digits = pin.expose().as_bytes();
        if digits.len() != DIGITS || !digits.iter().all(u8::is_ascii_digit) {
            return Err(PinError::Format);
        }
        if is_run(digits) {
            return Err(PinError::Run);
        }
        if is_repeat(digits) {
            return Err(PinError::Repeat);
        }
        if id.as_str().contains(pin.expose()) {
            return Err(PinError::PieceOfId);
        }
        Ok(Self(pin))
    }

    /// The six digits, for the hash.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

fn is_run(digits: &[u8]) -> bool {
    let steps = |up: bool| {
        move |pair: &[u8]| match *pair {
            [a, b] if up => b == a + 1,
            [a, b] => a == b + 1,
            _ => false,
        }
    };
    digits.windows(2).all(steps(true)) || digits.windows(2).all(steps(false))
}

/// Whether a block of one, two or three digits fills the PIN.
fn is_repeat(digits: &[u8]) -> bool {
    (1..=3).any(|period| digits.iter().zip(digits.iter().skip(period)).all(|(a, b)| a == b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::macros::date;

    fn verdict(pin: &str) -> &'static str {
        let id = IdNumber::parse("110105194912310 02X", date!(2026 - 03 - 01)).unwrap();
        CardPin::parse(pin, &id).map_or_else(PinError::code, |_| "OK")
    }

    #[test]
    fn a_pin_is_six_digits_of_any_width() {
        for pin in ["739184", "７３９１８４", "135799", "123457", "112233", "998877"] {
            assert_eq!(verdict(pin), "OK", "{pin}");
        }
        for pin in ["", "73918", "7391842", "73918a", "739 184", "٧٣٩١٨٤", "739184 "] {
            assert_eq!(verdict(pin), "PIN_FORMAT", "{pin}");
        }
    }

    #[test]
    fn a_run_is_refused_upwards_and_downwards() {
        for pin in ["012345", "123456", "456789", "654321", "987654", "543210", "１２３４５６"]
        {
            assert_eq!(verdict(pin), "PIN_RUN", "{pin}");
        }
    }

    #[test]
    fn a_repeated_block_is_refused() {
        for pin in ["000000", "111111", "121212", "909090", "123123", "800800"] {
            assert_eq!(verdict(pin), "PIN_REPEAT", "{pin}");
        }
    }

    #[test]
    fn a_piece_of_the_id_number_is_refused() {
        for pin in ["110105", "194912", "491231", "123100", "231002"] {
            assert_eq!(verdict(pin), "PIN_PIECE_OF_ID", "{pin}");
        }
        assert_eq!(verdict("311249"), "OK");
    }

    #[test]
    fn a_pin_prints_as_an_ellipsis() {
        let id = IdNumber::parse("11010519491231002X", date!(2026 - 03 - 01)).unwrap();
        let pin = CardPin::parse("739184", &id).unwrap();
        assert_eq!(format!("{pin:?}"), "CardPin(…)");
        assert_eq!(pin.expose(), "739184");
    }

    proptest! {
        #[test]
        fn no_input_panics(input in any::<String>()) {
            let _ = verdict(&input);
        }
    }
}
