//! The code a holder shows while online: 24 digits that mean nothing outside this service.

use std::fmt;

const DIGITS: usize = 24;
/// 10²⁴ codes.
const CODES: u128 = 1_000_000_000_000_000_000_000_000;
/// How many digits stand together where people read them.
const GROUP: usize = 4;

/// 24 digits, drawn at random for one showing.
#[derive(Clone, PartialEq, Eq)]
pub struct OnlineCode(String);

impl OnlineCode {
    /// A code from 16 random bytes: 2¹²⁸ is so much more than 10²⁴ that no code is likelier than
    /// another by as much as one part in 10¹⁴.
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(format!("{:024}", u128::from_be_bytes(bytes) % CODES))
    }

    /// The code in what was scanned or typed; spaces between its groups are dropped.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|c| *c != ' ').collect();
        let fits = digits.len() == DIGITS && digits.bytes().all(|b| b.is_ascii_digit());
        fits.then_some(Self(digits))
    }

    /// The digits, for the picture and for the digest it is stored as. Whoever has them can show
    /// the card once.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The digits in groups of four.
    pub fn groups(&self) -> Vec<String> {
        let digits: Vec<char> = self.0.chars().collect();
        digits.chunks(GROUP).map(|group| group.iter().collect()).collect()
    }
}

impl fmt::Debug for OnlineCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnlineCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_24_digits_whatever_was_drawn() {
        for bytes in [[0; 16], [1; 16], [255; 16]] {
            let code = OnlineCode::from_random(bytes);
            assert_eq!(OnlineCode::parse(code.expose()), Some(code.clone()));
            assert_eq!(OnlineCode::parse(&code.groups().join(" ")), Some(code));
        }
    }

    #[test]
    fn nothing_else_is_a_code() {
        let good = "123456789012345678901234";
        let full_width: String = good.chars().map(|_| '１').collect();
        for bad in ["", &good[1..], "1234567890123456789012345", "12345678901234567890123x"] {
            assert_eq!(OnlineCode::parse(bad), None, "{bad}");
        }
        assert_eq!(OnlineCode::parse(&full_width), None);
        assert_eq!(OnlineCode::parse("EC1:123456789012345678901234"), None);
    }

    #[test]
    fn debug_shows_no_digits() {
        assert!(!format!("{:?}", OnlineCode::from_random([7; 16])).contains('7'));
    }
}
