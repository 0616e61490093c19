//! The refresh token: the line it belongs to, its generation, and a keyed hash of both. None is
//! stored: the service makes it again whenever it needs it.

use crate::domain::ids::LineId;
use std::fmt;

/// The longest text looked at.
const LONGEST: usize = 128;

/// A refresh token as it was sent or will be: the hash is not checked here.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken {
    /// Its line.
    pub line: LineId,
    /// How many came before it in its line.
    pub generation: i64,
    /// The keyed hash of [`signed_text`].
    pub mac: String,
}

/// What the hash is taken of.
pub fn signed_text(line: &LineId, generation: i64) -> String {
    format!("{line}|{generation}")
}

impl RefreshToken {
    /// Reads a token; none for a text of another shape.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let mut parts = text.split('.');
        let (line, generation, mac) = (parts.next()?, parts.next()?, parts.next()?);
        let digits = generation.bytes().all(|b| b.is_ascii_digit());
        // One text a token: no leading zeros, nothing behind.
        let plain = generation == "0" || !generation.starts_with('0');
        if line.is_empty() || mac.is_empty() || !digits || !plain || parts.next().is_some() {
            return None;
        }
        let generation = generation.parse().ok()?;
        Some(Self { line: LineId::from_stored(line), generation, mac: mac.to_owned() })
    }

    /// The token as it is sent.
    pub fn text(&self) -> String {
        format!("{}.{}.{}", self.line, self.generation, self.mac)
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RefreshToken({}.{}.…)", self.line, self.generation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_its_text_and_prints_no_secret() {
        let line = LineId::from_random([1; 16]);
        let token = RefreshToken { line: line.clone(), generation: 12, mac: "secret".into() };
        assert_eq!(RefreshToken::parse(&token.text()), Some(token.clone()));
        assert_eq!(format!("{token:?}"), format!("RefreshToken({line}.12.…)"));
    }

    #[test]
    fn other_texts_are_none() {
        for bad in ["", "a", "a.1", "a.1.", ".1.m", "a.-1.m", "a.01.m", "a..m", "a.x.m", "a.1.m.n"]
        {
            assert_eq!(RefreshToken::parse(bad), None, "{bad}");
        }
        assert_eq!(RefreshToken::parse(&format!("a.{}.m", "9".repeat(30))), None);
        assert_eq!(RefreshToken::parse(&format!("a.1.{}", "m".repeat(200))), None);
    }
}
