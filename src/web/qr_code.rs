//! A QR code as a picture inside a page: the library finds the squares, a path draws them.

use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write as _;

/// White squares around the code (ISO/IEC 18004 asks for four).
const QUIET: usize = 4;

/// A drawn code.
#[derive(Clone)]
pub struct QrPicture {
    /// Squares a side, the quiet zone among them.
    pub side: usize,
    /// The dark squares, as the `d` of an SVG path.
    pub path: String,
}

impl QrPicture {
    /// Draws `text` in the smallest code that holds it with a quarter of it damaged (level Q), or,
    /// if it is long, with a seventh (level M). None when no code holds it.
    pub fn draw(text: &str) -> Option<Self> {
        let quarter = QrCode::with_error_correction_level(text, EcLevel::Q).ok();
        let code = match quarter.filter(|code| code.width() <= 41) {
            Some(code) => code,
            None => QrCode::with_error_correction_level(text, EcLevel::M).ok()?,
        };
        let width = code.width();
        let mut path = String::new();
        for (n, color) in code.to_colors().into_iter().enumerate() {
            if color == Color::Dark {
                let (x, y) = (n % width + QUIET, n / width + QUIET);
                // A string takes everything.
                let _ = write!(path, "M{x} {y}h1v1h-1z");
            }
        }
        Some(Self { side: width + 2 * QUIET, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_four_digits_fit_the_smallest_code() {
        let picture = QrPicture::draw("123456789012345678901234").unwrap();
        assert_eq!(picture.side, 21 + 8, "version 1");
        assert!(picture.path.starts_with("M4 4h1"), "the corner of a finder pattern");
    }

    #[test]
    fn what_no_code_holds_is_not_drawn() {
        assert!(QrPicture::draw(&"x".repeat(5000)).is_none());
    }
}
